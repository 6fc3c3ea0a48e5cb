using System.Text.Json;

namespace VideoGen.Clients.Tests.Live;

/// <summary>The same story in each language: everything that a developer does, against a running system.</summary>
[TestFixture(ClientProgram.Node, "native.mjs", "javascript.mp4")]
[TestFixture(ClientProgram.Python, "native.py", "python.mp4")]
public sealed class Working_with_the_native_clients(string program, string script, string video)
{
    LiveFolder _folder = null!;
    JsonElement _told;

    [OneTimeSetUp]
    public async Task Run_it()
    {
        _folder = await LiveFolder.CreateAsync();
        _told = LiveProgram.Told(await LiveProgram.RunAsync(program, script, _folder));
    }

    [OneTimeTearDown]
    public void Clear_away() => _folder.Dispose();

    [TestCase("upload", """["image","picture.jpg"]""")]
    [TestCase("quote", "true")]
    [TestCase("sameJob", "true")]
    [TestCase("progressed", "true")]
    [TestCase("streamed", "\"completed\"")]
    [TestCase("failed", """[true,"content_rejected"]""")]
    [TestCase("cancelled", "true")]
    [TestCase("refused", """[true,400,"invalid_request",["input.duration_seconds"]]""")]
    [TestCase("listed", """["completed","cancelled"]""")]
    [TestCase("events", """["job.queued","job.started","job.completed"]""")]
    [TestCase("ledger", """["capture","hold"]""")]
    [TestCase("available", "true")]
    [TestCase("test", "true")]
    [TestCase("webhooks", """["job.completed","job.completed","user123",true,0]""")]
    [TestCase("deleted", "404")]
    public void Tells_what_the_system_did(string what, string expected) =>
        Assert.That(JsonSerializer.Serialize(_told.GetProperty(what)), Is.EqualTo(expected));

    [Test]
    public void Lists_the_models_of_a_kind() =>
        Assert.That(_told.GetProperty("models").EnumerateArray().Select(model => model.GetString()), Does.Contain("flux-schnell").And.Not.Contain("veo3.1"));

    [Test]
    public async Task Downloads_a_video_that_plays()
    {
        Assert.That(_told.GetProperty("video").GetString(), Is.EqualTo(Path.Combine(_folder.Path, video)));
        var probe = await ClientProgram.RunAsync("ffprobe", _folder.Path, ["-v", "error", "-show_entries", "stream=codec_name,width,height", "-of", "csv=p=0", video]);
        Assert.That(probe.Output.Split('\n')[0], Is.EqualTo("h264,320,256"), probe.ToString());
    }

    [Test]
    public async Task The_example_of_the_readme_makes_a_video()
    {
        var (folder, example) = program == ClientProgram.Node ? (ClientProgram.JavaScriptFolder, "generate.mjs") : (ClientProgram.PythonFolder, "generate.py");
        var system = await TheSystem.GetAsync();
        var path = Path.Combine(_folder.Path, "example.mp4");
        var environment = new Dictionary<string, string> { ["VIDEOGEN_API_KEY"] = system.Endpoints.ApiKey, ["VIDEOGEN_URL"] = system.Endpoints.Gateway };
        var run = await ClientProgram.RunAsync(program, folder, [Path.Combine("examples", example), "A lighthouse", path], environment);

        Assert.That(run.ExitCode, Is.Zero, run.ToString());
        Assert.That(run.Output, Does.Match(@"^\d+ credits at most\n").And.Contain("completed 100 %").And.EndWith($"{path}\n"));
        Assert.That(new FileInfo(path).Length, Is.GreaterThan(1000));
    }
}

/// <summary>The clients' waits outlast a gateway that is killed and comes back.</summary>
[TestFixture]
[NonParallelizable]
public sealed class Losing_the_gateway_while_waiting
{
    [TestCase(ClientProgram.Node, "waiting.mjs")]
    [TestCase(ClientProgram.Python, "waiting.py")]
    public async Task Both_jobs_are_seen_to_complete(string program, string script)
    {
        var system = await TheSystem.GetAsync();
        using var folder = await LiveFolder.CreateAsync();
        var killed = 0;
        var run = await LiveProgram.RunAsync(program, script, folder, line =>
        {
            if (line == "running") killed = system.Kill("gateway");
        });

        Assert.That(killed, Is.Not.Zero, run.ToString());
        await system.RestartedAsync("gateway", killed);
        Assert.That((run.ExitCode, run.Output), Is.EqualTo((0, "running\ncompleted completed\n")), run.ToString());
    }
}
