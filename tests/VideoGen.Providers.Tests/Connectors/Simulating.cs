using VideoGen.Providers.Connectors;
using VideoGen.Providers.Contracts;

namespace VideoGen.Providers.Tests.Connectors;

[TestFixture]
internal sealed class Simulating : ConnectorConformance
{
    protected override string ConnectorName => "simulator";

    protected override IReadOnlyList<(string Name, string Value)> Settings => [("Connectors:Simulator:Instant", "false")];

    protected override Task<CreateRequest> GoodWorkAsync() => Task.FromResult(Small());

    protected override Task<CreateRequest> LongWorkAsync() =>
        Task.FromResult(Request("video", new { prompt = "x", width = 1920, height = 1080, frames = 3600, fps = 24 }));

    protected override Task<CreateRequest> ImpossibleWorkAsync() => Task.FromResult(Request("video", new { prompt = "x", width = 3, height = 3 }));

    protected override Task<CreateRequest> UnacknowledgedWorkAsync() => Task.FromResult(Small(new SimulatorScript(LoseAcknowledgement: true)));

    [TestCase("16:9", "720p", 4, false, 1280, 720, 96)]
    [TestCase("9:16", "720p", 4, true, 720, 1280, 96)]
    [TestCase("16:9", "1080p", 4, true, 1920, 1080, 96)]
    public async Task A_video_has_the_size_length_rate_and_sound_asked_for(string aspect, string resolution, int seconds, bool sound, int width, int height, long frames)
    {
        var (_, facts) = await MakeAsync(Request("video", new { prompt = "A quiet sea", aspect_ratio = aspect, resolution, duration_seconds = seconds, fps = 24, sound }));
        Assert.That((facts.VideoCodec, facts.AudioCodec, facts.Width, facts.Height, facts.Frames, facts.Fps, facts.DurationSeconds),
            Is.EqualTo(("h264", sound ? "aac" : null, width, height, frames, 24.0, (double)seconds)));
    }

    [TestCase(1, 256, 256)]
    [TestCase(17, 256, 512)]
    [TestCase(81, 264, 256)]
    [TestCase(257, 256, 256)]
    public async Task A_video_has_exactly_the_frames_asked_for(int frames, int width, int height)
    {
        var (_, facts) = await MakeAsync(Request("video", new { prompt = "x", width, height, frames, fps = 16 }));
        Assert.That((facts.Frames, facts.Width, facts.Height, facts.Fps), Is.EqualTo(((long)frames, width, height, 16.0)));
    }

    [TestCase("320x240", ".png", 1280, 720)]
    [TestCase("240x320", ".jpg", 720, 1280)]
    [TestCase("64x64", ".webp", 1280, 720)]
    public async Task An_image_is_animated_in_its_own_direction(string size, string extension, int width, int height)
    {
        var image = await Assets.ImageAsync(size, extension);
        var (_, facts) = await MakeAsync(Request("video", new { prompt = "x", duration_seconds = 0.5, fps = 24, image = image.AssetId }, [image]));
        Assert.That((facts.Width, facts.Height, facts.Frames), Is.EqualTo((width, height, 12L)));
    }

    [Test]
    public async Task A_photograph_is_animated_the_way_the_camera_was_held()
    {
        var bytes = await MediaTools.ToolBench.RunAsync("ffmpeg", "-f", "lavfi", "-i", "testsrc2=s=60x40", "-frames:v", "1", "-c:v",
            "mjpeg", "-f", "image2pipe", "-");
        var image = await Assets.PutAsync("image", VideoGen.Testing.ExifSamples.Mark(bytes, ".jpg", 6));
        var (_, facts) = await MakeAsync(Request("video", new { prompt = "x", duration_seconds = 0.5, fps = 24 }, [image]));
        Assert.That((image.Width, image.Height, facts.Width, facts.Height), Is.EqualTo(((int?)40, (int?)60, (int?)720, (int?)1280)));
    }

    [TestCase("png")]
    [TestCase("jpeg")]
    public async Task An_image_has_the_size_and_format_asked_for(string format)
    {
        var (_, facts) = await MakeAsync(Request("image", new { prompt = "A quiet sea", width = 300, height = 201, format }));
        Assert.That((facts.MediaType, facts.Width, facts.Height), Is.EqualTo(($"image/{format}", 300, 201)));
    }

