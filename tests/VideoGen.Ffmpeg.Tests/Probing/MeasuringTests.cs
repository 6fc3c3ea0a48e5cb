using System.Buffers.Binary;
using Microsoft.Extensions.Options;
using VideoGen.Ffmpeg.Probing;

namespace VideoGen.Ffmpeg.Tests.Probing;

/// <summary>Headers leave things out, and sometimes they are wrong: what counts is measured.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class Measuring_what_the_header_does_not_tell
{
    static readonly MediaProbe Probe = new(Options.Create(Samples.Options));
    static readonly MediaCheck Check = new(Probe, Samples.Runner, Options.Create(Samples.Options));

    [TestCase(".webm", "libvpx", "libopus")]
    [TestCase(".mkv", "libx264", "aac")]
    public async Task Measures_the_length_of_a_stream_that_was_recorded_as_it_went(string extension, string video, string sound)
    {
        var path = Samples.NewPath(extension);
        await Samples.MakeAsync("-i", await Samples.PathAsync("clip.mp4"), "-c:v", video, "-deadline", "realtime", "-cpu-used", "8",
            "-c:a", sound, "-live", "1", path);
        var facts = await FactsAsync(path);
        Assert.That(facts.DurationSeconds, Is.EqualTo(2).Within(0.05));
        Assert.That((facts.Fps, facts.HasAudio), Is.EqualTo(((double?)24, true)));
    }

    [TestCase("-output_ts_offset 10", ".mkv")]
    [TestCase("-output_ts_offset 3600", ".ts")]
    [TestCase("-output_ts_offset 7", ".mp4")]
    public async Task Counts_from_where_the_clock_of_the_file_starts(string offset, string extension)
    {
        var path = Samples.NewPath(extension);
        await Samples.MakeAsync(["-i", await Samples.PathAsync("clip.mp4"), "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac",
            .. offset.Split(' '), path]);
        Assert.That((await FactsAsync(path)).DurationSeconds, Is.EqualTo(2).Within(0.06));
    }

    [TestCase(0u, 0u)]
    [TestCase(uint.MaxValue, uint.MaxValue)]
    [TestCase(0x7FFF_F024u, 0x7FFF_F000u)]
    [TestCase(0x8000_0024u, 0x8000_0000u)]
    public async Task Measures_a_wav_whose_size_its_recorder_did_not_know(uint riff, uint data)
    {
        var bytes = await File.ReadAllBytesAsync(await Samples.PathAsync("sound.wav"));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), riff);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(bytes.AsSpan().IndexOf("data"u8) + 4), data);
        var path = Samples.NewPath(".wav");
        await File.WriteAllBytesAsync(path, bytes);
        Assert.That((await FactsAsync(path)).DurationSeconds, Is.EqualTo(2).Within(0.03));
    }

    [Test]
    public async Task Knows_where_a_late_sound_belongs()
    {
        var path = Samples.NewPath(".mkv");
        await Samples.MakeAsync("-f", "lavfi", "-i", "testsrc2=s=96x54:r=25:d=4",
            "-f", "lavfi", "-i", "sine=d=4", "-af", "aselect='gte(t,1.5)'",
            "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "flac", path);
        var timeline = (await FactsAsync(path)).Timeline!;
        Assert.That((timeline.Origin, timeline.Seconds), Is.EqualTo((0.0, 4.0)).Within(0.02));
        Assert.That(timeline.Sound!.Start, Is.EqualTo(1.5).Within(0.06));
    }

    [TestCase("testsrc2=s=96x54:r=60:d=6,select='lt(t,1)+gte(t,5)'", 60.0)]
    [TestCase("testsrc2=s=96x54:r=30:d=3,select='not(between(t,1,2))'", 30.0)]
    [TestCase("testsrc2=s=96x54:r=30000/1001:d=2", 29.97)]
    [TestCase("testsrc2=s=96x54:r=25:d=20,select='eq(mod(n,250),0)'", null)]
    public async Task Gives_the_rate_of_the_parts_that_move(string source, double? expected)
    {
        var path = Samples.NewPath(".mkv");
        await Samples.MakeAsync("-f", "lavfi", "-i", source, "-c:v", "libx264", "-preset", "ultrafast", "-vsync", "vfr", path);
        Assert.That((await FactsAsync(path)).Fps, Is.EqualTo(expected));
    }

    [TestCase("64/45", 228, 90)]
    [TestCase("8/9", 142, 90)]
    public async Task Gives_the_size_that_pixels_which_are_no_squares_make(string shape, int width, int height)
    {
        var path = Samples.NewPath(".mp4");
        await Samples.MakeAsync("-f", "lavfi", "-i", $"testsrc2=s=160x90:r=10:d=1,setsar={shape}", "-c:v", "libx264", "-preset",
            "ultrafast", path);
        var facts = await FactsAsync(path);
        Assert.That((facts.Width, facts.Height, facts.Picture!.CodedWidth), Is.EqualTo(((int?)width, (int?)height, 160)));
    }

    [Test]
    public async Task Tells_the_colours_that_a_file_is_tagged_with()
    {
        var path = Samples.NewPath(".mp4");
        await Samples.MakeAsync("-f", "lavfi", "-i", "testsrc2=s=160x90:r=10:d=1", "-c:v", "libx264", "-pix_fmt", "yuv420p10le",
            "-color_primaries", "bt2020", "-color_trc", "smpte2084",
            "-colorspace", "bt2020nc", "-color_range", "tv", path);
        var picture = (await FactsAsync(path)).Picture!;
        Assert.That((picture.Primaries, picture.Transfer, picture.Matrix, picture.Range, picture.IsHdr), Is.EqualTo(("bt2020",
            "smpte2084", "bt2020nc", "tv", true)));
    }

    [TestCase(".ts", "mpeg2video", "mp2", "video/mp2t")]
    [TestCase(".mpg", "mpeg2video", "mp2", "video/mpeg")]
    [TestCase(".flv", "flv", "libmp3lame", "video/x-flv")]
    [TestCase(".wmv", "wmv2", "wmav2", "video/x-ms-wmv")]
    public async Task Takes_videos_of_older_formats(string extension, string video, string sound, string mediaType)
    {
        var path = Samples.NewPath(extension);
        await Samples.MakeAsync("-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=2", "-f", "lavfi", "-i", "sine=d=2:r=44100", "-c:v",
            video, "-c:a", sound, path);
        var facts = await FactsAsync(path);
        Assert.That((facts.Kind, facts.MediaType, facts.Width, facts.Fps, facts.HasAudio), Is.EqualTo(("video", mediaType, (int?)320,
            (double?)25, true)));
        Assert.That(facts.DurationSeconds, Is.EqualTo(2).Within(0.1));
    }

    [TestCase(".bmp", "bmp", "image/bmp")]
    [TestCase(".tiff", "tiff", "image/tiff")]
    [TestCase(".avif", "libaom-av1", "image/avif")]
    public async Task Takes_pictures_of_other_formats(string extension, string codec, string mediaType)
    {
        var path = Samples.NewPath(extension);
        string[] one = extension == ".avif" ? ["-cpu-used", "8"] : ["-update", "1"];
        await Samples.MakeAsync(["-f", "lavfi", "-i", "testsrc2=s=320x180", "-frames:v", "1", "-c:v", codec, .. one, path]);
        var facts = await FactsAsync(path);
        Assert.That((facts.Kind, facts.MediaType, facts.Width, facts.Height), Is.EqualTo(("image", mediaType, (int?)320, (int?)180)));
    }

    [TestCase("\0\0\0\u0018ftypheic\0\0\0\0mif1heic", "HEIC")]
    [TestCase("\0\0\0\u0018ftypmif1\0\0\0\0mif1heic", "HEIC")]
    [TestCase("\0\0\0\fJXL \r\n\u0087\n", "JPEG XL")]
    [TestCase("8BPS\0\u0001\0\0\0\0\0\0", "Photoshop")]
    [TestCase("<svg xmlns=\"http://www.w3.org/2000/svg\"></svg>", "SVG")]
    [TestCase("%PDF-1.7 ....................", "PDF")]
    public async Task Says_what_came_and_what_to_send_instead(string start, string name)
    {
        var path = Samples.NewPath(".bin");
        await File.WriteAllBytesAsync(path, System.Text.Encoding.Latin1.GetBytes(start));
        var reason = (await Check.ProveAsync(path) as ProbeResult.Refused)?.Reason;
        Assert.That(reason, Does.Contain(name).And.Contain("Send ").And.Contain("PNG"));
    }

    [Test]
    public async Task Says_that_an_animated_webp_can_not_be_decoded()
    {
        var path = Samples.NewPath(".webp");
        await Samples.MakeAsync("-f", "lavfi", "-i", "testsrc2=s=64x48:r=10:d=0.5", "-c:v", "libwebp_anim", path);
        Assert.That((await Check.ProveAsync(path) as ProbeResult.Refused)?.Reason, Does.Contain("animated WebP").And.Contain(
            "GIF, MP4 or WebM"));
    }

    [Test]
    public async Task Takes_no_empty_stream_for_a_sound()
    {
        var path = Samples.NewPath(".mkv");
        await Samples.MakeAsync("-f", "lavfi", "-i", "testsrc2=s=160x90:r=10:d=1",
            "-f", "lavfi", "-i", "sine=d=1", "-af", "aselect=0", "-c:v",
            "libx264", "-preset", "ultrafast", "-c:a", "pcm_s16le", path);
        Assert.That((await FactsAsync(path)).HasAudio, Is.False);
    }

    static async Task<MediaFacts> FactsAsync(string path)
    {
        var result = await Check.ProveAsync(path);
        Assert.That(result, Is.InstanceOf<ProbeResult.Ok>(), () => result.ToString());
        return ((ProbeResult.Ok)result).Facts;
    }
}
