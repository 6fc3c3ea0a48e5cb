using System.Diagnostics;
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

    [Test]
    public async Task Gives_the_size_and_the_look_as_shown([Range(1, 8)] int orientation, [Values(".jpg", ".png",
        ".webp")] string extension)
    {
        var path = Samples.NewPath(extension);
        await Samples.MakeAsync("-f", "lavfi", "-i", $"{Upright},{ExifSamples.StoredBy(orientation)}", "-frames:v", "1", "-update", "1",
            "-q:v", extension == ".webp" ? "95" : "2", path);
        await File.WriteAllBytesAsync(path, ExifSamples.Mark(await File.ReadAllBytesAsync(path), extension, orientation,
            littleEndian: orientation % 2 == 0));
        var facts = ((ProbeResult.Ok)await Probe.ProbeAsync(path)).Facts;
        Assert.That((facts.Width, facts.Height, facts.Picture!.Orientation), Is.EqualTo(((int?)64, (int?)32, orientation)));
        Assert.That(await FieldsAsync(path, facts), Is.EqualTo("red green blue white"));
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

    static async Task<string> FieldsAsync(string path, MediaFacts facts)
    {
        var filter = PictureFilters.Still(facts.Picture!) is { Length: > 0 } turn ? turn + "," : "";
        var start = new ProcessStartInfo("ffmpeg", ["-loglevel", "error", "-noautorotate", .. FfmpegInput.Untrusted(path, facts.Format),
            "-vf", $"{filter}format=rgb24,scale=2:2:flags=area", "-f", "rawvideo", "-"])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        using var process = Process.Start(start)!;
        using var pixels = new MemoryStream();
        await process.StandardOutput.BaseStream.CopyToAsync(pixels);
        await process.WaitForExitAsync();
        return string.Join(' ', pixels.ToArray().Chunk(3).Select(Name));
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
