using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Options;
using VideoGen.Ffmpeg.Formats;
using VideoGen.Ffmpeg.Pictures;
using VideoGen.Ffmpeg.Probing;
using VideoGen.Testing;

namespace VideoGen.Ffmpeg.Tests.Probing;

[Parallelizable(ParallelScope.All)]
public sealed class Looking_at_a_picture_that_lies_on_its_side
{
    /// <summary>Four fields: red, green, blue, white.</summary>
    const string Upright = "color=red:s=64x32,drawbox=x=32:y=0:w=32:h=16:c=0x00FF00:t=fill,drawbox=x=0:y=16:w=32:h=16:c=blue:t=fill,"
        + "drawbox=x=32:y=16:w=32:h=16:c=white:t=fill,format=rgb24";

    static readonly MediaProbe Probe = new(Options.Create(Samples.Options));

    static readonly int[] Orientations = [1, 2, 3, 4, 5, 6, 7, 8];

    static readonly Lazy<Task<IReadOnlyDictionary<(string Extension, int Orientation), string>>> Stored = new(StoreAsync);

    [Test]
    public async Task Gives_the_size_and_the_look_as_shown([Values(".jpg", ".png", ".webp")] string extension)
    {
        var pictures = new List<(string Path, MediaFacts Facts)>();
        foreach (var orientation in Orientations)
        {
            var path = Samples.NewPath(extension);
            await File.WriteAllBytesAsync(path,
                ExifSamples.Mark(await File.ReadAllBytesAsync((await Stored.Value)[(extension, orientation)]),
                extension, orientation, littleEndian: orientation % 2 == 0));
            var facts = ((ProbeResult.Ok)await Probe.ProbeAsync(path)).Facts;
            Assert.That((facts.Width, facts.Height, facts.Picture!.Orientation), Is.EqualTo(((int?)64, (int?)32, orientation)));
            pictures.Add((path, facts));
        }
        Assert.That(await FieldsAsync(pictures), Is.EqualTo(Enumerable.Repeat("red green blue white", 8)));
    }

    [Test]
    public void Takes_nonsense_for_upright([Range(0, 60)] int length)
    {
        var random = new Random(length);
        var noise = new byte[length];
        random.NextBytes(noise);
        foreach (var (start, format) in (( byte[], MediaFormat)[])[([0xFF, 0xD8, 0xFF, 0xE1], MediaFormat.Jpeg), ([.. "II*\0"u8],
            MediaFormat.Tiff), ([.. "RIFF....WEBPEXIF"u8], MediaFormat.Webp)])
        {
            var path = Samples.NewPath(format.Extension);
            File.WriteAllBytes(path, [.. start, .. noise]);
            Assert.That(Orientation.Read(path, format), Is.InRange(1, 8));
        }
    }

    /// <summary>All stored pictures of one run of ffmpeg, which takes longer to start than to draw them.</summary>
    static async Task<IReadOnlyDictionary<(string Extension, int Orientation), string>> StoreAsync()
    {
        var paths = new Dictionary<(string, int), string>();
        List<string> arguments = ["-f", "lavfi", "-i", Upright];
        foreach (var extension in (string[])[".jpg", ".png", ".webp"])
        {
            foreach (var orientation in Orientations)
            {
                var path = paths[(extension, orientation)] = Samples.NewPath(extension);
                arguments.AddRange(["-vf", ExifSamples.StoredBy(orientation), "-frames:v", "1", "-update", "1",
                    "-q:v", extension == ".webp" ? "95" : "2", path]);
            }
        }
        await Samples.MakeAsync(arguments);
        return paths;
    }

    /// <summary>The colours of each picture's four fields, shown upright.</summary>
    static async Task<IReadOnlyList<string>> FieldsAsync(IReadOnlyList<(string Path, MediaFacts Facts)> pictures)
    {
        List<string> inputs = [];
        var graph = new System.Text.StringBuilder();
        foreach (var (path, facts) in pictures)
        {
            var filter = PictureFilters.Still(facts.Picture!) is { Length: > 0 } turn ? turn + "," : "";
            graph.Append(CultureInfo.InvariantCulture, $"[{inputs.Count}:v]{filter}format=rgb24,scale=2:2:flags=area[p{inputs.Count}];");
            inputs.Add(path);
        }
        for (var at = 0; at < inputs.Count; at++) graph.Append(CultureInfo.InvariantCulture, $"[p{at}]");
        graph.Append(CultureInfo.InvariantCulture, $"vstack=inputs={inputs.Count}");
        var start = new ProcessStartInfo("ffmpeg", ["-loglevel", "error", .. pictures.SelectMany(picture => (string[])["-noautorotate",
            .. FfmpegInput.Untrusted(picture.Path, picture.Facts.Format)]), "-filter_complex", graph.ToString(), "-f", "rawvideo", "-"])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        using var process = Process.Start(start)!;
        using var pixels = new MemoryStream();
        await process.StandardOutput.BaseStream.CopyToAsync(pixels);
        await process.WaitForExitAsync();
        return [.. pixels.ToArray().Chunk(12).Select(fields => string.Join(' ', fields.Chunk(3).Select(Name)))];
    }

    static string Name(byte[] rgb) => (rgb[0] > 128, rgb[1] > 128, rgb[2] > 128) switch
    {
        (true, false, false) => "red",
        (false, true, false) => "green",
        (false, false, true) => "blue",
        (true, true, true) => "white",
        _ => "another",
    };
}
