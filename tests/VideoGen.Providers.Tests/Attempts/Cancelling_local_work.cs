using VideoGen.Providers.Contracts;
using VideoGen.Providers.Contracts.Commands;
using VideoGen.Providers.Contracts.Events;
using VideoGen.Providers.Tests.Harness;
using VideoGen.Testing;

namespace VideoGen.Providers.Tests.Attempts;

/// <summary>One render at a time, so that others queue.</summary>
[TestFixture]
internal sealed class Cancelling_local_work
{
    static readonly object SmallVideo = new { prompt = "x", width = 256, height = 256, length = 8 };
    static readonly object LargeVideo = new { prompt = "x", width = 1920, height = 1920, length = 257 };

    ProvidersApplication _providers = null!;

    [OneTimeSetUp]
    public async Task Start() => _providers = await ProvidersApplication.StartAsync(("Providers:LocalRenders", "1"));

    [OneTimeTearDown]
    public async Task Stop() => await _providers.DisposeAsync();

    [Test]
    public async Task Before_it_was_asked_for_it_never_starts()
    {
        var start = new StartGeneration(Guid.CreateVersion7(), Guid.CreateVersion7(), "wan2.1", System.Text.Json.JsonSerializer.SerializeToElement(SmallVideo),
            [], Test: false, Script: null, DateTimeOffset.UtcNow.AddMinutes(5));
        await _providers.Jobs.SendAsync(new CancelGeneration(start.JobId, "x"));
        await _providers.Jobs.WaitForAsync<GenerationCancelled>(start.JobId);
        await _providers.Jobs.SendAsync(start);
        var next = await _providers.Jobs.StartAsync("wan2.1", SmallVideo);
        await _providers.Jobs.WaitForAsync<GenerationSucceeded>(next);
        Assert.That(_providers.Jobs.StoryOf(start.JobId), Is.EqualTo("Cancelled"));
    }

    [Test]
    public async Task While_its_start_is_being_committed_it_is_not_lost()
    {
        var job = Guid.CreateVersion7();
        await using var connection = await _providers.Database.OpenAsync();
        await using var start = await connection.BeginTransactionAsync();
        await using var insert = new Npgsql.NpgsqlCommand(
            """
            insert into generations (job_id, account_id, model, input, assets, test, deadline, state)
            values ($1, $1, 'wan2.1', '{"prompt":"x"}', '[]', false, now() + interval '5 minutes', 'starting')
            """, connection, start) { Parameters = { new() { Value = job } } };
        await insert.ExecuteNonQueryAsync();
        await _providers.Jobs.SendAsync(new CancelGeneration(job, "x"));
        await Eventually.ThatAsync(
            async () => await _providers.Database.ScalarAsync<long>(
                "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and query like '%' || $1 || '%'", "insert into generations") > 0,
            because: "the cancel waits for the start");
        await start.CommitAsync();
        await _providers.Jobs.WaitForAsync<GenerationCancelled>(job);
    }

    [Test]
    public async Task While_it_renders_ffmpeg_ends_and_the_next_one_begins()
    {
        var rendering = await _providers.Jobs.StartAsync("wan2.1", LargeVideo);
        await Eventually.ThatAsync(() => ProvidersProcess.FfmpegsOf(_providers.Settings).Count == 1);
        var waiting = await _providers.Jobs.StartAsync("wan2.1", LargeVideo);
        var last = await _providers.Jobs.StartAsync("wan2.1", SmallVideo);
        await _providers.Jobs.WaitForAsync<GenerationStarted>(waiting);

        await _providers.Jobs.SendAsync(new CancelGeneration(waiting, "still queued"));
        await _providers.Jobs.WaitForAsync<GenerationCancelled>(waiting);
        await _providers.Jobs.SendAsync(new CancelGeneration(rendering, "in the middle"), times: 5);
        await _providers.Jobs.WaitForAsync<GenerationCancelled>(rendering);
        await _providers.Jobs.WaitForAsync<GenerationSucceeded>(last);

        Assert.That((_providers.Jobs.StoryOf(rendering), _providers.Jobs.StoryOf(waiting)), Is.EqualTo(("Started Cancelled", "Started Cancelled")));
        Assert.That(ProvidersProcess.FfmpegsOf(_providers.Settings), Is.Empty);
    }

    [Test]
    public async Task While_it_stalls_it_ends()
    {
        var job = await _providers.Jobs.StartAsync("wan2.1", SmallVideo, new SimulatorScript(StallAtPercent: 10));
        await _providers.Jobs.WaitForAsync<GenerationStarted>(job);
        await _providers.Jobs.SendAsync(new CancelGeneration(job, "x"));
        await _providers.Jobs.WaitForAsync<GenerationCancelled>(job);
    }

    [Test]
    public async Task A_job_that_was_cancelled_by_another_process_is_given_up()
    {
        var job = await _providers.Jobs.StartAsync("wan2.1", LargeVideo);
        await Eventually.ThatAsync(() => ProvidersProcess.FfmpegsOf(_providers.Settings).Count == 1);
        // As another replica does: it changes the row, and can't reach this process.
        await _providers.Database.ExecuteAsync("update renders set state = 'cancelled', ended_at = now() where state = 'running'");
        await Eventually.ThatAsync(() => ProvidersProcess.FfmpegsOf(_providers.Settings).Count == 0, because: "the render notices");
        Assert.That((await _providers.Jobs.WaitForAsync<GenerationFailed>(job)).Code, Is.EqualTo("provider_failed"));
    }
}
