using System.Text.Json;
using System.Text.Json.Nodes;
using VideoGen.Ffmpeg.Probing;
using VideoGen.Providers.Catalog;
using VideoGen.Providers.Contracts;
using VideoGen.Providers.Contracts.Events;
using VideoGen.Providers.Tests.Harness;

namespace VideoGen.Providers.Tests.Catalog;

/// <summary>Each model of the dialects once through its own route: its schema's defaults and the little that a case adds.</summary>
[TestFixture]
internal sealed class Running_every_model
{
    ProvidersApplication _providers = null!;
    AssetServer _assets = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _assets = await AssetServer.StartAsync();
        _providers = await ProvidersApplication.StartAsync(("Connectors:Simulator:Instant", "false"), ("Connectors:Simulator:Preset", "ultrafast"));
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _providers.DisposeAsync();
        await _assets.DisposeAsync();
    }

    static readonly CatalogModel[] Shipped = [.. ModelCatalog.Read(ServiceSettings.CatalogFolder, new FakeConnectors().All).Models];

    // Model, input beside the defaults, assets it names, then what comes out: files, and of each kind, size, frames, rate, seconds, sound.
    static readonly (string Slug, string Input, string Assets, string Made)[] Cases =
    [
        ("wan2.1", """{"prompt":"x","width":256,"height":256,"length":8}""", "", "1 video 256x256 8f 16fps 0.5s"),
        ("veo3.1", """{"prompt":"x","generate_audio":true}""", "", "1 video 1280x720 96f 24fps 4s sound"),
        ("video-trim", """{"duration_seconds":0.5}""", "video", "1 video 160x120 5f 10fps 0.5s sound"),
        ("video-compose", """{"videos":["a","b"]}""", "videos[0] videos[1]", "1 video 160x120 20f 10fps 2s sound"),
        ("video-extract-frame", "{}", "video", "1 image 160x120"),
        ("video-extract-audio", "{}", "video", "1 audio 1s sound"),
        ("veo3", """{"prompt":"x","aspect_ratio":"1:1"}""", "", "1 video 720x720 192f 24fps 8s sound"),
        ("grok-imagine", """{"prompt":"x"}""", "", "1 image 1280x720"),
        ("grok-imagine", """{"prompt":"x","model":"text-to-video","duration":1,"aspect_ratio":"9:16"}""", "", "1 video 720x1280 24f 24fps 1s sound"),
        ("grok-imagine", """{"prompt":"x","model":"image-to-video","duration":1,"aspect_ratio":"1:1","image_url":"a"}""", "image_url", "1 video 720x720 24f 24fps 1s sound"),
        ("kling-motion-control", """{"image_url":"a","video_url":"b"}""", "image_url video_url", "1 video 1920x1080 24f 24fps 1s sound"),
        ("asmr-generator", """{"theme":"kinetic_sand"}""", "", "1 video 720x1280 192f 24fps 8s sound"),
        ("elevenlabs-tts", """{"text":"Good morning, and welcome. Ça va? 😀"}""", "", "1 audio 2s sound"),
        ("elevenlabs-sts", """{"audio_url":"a"}""", "audio_url", "1 audio 1s sound"),
        ("whisper", """{"audio_url":"a"}""", "audio_url", "text"),
        ("nano-banana", """{"prompt":"x","aspect_ratio":"3:4","output_format":"jpeg"}""", "", "1 image 720x960"),
        ("nano-banana", """{"prompt":"x","image_urls":["a"]}""", "image_urls[0]", "1 image 1024x1024"),
        ("veo-3.1-fast-generate-preview", """{"prompt":"x","resolution":"720p","aspectRatio":"9:16","durationSeconds":4,"generateAudio":true}""", "", "1 video 720x1280 96f 24fps 4s sound"),
        ("stability-video", """{"image":"a","num_frames":14}""", "image", "1 video 1024x576 14f 24fps 0.583s"),
        ("flux-schnell", """{"prompt":"x","width":256,"height":264,"num_outputs":3}""", "", "3 image 256x264"),
        ("sdxl", """{"prompt":"x","width":256,"height":256}""", "", "1 image 256x256"),
        ("musicgen", """{"prompt":"x","duration":2}""", "", "1 audio 2s sound"),
        ("stable-video-diffusion", """{"prompt":"x","width":256,"height":256}""", "", "1 video 256x256 24f 8fps 3s"),
        ("animatediff", """{"image":"a","duration_seconds":1}""", "image", "1 video 512x512 24f 24fps 1s"),
        ("character-animation", """{"character_id":"assistant","action":"greeting","resolution":"256x256","duration_seconds":1}""", "", "1 video 256x256 24f 24fps 1s"),
    ];

    static IEnumerable<TestCaseData> Each => Cases.Select(each => new TestCaseData(each.Slug, each.Input, each.Assets, each.Made));

    /// <summary>Of the others it is enough that the simulator could draw them: <see cref="Asking_for_every_model"/>.</summary>
    [Test]
    public void No_model_of_a_dialect_and_no_local_one_is_left_out() => Assert.That(
        Shipped.Where(model => model.Dialects.Count > 0 || model.Vendor == "local" || model.Routes is [{ Connector: "simulator" }])
            .Select(model => model.Slug).Except(Cases.Select(each => each.Slug)), Is.Empty);

    [TestCaseSource(nameof(Each))]
    public async Task It_makes_what_it_says(string slug, string given, string fields, string made)
    {
        var model = Shipped.Single(each => each.Slug == slug);
        var assets = new List<GenerationAsset>();
        foreach (var field in fields.Split(' ', StringSplitOptions.RemoveEmptyEntries)) assets.Add(await AssetAsync(model, field));

        var job = await _providers.Jobs.StartAsync(slug, WithDefaults(model, given), assets: assets);
        var end = await _providers.Jobs.WaitForAsync<GenerationSucceeded>(job);

        if (made == "text")
        {
            Assert.That(end.Outputs, Is.Empty);
            Assert.That(end.Text, Does.StartWith("[Simulated transcript of 1 seconds of audio/"));
            return;
        }

        Assert.That(end.Text, Is.Null);
        var facts = new List<MediaFacts>();
        foreach (var output in end.Outputs) facts.Add((await _providers.FetchFactsAsync(output)).Facts);
        Assert.That(facts.Select(each => each.Kind), Is.EqualTo(end.Outputs.Select(output => output.Kind)));
        Assert.That(facts.Select(Describe).Distinct().Select(each => $"{facts.Count} {each}"), Is.EqualTo((string[])[made]));
        var kinds = model.Capabilities.TryGetProperty("kinds", out var several) ? several.EnumerateArray().Select(kind => kind.GetString()!) : [model.Kind];
        Assert.That(kinds, Does.Contain(facts[0].Kind));
    }

    [Test]
    public async Task A_transcript_is_the_same_for_the_same_recording()
    {
        var recording = await SoundAsync("audio_url");
        var texts = new List<string?>();
        for (var time = 0; time < 2; time++)
        {
            var job = await _providers.Jobs.StartAsync("whisper", new { audio_url = "a" }, assets: [recording]);
            texts.Add((await _providers.Jobs.WaitForAsync<GenerationSucceeded>(job)).Text);
        }

        Assert.That(texts[1], Is.EqualTo(texts[0]).And.Not.Empty);
    }

    [TestCase("whisper", """{"audio_url":"a"}""", "audio_url", "The recording has no sound.")]
    [TestCase("elevenlabs-sts", """{"audio_url":"a","voice":"rachel"}""", "audio_url", "The recording has no sound.")]
    [TestCase("stable-video-diffusion", """{"prompt":"x","width":256,"height":256,"num_frames":100,"fps":8}""", "", "The video would last 12.5 seconds; at most 10.")]
    public async Task What_can_not_be_done_is_said(string slug, string input, string field, string message)
    {
        var assets = field.Length == 0 ? Array.Empty<GenerationAsset>() : [await _assets.VideoAsync(field, 1, silent: true)];
        var job = await _providers.Jobs.StartAsync(slug, JsonElement.Parse(input), assets: assets);
        Assert.That((await _providers.Jobs.WaitForAsync<GenerationFailed>(job)).Message, Does.Contain(message));
    }

    [TestCase("flux-schnell", """{"prompt":"x","width":256,"height":256,"num_outputs":2}""", 2)]
    [TestCase("elevenlabs-tts", """{"text":"hello","voice":"adam"}""", 1)]
    [TestCase("whisper", """{"audio_url":"a"}""", 0)]
    public async Task Instant_delivery_works_for_every_sort_of_result(string slug, string input, int files)
    {
        GenerationAsset[] assets = slug == "whisper" ? [await SoundAsync("audio_url")] : [];
        for (var time = 0; time < 2; time++)
        {
            var job = await _providers.Jobs.StartAsync(slug, JsonElement.Parse(input), new SimulatorScript(Instant: true), assets);
            var end = await _providers.Jobs.WaitForAsync<GenerationSucceeded>(job);
            Assert.That(end.Outputs, Has.Count.EqualTo(files));
            foreach (var output in end.Outputs) await _providers.FetchFactsAsync(output);
        }
    }

    Task<GenerationAsset> AssetAsync(CatalogModel model, string field)
    {
        var name = field.Split('[')[0];
        var property = model.InputSchema.GetProperty("properties").GetProperty(name);
        if (name != field) property = property.GetProperty("items");
        return property.GetProperty("x-media")[0].GetString() switch
        {
            "video" => _assets.VideoAsync(field, 1),
            "audio" => SoundAsync(field),
            _ => ImageAsync(field),
        };
    }

    async Task<GenerationAsset> ImageAsync(string field) => await _assets.ImageAsync() with { Field = field };

    Task<GenerationAsset> SoundAsync(string field) => _assets.MakeAsync(field, ".wav", "-f", "lavfi", "-i", "sine=frequency=300:duration=1");

    static JsonObject WithDefaults(CatalogModel model, string given)
    {
        var input = JsonNode.Parse(given)!.AsObject();
        foreach (var property in model.InputSchema.GetProperty("properties").EnumerateObject())
        {
            if (!input.ContainsKey(property.Name) && property.Value.TryGetProperty("default", out var value)) input[property.Name] = JsonNode.Parse(value.GetRawText());
        }

        return input;
    }

    /// <summary>A sound's length to the second: what encoders add at its ends is theirs.</summary>
    static string Describe(MediaFacts facts) => FormattableString.Invariant(facts.Kind switch
    {
        "video" => (FormattableString)$"video {facts.Width}x{facts.Height} {facts.Frames}f {facts.Fps:0.##}fps {facts.DurationSeconds:0.###}s{(facts.HasAudio ? " sound" : "")}",
        "image" => $"image {facts.Width}x{facts.Height}",
        _ => $"audio {Math.Round(facts.DurationSeconds ?? 0)}s sound",
    });
}
