using Microsoft.Extensions.Options;
using VideoGen.Ffmpeg.Probing;

namespace VideoGen.Ffmpeg.Tests.Probing;

[Parallelizable(ParallelScope.All)]
public sealed class Probing_a_media_file
{
    static readonly MediaProbe Probe = new(Options.Create(Samples.Options));

    [TestCase("clip.mp4", "video", "video/mp4", true)]
    [TestCase("clip.mov", "video", "video/quicktime", true)]
    [TestCase("clip.mkv", "video", "video/x-matroska", true)]
    [TestCase("clip.webm", "video", "video/webm", true)]
    [TestCase("clip.avi", "video", "video/x-msvideo", true)]
    public async Task Reads_a_video(string name, string kind, string mediaType, bool hasAudio)
    {
        var facts = await FactsAsync(await Samples.PathAsync(name));
        Assert.Multiple(() =>
        {
            Assert.That((facts.Kind, facts.MediaType, facts.HasAudio), Is.EqualTo((kind, mediaType, hasAudio)));
            Assert.That((facts.Width, facts.Height, facts.Fps), Is.EqualTo((320, 180, 24)));
            Assert.That(facts.DurationSeconds, Is.EqualTo(2).Within(0.1));
            Assert.That(facts.Frames, Is.EqualTo(48).Within(2));
        });
    }

    [TestCase("picture.jpg", "image/jpeg", 320, 240)]
    [TestCase("picture.png", "image/png", 320, 240)]
    [TestCase("picture.webp", "image/webp", 320, 240)]
    [TestCase("clip.gif", "image/gif", 160, 90)]
    public async Task Reads_an_image(string name, string mediaType, int width, int height)
    {
        var facts = await FactsAsync(await Samples.PathAsync(name));
        Assert.Multiple(() =>
        {
            Assert.That((facts.Kind, facts.MediaType, facts.Width, facts.Height), Is.EqualTo(("image", mediaType, (int?)width, (int?)height)));
            Assert.That((facts.DurationSeconds, facts.Fps, facts.HasAudio), Is.EqualTo(((double?)null, (double?)null, false)));
        });
    }

    [TestCase("sound.mp3", "audio/mpeg")]
    [TestCase("sound.wav", "audio/wav")]
    [TestCase("sound.m4a", "audio/mp4")]
    [TestCase("sound.aac", "audio/aac")]
    [TestCase("sound.flac", "audio/flac")]
    [TestCase("sound.ogg", "audio/ogg")]
    public async Task Reads_a_sound(string name, string mediaType)
    {
        var facts = await FactsAsync(await Samples.PathAsync(name));
        Assert.Multiple(() =>
        {
            Assert.That((facts.Kind, facts.MediaType, facts.HasAudio, facts.Width), Is.EqualTo(("audio", mediaType, true, (int?)null)));
            Assert.That(facts.DurationSeconds, Is.EqualTo(2).Within(0.15));
        });
    }

    [Test]
    public async Task Knows_a_sound_in_a_video_container()
    {
        var path = Samples.NewPath(".mp4");
        await Samples.MakeAsync("-i", await Samples.PathAsync("sound.m4a"), "-c", "copy", path);
        var facts = await FactsAsync(path);
        Assert.That((facts.Kind, facts.MediaType, facts.Extension), Is.EqualTo(("audio", "audio/mp4", ".m4a")));
    }

    [Test]
    public async Task Does_not_take_a_cover_picture_for_a_video()
    {
        var path = Samples.NewPath(".mp3");
        await Samples.MakeAsync("-i", await Samples.PathAsync("sound.mp3"), "-i", await Samples.PathAsync("picture.jpg"), "-map", "0:a", "-map", "1:v",
            "-c", "copy", "-id3v2_version", "3", "-disposition:v", "attached_pic", path);
        var facts = await FactsAsync(path);
        Assert.That((facts.Kind, facts.Width), Is.EqualTo(("audio", (int?)null)));
    }

    [TestCase("90", 180, 320)]
    [TestCase("-90", 180, 320)]
    [TestCase("180", 320, 180)]
    public async Task Gives_the_size_as_shown_for_a_turned_video(string degrees, int width, int height)
    {
        var path = Samples.NewPath(".mp4");
        await Samples.MakeAsync("-i", await Samples.PathAsync("clip.mp4"), "-c", "copy", "-metadata:s:v:0", $"rotate={degrees}", path);
        var facts = await FactsAsync(path);
        Assert.That((facts.Width, facts.Height), Is.EqualTo(((int?)width, (int?)height)));
    }

    static async Task<MediaFacts> FactsAsync(string path)
    {
        var result = await Probe.ProbeAsync(path);
        Assert.That(result, Is.InstanceOf<ProbeResult.Ok>(), () => result.ToString());
        return ((ProbeResult.Ok)result).Facts;
    }
}
