using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using VideoGen.Providers.Contracts;

namespace VideoGen.Providers.Connectors.Simulator;

/// <summary>The picture or sound that the simulator is to make: everything that its files depend on beside the bytes of an image.</summary>
/// <param name="Output">One of <see cref="Outputs"/>.</param>
/// <param name="Format"><c>mp4</c>, <c>png</c>, <c>jpeg</c>, <c>mp3</c> or <c>wav</c>.</param>
/// <param name="Frames">Of a video, exactly.</param>
/// <param name="DurationSeconds">Of the sound; of a video, frames divided by the rate; of speech, what it will take about.</param>
/// <param name="Prompt">Drawn as a caption; colours and tones follow from it and the seed.</param>
internal sealed record SimulatorShape(
    string Output, string Format, int Width, int Height, int Frames, double Fps, double DurationSeconds, bool Sound, bool ZoomsOut, string Prompt, long Seed)
{
    const int SmallestSide = 16;
    const int LargestSide = 4096;
    const int MostFrames = 3600;
    const double LongestSoundSeconds = 600;
    const int MostImages = 10;

    /// <summary>So many letters are spoken in a second, about.</summary>
    const double LettersPerSecond = 14;

    static readonly string[] Speakers = ["slt", "awb", "kal", "kal16", "rms"];

    public static readonly IReadOnlyList<string> Outputs = ["video", "image", "audio", "speech", "voice", "text"];

    /// <summary>How many images.</summary>
    public int Count { get; init; } = 1;

    /// <summary>Whose voice speaks.</summary>
    public string Speaker { get; init; } = Speakers[0];

    /// <summary>The kind of output that the customer gets: <c>video</c>, <c>image</c>, <c>audio</c> or <c>text</c>.</summary>
    public string Kind => Output is "speech" or "voice" ? "audio" : Output;

    /// <summary>32 bytes that everything random about the picture is taken from.</summary>
    public byte[] Dice() => SHA256.HashData(Encoding.UTF8.GetBytes($"{Prompt}\n{Seed}"));

    public string MediaType => Format switch { "mp4" => "video/mp4", "mp3" => "audio/mpeg", "wav" => "audio/wav", _ => "image/" + Format };

    /// <summary>The same for every order that gets the same file in instant mode.</summary>
    public string CacheName => string.Create(CultureInfo.InvariantCulture,
        $"{Output}-{Width}x{Height}-{Frames}f-{Fps}fps-{DurationSeconds}s{(Sound ? "-sound" : "")}{(Output == "speech" ? "-" + Speaker : "")}.{Format}");

    /// <summary>Reads an order's input; the second value says what can't be drawn, in a sentence.</summary>
    /// <param name="model">What is made, unless the input's <c>output</c> says otherwise.</param>
    public static (SimulatorShape? Shape, string? Fault) Read(string model, JsonElement order, IReadOnlyList<GenerationAsset> assets)
    {
        var input = SimulatorSettings.Apply(order);
        var output = Text(input, "output") ?? model;
        var (width, height) = Size(input, assets.FirstOrDefault(asset => asset.IsIn("image")), output);
        var fps = output == "video" ? Number(input, "fps") ?? 24 : 0;
        var prompt = Text(input, "caption") ?? Text(input, "prompt") ?? "";
        var most = Number(input, "most_seconds") ?? LongestSoundSeconds;
        var asked = output == "speech" ? Math.Max(1, prompt.Length / LettersPerSecond) : Seconds(input, assets, most);
        var frames = output switch { "video" => (int)(Number(input, "frames") ?? Math.Max(1, Math.Round(asked * fps))), "image" => 1, _ => 0 };
        var shape = new SimulatorShape(
            output, FormatOf(input, output), width, height, frames, fps, output switch { "video" => frames / fps, "image" => 0, _ => asked },
            output == "audio" || Flag(input, "sound"), Text(input, "camera_motion")?.Contains("out", StringComparison.OrdinalIgnoreCase) == true,
            prompt, (long)(Number(input, "seed") ?? 42))
        {
            Count = output == "image" ? (int)(Number(input, "count") ?? 1) : 1,
            Speaker = Text(input, "speaker") ?? Speakers[0],
        };
        if (shape.Fault() is { } fault) return (null, fault);
        return output == "video" && shape.DurationSeconds > most
            ? (null, string.Create(CultureInfo.InvariantCulture, $"The video would last {shape.DurationSeconds:0.##} seconds; at most {most:0.##}."))
            : (shape, null);
    }

    static string FormatOf(JsonElement input, string output) => output switch
    {
        "video" => "mp4",
        "text" => "txt",
        "image" => Text(input, "format") ?? "png",
        _ => Text(input, "format") ?? "mp3",
    };

    /// <summary>As asked for, else as long as the asset that <c>duration_of</c> names, within the bounds of the model.</summary>
    static double Seconds(JsonElement input, IReadOnlyList<GenerationAsset> assets, double most)
    {
        if (Number(input, "duration_seconds") is { } asked) return asked;
        var template = Text(input, "duration_of");
        var length = template is null ? null : assets.FirstOrDefault(asset => asset.IsIn(template))?.DurationSeconds;
        return length is > 0 ? Math.Min(length.Value, most) : 4;
    }

    string? Fault() => this switch
    {
        { Output: "video" or "image" } when Math.Min(Width, Height) < SmallestSide || Math.Max(Width, Height) > LargestSide =>
            $"The picture must be {SmallestSide} to {LargestSide} pixels a side.",
        { Output: "video", Fps: < 1 or > 60 } => "fps must be 1 to 60.",
        { Output: "video", Frames: < 1 or > MostFrames } => $"The video must have 1 to {MostFrames} frames.",
        { Output: "video" } when Width % 2 != 0 || Height % 2 != 0 => "width and height must be even.",
        { Output: "image", Format: not ("png" or "jpeg") } => "format must be png or jpeg.",
        { Output: "image", Count: < 1 or > MostImages } => $"count must be 1 to {MostImages}.",
        { Kind: "audio", Format: not ("mp3" or "wav") } => "format must be mp3 or wav.",
        { Output: "speech" } when !Speakers.Contains(Speaker) => $"speaker must be one of {string.Join(", ", Speakers)}.",
        { Output: not "text", Kind: not ("video" or "image" or "audio") } => $"output must be one of {string.Join(", ", Outputs)}.",
        { Output: "audio", DurationSeconds: <= 0 or > LongestSoundSeconds } => $"duration_seconds must be above 0 and at most {LongestSoundSeconds}.",
        _ => null,
    };

    static (int Width, int Height) Size(JsonElement input, GenerationAsset? image, string output)
    {
        if (output is not ("video" or "image")) return (0, 0);
        if (Number(input, "width") is { } width && Number(input, "height") is { } height) return ((int)width, (int)height);
        var (longer, shorter) = Text(input, "resolution") == "1080p" ? (1920, 1080) : (1280, 720);
        return IsPortrait(input, image) ? (shorter, longer) : (longer, shorter);
    }

    static bool IsPortrait(JsonElement input, GenerationAsset? image) => Text(input, "aspect_ratio") switch
    {
        "9:16" => true,
        null => image is { Width: { } width, Height: { } height } && height > width,
        _ => false,
    };

    static double? Number(JsonElement input, string name) =>
        input.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;

    static string? Text(JsonElement input, string name) =>
        input.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    static bool Flag(JsonElement input, string name) => input.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;
}
