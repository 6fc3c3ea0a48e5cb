using VideoGen.Providers.Connectors;
using VideoGen.Providers.Contracts;

namespace VideoGen.Providers.Tests.Connectors;

[TestFixture]
internal sealed class Using_the_media_tools : ConnectorConformance
{
    protected override string ConnectorName => "media-tools";

    protected override async Task<CreateRequest> GoodWorkAsync() => Request("trim", new { start_seconds = 0.5, duration_seconds = 0.5 }, [await Assets.VideoAsync("video", 2)]);

    protected override async Task<CreateRequest> LongWorkAsync()
    {
        var video = await Assets.VideoAsync("videos[0]", 20, "1280x720", 30);
        return Request("compose", new { transition = "fade" }, [.. Enumerable.Range(0, 10).Select(at => video with { Field = $"videos[{at}]" })]);
    }

    protected override async Task<CreateRequest> ImpossibleWorkAsync() => Request("extract-audio", new { format = "mp3" }, [await Assets.VideoAsync("video", 1, silent: true)]);

    protected override async Task<CreateRequest> UnacknowledgedWorkAsync() =>
        (await GoodWorkAsync()) with { Script = new SimulatorScript(LoseAcknowledgement: true) };

    [TestCase("""{"start_seconds":0.5,"duration_seconds":1}""", 1.0)]
    [TestCase("""{"start_seconds":1,"end_seconds":1.5}""", 0.5)]
    [TestCase("""{"start_seconds":1}""", 1.0)]
    [TestCase("""{}""", 2.0)]
    [TestCase("""{"start_seconds":1.5,"duration_seconds":60}""", 0.5)]
    [TestCase("""{"end_seconds":600}""", 2.0)]
    public async Task A_piece_is_cut_to_the_frame(string input, double expected)
    {
        var (_, facts) = await MakeAsync(Request("trim", System.Text.Json.JsonElement.Parse(input), [await Assets.VideoAsync("video", 2)]));
        Assert.That((facts.DurationSeconds, facts.Frames, facts.HasAudio), Is.EqualTo((expected, (long)(expected * 10), true)));
    }

    [TestCase("""{"start_seconds":2}""", "start_seconds is 2, but the video is only 2 seconds long.")]
    [TestCase("""{"start_seconds":1,"end_seconds":0.5}""", "end_seconds must lie after start_seconds.")]
    [TestCase("""{"end_seconds":1,"duration_seconds":0.5}""", "Give end_seconds or duration_seconds, not both.")]
    public async Task A_piece_that_does_not_exist_is_refused(string input, string expected)
    {
        var refusal = await FailAsync(Request("trim", System.Text.Json.JsonElement.Parse(input), [await Assets.VideoAsync("video", 2)]));
        Assert.That((refusal.Kind, refusal.Message), Is.EqualTo((RefusalKind.Input, expected)));
    }

    [Test]
    public async Task A_video_with_odd_sides_can_be_cut()
    {
        var video = await Assets.MakeAsync("video", ".mkv", "-f", "lavfi", "-i", "testsrc2=s=161x121:r=10:d=1", "-c:v", "libx264", "-pix_fmt", "yuv444p");
        var (_, facts) = await MakeAsync(Request("trim", new { }, [video]));
        Assert.That((facts.Width, facts.Height), Is.EqualTo((160, 120)));
    }

    [TestCase("none", 3.5)]
    [TestCase("fade", 2.5)]
    public async Task Clips_of_any_sort_are_joined_into_the_first_ones_frame(string transition, double expected)
    {
        GenerationAsset[] clips =
        [
            await Assets.VideoAsync("videos[0]", 1, "160x120", 10), await Assets.VideoAsync("videos[1]", 1.5, "120x200", 25, silent: true),
            await Assets.VideoAsync("videos[2]", 1, "320x240", 24),
        ];
        var (_, facts) = await MakeAsync(Request("compose", new { transition, transition_seconds = 5 }, clips));
        Assert.That((facts.Width, facts.Height, facts.Fps, facts.HasAudio), Is.EqualTo((160, 120, 10.0, true)));
        Assert.That(facts.DurationSeconds, Is.EqualTo(expected).Within(0.15));
    }

    [Test]
    public async Task Silent_clips_stay_silent()
    {
        var clip = await Assets.VideoAsync("videos[0]", 1, silent: true);
        var (_, facts) = await MakeAsync(Request("compose", new { transition = "none" }, [clip, clip with { Field = "videos[1]" }]));
        Assert.That((facts.DurationSeconds, facts.HasAudio), Is.EqualTo((2.0, false)));
    }

