using VideoGen.Providers.Contracts;
using VideoGen.Providers.Contracts.Commands;
using VideoGen.Providers.Contracts.Events;
using VideoGen.Providers.Tests.Harness;
using VideoGen.Testing;

namespace VideoGen.Providers.Tests.Attempts;

/// <summary>The service is killed with -9 at its worst moments and started again.</summary>
[TestFixture]
internal sealed class Crashing
{
    static readonly object SmallVideo = new { prompt = "x", width = 256, height = 256, length = 8 };
    static readonly TimeSpan Minute = TimeSpan.FromSeconds(60);

    TestDatabase _database = null!;
    JobsSide _jobs = null!;
    ServiceSettings _settings = null!;

    [SetUp]
    public async Task Prepare()
    {
        _database = await TestDatabase.CreateAsync("providers");
        _jobs = await JobsSide.StartAsync();
        _settings = await ServiceSettings.CreateAsync(_database, _jobs.Prefix);
    }

    [TearDown]
    public async Task Clean()
    {
        await _jobs.DisposeAsync();
        await _database.DisposeAsync();
        _settings.Dispose();
    }

    // A render of milliseconds may be done, and the process dead, before the vendor's acceptance was recorded: then it has to be
    // asked for first. What a starting process sends at once may overtake itself.
    [TestCase("before-create", 0, "Unknown Started Succeeded", "Started Unknown Succeeded")]
    [TestCase("after-create", 1, "Unknown Started Succeeded", "Started Unknown Succeeded")]
    [TestCase("render-done", 1, "Started Succeeded", "Unknown Started Succeeded", "Started Unknown Succeeded")]
    public async Task At_any_point_the_job_ends_once_and_is_rendered_for_one_attempt(string point, int rendersLeft, params string[] stories)
    {
        Guid job;
        using (var first = await ProvidersProcess.StartAsync(_settings, point))
        {
            job = await _jobs.StartAsync("wan2.1", SmallVideo);
            await Eventually.ThatAsync(() => first.HasExited, Minute, $"the service kills itself at {point}");
        }

        Assert.That(await _database.ScalarAsync<long>("select count(*) from renders"), Is.EqualTo(rendersLeft));
        using var second = await ProvidersProcess.StartAsync(_settings);
        var succeeded = await _jobs.WaitForAsync<GenerationSucceeded>(job, Minute);

        Assert.That(stories, Does.Contain(_jobs.StoryOf(job)));
        Assert.That(await _database.ScalarAsync<long>("select count(*) from renders"), Is.EqualTo(1));
        Assert.That(succeeded.Outputs.Single().Url!.Authority, Is.EqualTo(second.Address.Authority), "links lead to the living process");
    }

    [Test]
    public async Task In_the_middle_of_a_render_no_ffmpeg_is_left_and_the_next_process_takes_over()
    {
        Guid job;
        using (var first = await ProvidersProcess.StartAsync(_settings))
        {
            job = await _jobs.StartAsync("wan2.1", new { prompt = "x", width = 1920, height = 1080, length = 257 });
            await _jobs.WaitForAsync<GenerationStarted>(job, Minute);
            await Eventually.ThatAsync(() => ProvidersProcess.FfmpegsOf(_settings).Count == 1, Minute, "ffmpeg runs");
            await first.KillAsync();
        }

        await Eventually.ThatAsync(() => ProvidersProcess.FfmpegsOf(_settings).Count == 0, because: "no ffmpeg outlives its service");
        using var second = await ProvidersProcess.StartAsync(_settings);
        await Eventually.ThatAsync(async () => await _database.ScalarAsync<int>("select run from renders") >= 2, Minute, "the render begins again");
        await _jobs.SendAsync(new CancelGeneration(job, "seen enough"));
        await _jobs.WaitForAsync<GenerationCancelled>(job, Minute);
        Assert.That(_jobs.StoryOf(job), Is.EqualTo("Started Cancelled"));
        await Eventually.ThatAsync(() => ProvidersProcess.FfmpegsOf(_settings).Count == 0, because: "a cancel ends ffmpeg");
    }

    [Test]
    public async Task Again_and_again_every_job_ends_once()
    {
        var jobs = new List<Guid>();
        for (var round = 0; round < 3; round++)
        {
            using var service = await ProvidersProcess.StartAsync(_settings);
            for (var at = 0; at < 4; at++) jobs.Add(await _jobs.StartAsync("wan2.1", SmallVideo, new SimulatorScript(Instant: at % 2 == 0)));
            await _jobs.WaitForAsync<GenerationStarted>(jobs[^3], Minute);
            await service.KillAsync();
        }

        using var last = await ProvidersProcess.StartAsync(_settings);
        foreach (var job in jobs)
        {
            await _jobs.WaitForAsync<GenerationSucceeded>(job, Minute);
            Assert.That(_jobs.EventsOf<GenerationFailed>(job), Is.Empty);
        }

        Assert.That(await _database.ScalarAsync<long>("select count(*) from generations where state <> 'succeeded'"), Is.Zero);
        Assert.That(await _database.ScalarAsync<long>("select count(*) from attempts where state = 'succeeded'"), Is.EqualTo(jobs.Count));
    }
}
