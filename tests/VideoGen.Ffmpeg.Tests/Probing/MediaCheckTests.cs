using Microsoft.Extensions.Options;
using VideoGen.Ffmpeg.Probing;

namespace VideoGen.Ffmpeg.Tests.Probing;

[Parallelizable(ParallelScope.All)]
public sealed class Proving_that_a_file_decodes
{
    static readonly MediaCheck Check = new(new MediaProbe(Options.Create(Samples.Options)), Samples.Runner, Options.Create(Samples.Options));

    [TestCase("picture.jpg")]
    [TestCase("picture.png")]
    [TestCase("picture.webp")]
    [TestCase("clip.gif")]
    [TestCase("clip.mp4")]
    [TestCase("clip.mov")]
    [TestCase("clip.mkv")]
    [TestCase("clip.webm")]
    [TestCase("clip.avi")]
    [TestCase("sound.mp3")]
    [TestCase("sound.wav")]
    [TestCase("sound.m4a")]
    [TestCase("sound.aac")]
    [TestCase("sound.flac")]
    [TestCase("sound.ogg")]
    public async Task Takes_every_good_file(string name) =>
        Assert.That(await Check.ProveAsync(await Samples.PathAsync(name)), Is.InstanceOf<ProbeResult.Ok>());

    [Test]
    public async Task Takes_a_long_video_by_samples()
    {
        var path = Samples.NewPath(".mp4");
        await Samples.MakeAsync("-f", "lavfi", "-i", "testsrc2=s=160x90:r=12:d=90", "-f", "lavfi", "-i", "sine=duration=95", "-c:v", "libx264", "-preset", "ultrafast",
            "-pix_fmt", "yuv420p", path);
        Assert.That(await Check.ProveAsync(path), Is.InstanceOf<ProbeResult.Ok>());
    }

    [Test]
    public async Task Refuses_an_image_without_its_end(
        [Values("picture.jpg", "picture.png", "picture.webp", "clip.gif")] string name, [Values(5, 20, 50, 80, 99)] int percent)
    {
        var whole = await File.ReadAllBytesAsync(await Samples.PathAsync(name));
        await AssertRefusedAsync(await CutAsync(name, whole.Length * percent / 100));
    }

    [TestCase("picture.jpg", 1)]
    [TestCase("picture.jpg", 2)]
    [TestCase("picture.jpg", 20)]
    [TestCase("picture.png", 1)]
    [TestCase("picture.png", 12)]
    [TestCase("picture.webp", 1)]
    [TestCase("clip.gif", 1)]
    [TestCase("clip.gif", 2)]
    public async Task Refuses_an_image_that_lacks_its_last_bytes(string name, int missing) =>
        await AssertRefusedAsync(await CutAsync(name, (int)new FileInfo(await Samples.PathAsync(name)).Length - missing));

    [Test]
    public async Task Refuses_a_video_that_was_cut_off(
        [Values("clip.mp4", "clip.mov", "clip.mkv", "clip.webm", "clip.avi")] string name, [Values(30, 70, 95)] int percent)
    {
        var whole = await File.ReadAllBytesAsync(await Samples.PathAsync(name));
        await AssertRefusedAsync(await CutAsync(name, whole.Length * percent / 100));
    }

    [Test]
    public async Task Refuses_a_long_video_that_was_cut_off()
    {
        var path = Samples.NewPath(".mp4");
        await Samples.MakeAsync("-f", "lavfi", "-i", "testsrc2=s=160x90:r=12:d=60", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p",
            "-movflags", "+faststart", path);
        await using (var file = new FileStream(path, FileMode.Open)) file.SetLength(file.Length * 3 / 4);
        await AssertRefusedAsync(path);
    }

    [Test]
    public async Task Refuses_a_png_with_flipped_bits()
    {
        var bytes = await File.ReadAllBytesAsync(await Samples.PathAsync("picture.png"));
        bytes[bytes.Length / 2] ^= 0x10;
        var path = Samples.NewPath(".png");
        await File.WriteAllBytesAsync(path, bytes);
        await AssertRefusedAsync(path);
    }

    [Test]
    public async Task Takes_a_jpeg_with_bytes_after_its_end()
    {
        var path = Samples.NewPath(".jpg");
        await File.WriteAllBytesAsync(path, [.. await File.ReadAllBytesAsync(await Samples.PathAsync("picture.jpg")), .. new byte[5000]]);
        Assert.That(await Check.ProveAsync(path), Is.InstanceOf<ProbeResult.Ok>());
    }

    [Test]
    public async Task Tells_an_empty_file()
    {
        var path = Samples.NewPath(".png");
        await File.WriteAllBytesAsync(path, []);
        Assert.That(await AssertRefusedAsync(path), Is.EqualTo("The file is empty."));
    }

    [Test]
    public async Task Refuses_a_signature_followed_by_noise()
    {
        var noise = new byte[4096];
        new Random(3).NextBytes(noise);
        foreach (var name in (string[])["picture.jpg", "picture.png", "picture.webp", "clip.gif", "clip.mp4", "clip.mkv", "clip.avi", "sound.flac", "sound.ogg", "sound.wav"])
        {
            var start = (await File.ReadAllBytesAsync(await Samples.PathAsync(name))).AsSpan(0, 16).ToArray();
            var path = Samples.NewPath(Path.GetExtension(name));
            await File.WriteAllBytesAsync(path, [.. start, .. noise]);
            await AssertRefusedAsync(path);
        }
    }

    static async Task<string> CutAsync(string name, int length)
    {
        var path = Samples.NewPath(Path.GetExtension(name));
        await File.WriteAllBytesAsync(path, (await File.ReadAllBytesAsync(await Samples.PathAsync(name)))[..length]);
        return path;
    }

    static async Task<string> AssertRefusedAsync(string path)
    {
        var result = await Check.ProveAsync(path);
        Assert.That(result, Is.InstanceOf<ProbeResult.Refused>(), () => $"{Path.GetFileName(path)}: {result}");
        var reason = ((ProbeResult.Refused)result).Reason;
        Assert.That(reason, Does.EndWith(".").And.Not.Contain("/tmp"));
        return reason;
    }
}
