using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using VideoGen.Providers.Contracts;

namespace VideoGen.Providers.Connectors.Simulator;

/// <summary>What the simulator is to draw: everything that its files depend on beside the bytes of an image.</summary>
/// <param name="Output"><c>video</c>, <c>image</c> or <c>audio</c>.</param>
/// <param name="Format"><c>mp4</c>, <c>png</c>, <c>jpeg</c>, <c>mp3</c> or <c>wav</c>.</param>
/// <param name="Frames">Of a video, exactly.</param>
/// <param name="DurationSeconds">Of the sound; of a video, frames divided by the rate.</param>
/// <param name="Prompt">Drawn as a caption; colours and tones follow from it and the seed.</param>
internal sealed record SimulatorShape(
    string Output, string Format, int Width, int Height, int Frames, double Fps, double DurationSeconds, bool Sound, bool ZoomsOut, string Prompt, long Seed)
{
    const int SmallestSide = 16;
    const int LargestSide = 4096;
    const int MostFrames = 3600;
    const double LongestSoundSeconds = 600;

    public static readonly IReadOnlyList<string> Outputs = ["video", "image", "audio"];

    /// <summary>32 bytes that everything random about the picture is taken from.</summary>
    public byte[] Dice() => SHA256.HashData(Encoding.UTF8.GetBytes($"{Prompt}\n{Seed}"));

    public string MediaType => Format switch { "mp4" => "video/mp4", "mp3" => "audio/mpeg", "wav" => "audio/wav", _ => "image/" + Format };

    /// <summary>The same for every order that gets the same file in instant mode.</summary>
    public string ShelfName => string.Create(CultureInfo.InvariantCulture,
        $"{Output}-{Width}x{Height}-{Frames}f-{Fps}fps-{DurationSeconds}s{(Sound ? "-sound" : "")}.{Format}");

    /// <summary>Reads an order's input; the second value says what can't be drawn, in a sentence.</summary>
    public static (SimulatorShape? Shape, string? Fault) Read(string output, JsonElement input, IReadOnlyList<GenerationAsset> assets)
    {
        var (width, height) = Size(input, assets.FirstOrDefault(asset => asset.Field == "image"), output);
        var fps = output == "video" ? Number(input, "fps") ?? 24 : 0;
        var asked = Number(input, "duration_seconds") ?? 4;
        var frames = output switch { "video" => (int)(Number(input, "frames") ?? Math.Round(asked * fps)), "image" => 1, _ => 0 };
        var format = output switch { "video" => "mp4", "image" => Text(input, "format") ?? "png", _ => Text(input, "format") ?? "mp3" };
        var shape = new SimulatorShape(
            output, format, width, height, frames, fps, output switch { "video" => frames / fps, "audio" => asked, _ => 0 },
            output == "audio" || Flag(input, "sound"), Text(input, "camera_motion")?.Contains("out", StringComparison.OrdinalIgnoreCase) == true,
            Text(input, "prompt") ?? "", (long)(Number(input, "seed") ?? 42));
        return shape.Fault() is { } fault ? (null, fault) : (shape, null);
    }

    string? Fault() => this switch
    {
        { Output: "video" or "image" } when Math.Min(Width, Height) < SmallestSide || Math.Max(Width, Height) > LargestSide =>
            $"The picture must be {SmallestSide} to {LargestSide} pixels a side.",
        { Output: "video", Fps: < 1 or > 60 } => "fps must be 1 to 60.",
        { Output: "video", Frames: < 1 or > MostFrames } => $"The video must have 1 to {MostFrames} frames.",
        { Output: "video" } when Width % 2 != 0 || Height % 2 != 0 => "width and height must be even.",
        { Output: "image", Format: not ("png" or "jpeg") } => "format must be png or jpeg.",
        { Output: "audio", Format: not ("mp3" or "wav") } => "format must be mp3 or wav.",
        { Output: "audio", DurationSeconds: <= 0 or > LongestSoundSeconds } => $"duration_seconds must be above 0 and at most {LongestSoundSeconds}.",
        _ => null,
    };

    static (int Width, int Height) Size(JsonElement input, GenerationAsset? image, string output)
    {
        if (output == "audio") return (0, 0);
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
