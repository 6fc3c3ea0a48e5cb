using System.Globalization;

namespace VideoGen.Providers.Tests.Connectors.MediaTools;

/// <summary>One clip of each kind that headers and simple tools get wrong, and the answer that an editor would give.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class Working_on_files_as_people_send_them
{
    static readonly string[] X264 = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"];

    static readonly ToolBench Bench = new();

    /// <summary>What cameras and editors make: the shape as shown is kept, and nothing breaks.</summary>
    static readonly (string Name, string Filter, string Pixels, string Extension, string[] Codec, int Width)[] Makes =
    [
        ("anamorphic", "setsar=64/45", "yuv420p", ".mp4", ["libx264"], 128),
        ("4:2:2", "null", "yuv422p", ".mov", ["libx264"], 90),
        ("4:4:4", "null", "yuv444p", ".mkv", ["libx264"], 90),
        ("ten bit", "null", "yuv422p10le", ".mov", ["prores_ks"], 90),
        ("alpha", "format=rgba,colorchannelmixer=aa=0.5", "yuva444p10le", ".mov", ["prores_ks"], 90),
        ("rgb", "null", "bgr24", ".avi", ["rawvideo"], 90),
        ("odd sides", "scale=91:65", "yuv444p", ".mkv", ["libx264"], 90),
        ("interlaced", "fps=50,interlace", "yuv420p", ".mkv", ["mpeg2video", "-flags", "+ildct+ilme", "-top", "1"], 90),
        ("full range", "null", "yuvj420p", ".mkv", ["mjpeg"], 90),
    ];

    static readonly Dictionary<string, Lazy<Task<string>>> MadeClips =
        Makes.ToDictionary(make => make.Name, make => new Lazy<Task<string>>(() =>
        Bench.MakeAsync(make.Extension, ["-f", "lavfi", "-i", $"testsrc2=s=90x64:r=25:d=0.6,{make.Filter},format={make.Pixels}",
            "-c:v", .. make.Codec, "-pix_fmt", make.Pixels])));

    static IEnumerable<string> MakeNames => Makes.Select(make => make.Name);

    static readonly Lazy<Task<string>> LateBeeps = new(() =>
        new ClockClip(".mp4", "libx264", "aac", "30000/1001", 96, 64, 1.9) { SoundFrom = 0.5 }.MakeAsync(Bench));

    static readonly Lazy<Task<string>> PlainGrey =
        new(() => Bench.MakeAsync(".mp4", ["-f", "lavfi", "-i", "color=0x404040:s=96x64:r=10:d=1",
        .. X264, "-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709"]));

    [OneTimeTearDown]
    public static void Clean() => Bench.Dispose();

    [Test]
    public async Task A_recording_whose_header_tells_no_length_is_measured()
    {
        var recording = await RecordingAsync();
        Assert.That((await Bench.FactsAsync(recording)).DurationSeconds, Is.EqualTo(3).Within(0.05));
        Assert.That((await Bench.UseAsync("trim", new { start_seconds = 0.5, end_seconds = 1.5 }, recording)).Facts.DurationSeconds,
            Is.EqualTo(1).Within(0.04));
        Assert.That((await Bench.UseAsync("extract-frame", new { position = "last" }, recording)).Facts.Width, Is.EqualTo(96));
        Assert.That((await Bench.UseAsync("extract-audio", new { format = "wav" }, recording)).Facts.DurationSeconds,
            Is.EqualTo(3).Within(0.05));
        Assert.That((await Bench.UseAsync("compose", new { }, recording, await CardAsync(2))).Facts.DurationSeconds,
            Is.EqualTo(5).Within(0.05));
    }

    [Test]
    public async Task A_still_that_stands_for_seconds_goes_on_standing_after_a_cut()
    {
        var slides = await SlidesAsync();
        var made = await Bench.UseAsync("trim", new { start_seconds = 3, end_seconds = 8 }, slides);
        Assert.That((made.Facts.DurationSeconds, made.Facts.HasAudio), Is.EqualTo((5.0, true)));
        Assert.That((await ColoursAsync(made.Path)).Distinct(), Is.EqualTo((string[])["red"]));
        var across = await ColoursAsync((await Bench.UseAsync("trim", new { start_seconds = 9, end_seconds = 10.03 }, slides)).Path);
        Assert.That((across[12], across[^1]), Is.EqualTo(("red", "blue")));
        Assert.That(await ColoursAsync((await Bench.UseAsync("extract-frame", new { at_seconds = 9.9 }, slides)).Path),
            Is.EqualTo((string[])["red"]));
        Assert.That(await ColoursAsync((await Bench.UseAsync("extract-frame", new { position = "last" }, slides)).Path),
            Is.EqualTo((string[])["blue"]));
    }

    [TestCase(".mp4", "aac", 20, 0)]
    [TestCase(".mkv", "flac", 250, 30)]
    public async Task A_cut_far_inside_begins_with_the_right_frame(string container, string sound, int keyFrames, double clock)
    {
        var clip = new ClockClip(container, "libx264", sound, "10", 96, 64, 14) { KeyFrames = keyFrames, ClockOffset = clock };
        var path = await clip.MakeAsync(Bench);
        var made = await Bench.UseAsync("trim", new { start_seconds = 11.34, duration_seconds = 2 }, path);
        var read = await ClockReader.ReadAsync(made.Path, hasSound: true, ClockArea.WholeFrame);
        Assert.That(read.Shown[0][0], Is.EqualTo(11.3).Within(0.001));
        Assert.That(read.Beeps[0], Is.EqualTo(12 - 11.3).Within(0.03));
        var frame = await Bench.UseAsync("extract-frame", new { at_seconds = 13.77 }, path);
        Assert.That((await ClockReader.ReadAsync(frame.Path, hasSound: false, ClockArea.WholeFrame)).Shown[0][0], Is.EqualTo(13.7)
            .Within(0.001));
    }

    [Test]
    public async Task Clips_are_joined_at_the_rate_of_the_parts_that_move()
    {
        var bursts = await Bench.MakeAsync(".mp4", ["-f", "lavfi", "-i",
            "testsrc2=s=96x64:r=60:d=6,select='lt(t,1)+between(t,3,3.01)+gte(t,5)'", .. X264, "-vsync", "vfr"]);
        Assert.That((await Bench.FactsAsync(bursts)).Fps, Is.EqualTo(60));
        Assert.That((await Bench.UseAsync("trim", new { start_seconds = 1.5, end_seconds = 2.5 }, bursts)).Facts.DurationSeconds,
            Is.EqualTo(1).Within(0.02));
        var joined = await Bench.UseAsync("compose", new { }, bursts, await CardAsync(1));
        Assert.That((joined.Facts.Fps, joined.Facts.DurationSeconds), Is.EqualTo((60.0, 7.0)));
    }

    [TestCase("none")]
    [TestCase("fade")]
    public async Task Ten_clips_keep_picture_and_sound_together(string transition)
    {
        var path = await LateBeeps.Value;
        var made = await Bench.UseAsync("compose", new { transition, transition_seconds = 0.3 }, [.. Enumerable.Repeat(path, 10)]);
        var timeline = made.Facts.Timeline!;
        Assert.That(timeline.Sound!.End - timeline.Sound.Start, Is.EqualTo(timeline.PictureEnd!.Value - timeline.Pictures[0]).Within(
            1001 / 30000.0));
        var beeps = (await ClockReader.ReadAsync(made.Path, hasSound: true)).Beeps;
        var step = ((made.Facts.DurationSeconds!.Value - 1.9) / 9);
        Assert.That(beeps, Has.Count.EqualTo(10));
        for (var at = 0; at < 10; at++) Assert.That(beeps[at], Is.EqualTo(1 + (at * step)).Within(0.05));
    }

    [TestCase("smpte2084")]
    [TestCase("arib-std-b67")]
    public async Task Hdr_beside_sdr_becomes_sdr(string transfer)
    {
        var hdr = await Bench.MakeAsync(".mp4", ["-f", "lavfi", "-i", "color=0x7f7f7f:s=96x64:r=10:d=1", "-c:v", "libx264", "-preset",
            "ultrafast", "-pix_fmt", "yuv420p10le",
            "-color_primaries", "bt2020", "-color_trc", transfer, "-colorspace", "bt2020nc", "-color_range", "tv"]);
        var plain = await PlainGrey.Value;
        foreach (var clips in (string[][])[[hdr, plain], [plain, hdr]])
        {
            var made = await Bench.UseAsync("compose", new { }, clips);
            Assert.That((made.Facts.Picture!.Transfer, made.Facts.Picture.Matrix, made.Facts.Picture.Primaries,
                made.Facts.Picture.PixelFormat), Is.EqualTo(("bt709", "bt709", "bt709", "yuv420p")));
            var frames = await PixelsAsync(made.Path);
            var (bright, dark) = clips[0] == hdr ? (frames[2][1], frames[17][1]) : (frames[17][1], frames[2][1]);
            Assert.That(dark, Is.EqualTo(0x40).Within(4));
            Assert.That(bright, Is.InRange(0x80, 0xE0), "half of HDR's signal is bright on an ordinary screen");
        }
        var frame = await Bench.UseAsync("extract-frame", new { }, hdr);
        Assert.That((await PixelsAsync(frame.Path))[0][1], Is.InRange(0x80, 0xE0));
    }

    [Test]
    public async Task The_same_red_stays_the_same_whatever_matrix_a_file_was_made_with()
    {
        var hd = await RedAsync("bt709");
        var sd = await RedAsync("smpte170m");
        var made = await Bench.UseAsync("compose", new { }, hd, sd);
        var frames = await PixelsAsync(made.Path);
        Assert.That(frames, Has.Count.EqualTo(20));
        foreach (var rgb in frames)
        {
            Assert.That(rgb[0], Is.GreaterThan(245));
            Assert.That(rgb[1..], Is.All.LessThan(10));
        }
    }

    [TestCaseSource(nameof(MakeNames))]
    public async Task Pictures_of_every_make_are_cut_as_they_are_shown(string name)
    {
        var make = Makes.Single(each => each.Name == name);
        var clip = await MadeClips[name].Value;
        var piece = await Bench.UseAsync("trim", new { start_seconds = 0.2 }, clip);
        Assert.That((piece.Facts.Width, piece.Facts.Height, piece.Facts.Picture!.PixelFormat, piece.Facts.Picture.IsInterlaced),
            Is.EqualTo((make.Width, 64, "yuv420p", false)));
        await Bench.UseAsync("extract-frame", new { at_seconds = 0.5 }, clip);
    }

    [TestCase("anamorphic", 128)]
    [TestCase("odd sides", 90)]
    public async Task Pictures_of_every_make_are_joined_in_the_shape_of_the_first(string first, int width)
    {
        List<string> clips = [await MadeClips[first].Value];
        foreach (var make in Makes.Where(make => make.Name != first)) clips.Add(await MadeClips[make.Name].Value);
        var made = (await Bench.UseAsync("compose", new { }, clips)).Facts;
        Assert.That((made.Width, made.Height, made.Picture!.PixelFormat, made.Frames), Is.EqualTo((width, 64, "yuv420p", 9 * 15)));
    }

    [Test]
    public async Task A_cover_picture_and_an_empty_sound_are_neither_picture_nor_sound()
    {
        var cover = await Bench.MakeAsync(".png", "-f", "lavfi", "-i", "color=green:s=64x64", "-frames:v", "1", "-update", "1");
        var clip = await Bench.MakeAsync(".mp4", ["-i", cover, "-f", "lavfi", "-i", "color=red:s=96x64:r=10:d=1", "-map", "0:v",
            "-map", "1:v", "-c:v:0", "png", "-disposition:v:0", "attached_pic",
            "-c:v:1", "libx264", "-pix_fmt:v:1", "yuv420p", "-timecode", "01:00:00:00"]);
        Assert.That((await ColoursAsync((await Bench.UseAsync("trim", new { }, clip)).Path)).Distinct(), Is.EqualTo((string[])["red"]));
        var mute = await Bench.MakeAsync(".mkv", ["-f", "lavfi", "-i", "testsrc2=s=96x64:r=10:d=1", "-f", "lavfi", "-i",
            "sine=d=1", "-af", "aselect=0", .. X264, "-c:a", "pcm_s16le"]);
        Assert.That((await Bench.UseAsync("trim", new { }, mute)).Facts.HasAudio, Is.False);
        Assert.That(await Bench.RefusalAsync("extract-audio", new { }, mute), Is.EqualTo("video: the video has no sound."));
    }

    static Task<string> RecordingAsync() => Bench.MakeAsync(".webm", "-f", "lavfi", "-i", "testsrc2=s=96x64:r=30:d=3", "-f", "lavfi",
        "-i", "sine=d=3", "-c:v", "libvpx", "-deadline", "realtime",
        "-cpu-used", "8", "-c:a", "libopus", "-live", "1");

    static Task<string> CardAsync(int seconds) =>
        Bench.MakeAsync(".mp4", ["-f", "lavfi", "-i", string.Create(CultureInfo.InvariantCulture,
            $"testsrc2=s=96x54:r=25:d={seconds}"), .. X264]);

    /// <summary>Red to 10 s, then blue for a moment: two frames in all.</summary>
    static Task<string> SlidesAsync() => Bench.MakeAsync(".mp4", ["-f", "lavfi", "-i",
        "color=red:s=96x64:r=25:d=10.04,select='eq(n,0)+eq(n,250)',drawbox=c=blue:t=fill:enable='gte(t,10)'",
        "-f", "lavfi", "-i", "sine=d=10.04", .. X264, "-vsync", "vfr", "-c:a", "aac"]);

    static Task<string> RedAsync(string matrix) => Bench.MakeAsync(".mp4", ["-f", "lavfi", "-i",
        $"color=red:s=96x64:r=10:d=1,format=rgb24,scale=out_color_matrix={matrix}:out_range=tv,format=yuv420p", .. X264,
        "-color_primaries", matrix, "-color_trc", matrix, "-colorspace", matrix, "-color_range", "tv"]);

    static async Task<IReadOnlyList<string>> ColoursAsync(string path) => [.. (await PixelsAsync(path)).Select(rgb =>
        rgb is [> 200, < 60, < 60] ? "red" : rgb is [< 60, < 60, > 200] ? "blue" : "another")];

    /// <summary>The middle of every frame as RGB, decoded as its tags say.</summary>
    static async Task<IReadOnlyList<byte[]>> PixelsAsync(string path)
    {
        var pixels = await ToolBench.RunAsync("ffmpeg", "-i", path, "-vsync", "passthrough", "-vf", "format=rgb24,scale=1:1", "-f",
            "rawvideo", "-");
        return [.. pixels.Chunk(3)];
    }
}