    [TestCase("mp3", "audio/mpeg")]
    [TestCase("wav", "audio/wav")]
    public async Task A_sound_has_the_length_and_format_asked_for(string format, string mediaType)
    {
        var (_, facts) = await MakeAsync(Request("audio", new { prompt = "A quiet sea", duration_seconds = 2.5, format }));
        Assert.That(facts.MediaType, Is.EqualTo(mediaType));
        Assert.That(facts.DurationSeconds, Is.EqualTo(2.5).Within(0.06));
    }

    [Test]
    public async Task The_same_input_and_seed_give_the_same_bytes_and_another_seed_gives_others()
    {
        var first = await MakeAsync(Seeded(1));
        var again = await MakeAsync(Seeded(1));
        var other = await MakeAsync(Seeded(2));
        Assert.That(again.Bytes, Is.EqualTo(first.Bytes));
        Assert.That(other.Bytes, Is.Not.EqualTo(first.Bytes));
    }

    [Test]
    public async Task The_same_image_gives_the_same_bytes()
    {
        var image = await Assets.ImageAsync();
        var request = Request("video", new { prompt = "x", width = 256, height = 256, frames = 8, fps = 16, sound = true }, [image]);
        var first = await MakeAsync(request);
        var again = await MakeAsync(request with { ClientReference = Guid.CreateVersion7() });
        Assert.That(again.Bytes, Is.EqualTo(first.Bytes));
    }

    [Test]
    public async Task The_same_reference_is_the_same_work()
    {
        var request = Small();
        var first = await AcceptAsync(request);
        Assert.That(await AcceptAsync(request), Is.EqualTo(first));
    }

    [Test]
    public async Task A_file_that_is_no_image_is_refused()
    {
        var text = await Assets.PutAsync("image", "ffconcat version 1.0\nfile other.mp4\n"u8.ToArray());
        var refusal = await FailAsync(Request("video", new { prompt = "x", width = 256, height = 256, frames = 4, fps = 16 }, [text]));
        Assert.That(refusal.Kind, Is.EqualTo(RefusalKind.Input));
        Assert.That(refusal.Message, Does.StartWith("image: "));
    }

    [Test]
    public async Task An_instant_file_is_rendered_once_for_all_jobs_of_its_shape()
    {
        var files = new List<byte[]>();
        foreach (var prompt in (string[])["one", "two"])
            files.Add((await MakeAsync(Request("video", new { prompt, width = 256, height = 256, frames = 5, fps = 16 }, script: new SimulatorScript(Instant: true)))).Bytes);
        Assert.That(files[1], Is.EqualTo(files[0]));

        var third = await Connector().CreateAsync(Request("video", new { prompt = "three", width = 256, height = 256, frames = 5, fps = 16 }, script: new SimulatorScript(Instant: true)), CancellationToken.None);
        Assert.That(((CreateAnswer.Accepted)third).State, Is.TypeOf<VendorState.Succeeded>(), "delivered with the acceptance");
    }

    [Test]
    public async Task Scripts_delay_fail_and_expire()
    {
        var slow = await AcceptAsync(Small(new SimulatorScript(DelaySeconds: 1)));
        var failing = await AcceptAsync(Small(new SimulatorScript(FailWith: "rate_limited", FailAtPercent: 50)));
        var expiring = (VendorState.Succeeded)await EndOfAsync(await AcceptAsync(Small(new SimulatorScript(ExpireOutputs: true))));

        using var refused = await Providers.FetchAsync(expiring.Outputs[0].Url!);
        Assert.That((int)refused.StatusCode, Is.EqualTo(403));
        Assert.That(((VendorState.Failed)await EndOfAsync(failing)).Refusal.Kind, Is.EqualTo(RefusalKind.RateLimited));
        Assert.That(await EndOfAsync(slow), Is.TypeOf<VendorState.Succeeded>());
        Assert.That(await Providers.Database.ScalarAsync<bool>("select now() >= created_at + interval '1 second' from renders where id = $1", Guid.Parse(slow)), Is.True);
    }

    IConnector Connector() => Microsoft.Extensions.DependencyInjection.ServiceProviderServiceExtensions.GetServices<IConnector>(Providers.Services).Single(each => each.Name == ConnectorName);

    static CreateRequest Small(SimulatorScript? script = null) => Request("video", new { prompt = "x", width = 256, height = 256, frames = 8, fps = 16 }, script: script);

    static CreateRequest Seeded(int seed) => Request("video", new { prompt = "A quiet sea", seed, width = 256, height = 256, frames = 8, fps = 16, sound = true });
}