    [Test]
    public async Task One_clip_is_not_enough()
    {
        var answer = await Providers.Get<VideoGen.Providers.Connectors.ConnectorRegistry>().Find("media-tools")!
            .CreateAsync(Request("compose", new { }, [await Assets.VideoAsync("videos[0]", 1)]), CancellationToken.None);
        Assert.That(((CreateAnswer.Refused)answer).Refusal.Message, Is.EqualTo("videos must be 2 to 10."));
    }

    [TestCase("""{"position":"first","format":"png"}""", "image/png")]
    [TestCase("""{"position":"last","format":"jpeg"}""", "image/jpeg")]
    [TestCase("""{"at_seconds":0.55}""", "image/png")]
    [TestCase("""{"at_seconds":3600,"format":"jpeg"}""", "image/jpeg")]
    public async Task A_frame_is_saved(string input, string mediaType)
    {
        var (_, facts) = await MakeAsync(Request("extract-frame", System.Text.Json.JsonElement.Parse(input), [await Assets.VideoAsync("video", 1)]));
        Assert.That((facts.MediaType, facts.Width, facts.Height), Is.EqualTo((mediaType, 160, 120)));
    }

    [Test]
    public async Task The_last_frame_is_another_than_the_first_and_beyond_the_end_means_the_last()
    {
        var video = await Assets.VideoAsync("video", 1);
        var first = await MakeAsync(Request("extract-frame", new { position = "first" }, [video]));
        var last = await MakeAsync(Request("extract-frame", new { position = "last" }, [video]));
        var beyond = await MakeAsync(Request("extract-frame", new { at_seconds = 99 }, [video]));
        Assert.That(last.Bytes, Is.Not.EqualTo(first.Bytes).And.EqualTo(beyond.Bytes));
    }

    [Test]
    public async Task The_last_frame_is_found_though_the_sound_goes_on()
    {
        var video = await Assets.MakeAsync("video", ".mp4", "-f", "lavfi", "-i", "testsrc2=s=160x120:r=10:d=1", "-f", "lavfi", "-i", "sine=d=6",
            "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac");
        var (_, facts) = await MakeAsync(Request("extract-frame", new { position = "last" }, [video]));
        Assert.That(facts.Width, Is.EqualTo(160));
        await MakeAsync(Request("extract-frame", new { at_seconds = 4 }, [video]));
    }

    [TestCase("mp3", "audio/mpeg")]
    [TestCase("wav", "audio/wav")]
    [TestCase("m4a", "audio/mp4")]
    public async Task The_sound_is_saved(string format, string mediaType)
    {
        var (_, facts) = await MakeAsync(Request("extract-audio", new { format }, [await Assets.VideoAsync("video", 1.5)]));
        Assert.That((facts.MediaType, facts.Kind), Is.EqualTo((mediaType, "audio")));
        Assert.That(facts.DurationSeconds, Is.EqualTo(1.5).Within(0.1));
    }

    [Test]
    public async Task A_silent_video_has_no_sound_to_save()
    {
        var refusal = await FailAsync(await ImpossibleWorkAsync());
        Assert.That((refusal.Kind, refusal.Message), Is.EqualTo((RefusalKind.Input, "video: the video has no sound.")));
    }

    [TestCase("")]
    [TestCase("not a video at all, whatever its name says")]
    [TestCase("ffconcat version 1.0\nfile '/etc/passwd'\n")]
    [TestCase("#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n")]
    public async Task A_file_that_is_no_video_is_refused(string content)
    {
        var refusal = await FailAsync(Request("trim", new { }, [await Assets.PutAsync("video", System.Text.Encoding.UTF8.GetBytes(content))]));
        Assert.That(refusal.Kind, Is.EqualTo(RefusalKind.Input));
        Assert.That(refusal.Message, Does.StartWith("video: "));
    }

    [Test]
    public async Task An_image_is_no_video()
    {
        var refusal = await FailAsync(Request("trim", new { }, [(await Assets.ImageAsync()) with { Field = "video" }]));
        Assert.That((refusal.Kind, refusal.Message), Is.EqualTo((RefusalKind.Input, "video: the file is not a video.")));
    }

    [Test]
    public async Task An_input_that_is_gone_is_refused_and_a_storage_that_is_away_is_asked_again()
    {
        var gone = await FailAsync(Request("trim", new { }, [Assets.Missing("video")]));
        Assert.That(gone.Kind, Is.EqualTo(RefusalKind.Input));

        var video = await Assets.VideoAsync("video", 1);
        Assets.FailNext(1);
        await MakeAsync(Request("trim", new { }, [video]));
    }
}
