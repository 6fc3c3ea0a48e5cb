using Microsoft.Extensions.Options;
using VideoGen.Ffmpeg.Probing;

namespace VideoGen.Ffmpeg.Tests.Probing;

[Parallelizable(ParallelScope.All)]
public sealed class Making_pictures_while_a_file_is_checked
{
    const string Picture = "scale=64:-2,format=yuvj420p";

    static readonly MediaCheck Check =
        new(new MediaProbe(Options.Create(Samples.Options)), Samples.Runner, Options.Create(Samples.Options));

    [TestCase("picture.jpg")]
    [TestCase("picture.png")]
    [TestCase("clip.gif")]
    [TestCase("clip.mp4")]
    [TestCase("clip.webm")]
    public async Task Makes_each_of_them_in_the_same_run(string name)
    {
        SideOutput[] sides = [Jpeg(Picture), Jpeg("scale=32:-2,format=yuvj420p")];
        Assert.That(await Check.ProveAsync(await Samples.PathAsync(name), _ => sides), Is.InstanceOf<ProbeResult.Ok>());
        Assert.That(sides.Select(side => side.IsThere), Is.All.True);
        Assert.That(await WidthAsync(sides[0]), Is.EqualTo(64));
        Assert.That(await WidthAsync(sides[1]), Is.EqualTo(32));
    }

    [Test]
    public async Task Takes_them_from_the_beginning_of_a_long_video()
    {
        var path = Samples.NewPath(".mp4");
        // Red for four seconds, blue from then on.
        await Samples.MakeAsync("-f", "lavfi", "-i", "color=red:s=64x64:r=12:d=4", "-f", "lavfi", "-i", "color=blue:s=64x64:r=12:d=60",
            "-filter_complex", "[0][1]concat", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", path);
        SideOutput[] sides = [Jpeg("reverse,format=yuvj420p", seconds: 3), Jpeg("reverse,format=yuvj420p", seconds: 5)];
        Assert.That(await Check.ProveAsync(path, _ => sides), Is.InstanceOf<ProbeResult.Ok>());
        Assert.That(await IsRedAsync(sides[0]), Is.True, "the last frame before three seconds");
        Assert.That(await IsRedAsync(sides[1]), Is.False, "the last frame before five seconds");
    }

    [TestCase("picture.jpg")]
    [TestCase("clip.mp4")]
    public async Task Takes_a_good_file_of_which_they_cannot_be_made(string name)
    {
        SideOutput[] sides = [Jpeg(Picture), Jpeg("crop=90000:90000")];
        Assert.That(await Check.ProveAsync(await Samples.PathAsync(name), _ => sides), Is.InstanceOf<ProbeResult.Ok>());
        Assert.That(sides.Select(side => side.IsThere), Is.All.False);
    }

    [TestCase("picture.jpg")]
    [TestCase("clip.mp4")]
    public async Task Leaves_none_of_a_file_that_is_refused(string name)
    {
        var whole = await File.ReadAllBytesAsync(await Samples.PathAsync(name));
        var path = Samples.NewPath(Path.GetExtension(name));
        await File.WriteAllBytesAsync(path, whole[..(whole.Length * 70 / 100)]);
        SideOutput[] sides = [Jpeg(Picture)];
        Assert.That(await Check.ProveAsync(path, _ => sides), Is.InstanceOf<ProbeResult.Refused>());
        Assert.That(sides[0].IsThere, Is.False);
    }

    [Test]
    public async Task Asks_for_none_of_a_sound()
    {
        Assert.That(await Check.ProveAsync(await Samples.PathAsync("sound.mp3"), facts => facts.Kind == "audio" ? [] : [Jpeg(Picture)]),
            Is.InstanceOf<ProbeResult.Ok>());
    }

    static SideOutput Jpeg(string filter, double? seconds = null) =>
        new(filter, ["-frames:v", "1", "-update", "1"], Samples.NewPath(".jpg"), seconds);

    static async Task<int?> WidthAsync(SideOutput side) => (await Check.ProveAsync(side.Path) as ProbeResult.Ok)?.Facts.Width;

    static async Task<bool> IsRedAsync(SideOutput side)
    {
        var raw = Samples.NewPath(".bmp");
        await Samples.MakeAsync("-i", side.Path, "-vf", "scale=1:1", raw);
        // The pixel of a bitmap, in the order blue, green, red.
        var pixel = (await File.ReadAllBytesAsync(raw))[54..57];
        return pixel[2] > pixel[0];
    }
}
