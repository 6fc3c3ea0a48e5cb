using System.Diagnostics;
using VideoGen.Providers.Connectors.Http;
using VideoGen.Providers.Contracts.Commands;
using VideoGen.Providers.Contracts.Events;
using VideoGen.Providers.Tests.Connectors.Described;
using VideoGen.Providers.Tests.Harness;
using VideoGen.Testing;
using VideoGen.VendorSimulators;

namespace VideoGen.Providers.Tests.Keys;

/// <summary>Vidu lets an account have two pieces of work at once; two processes share it.</summary>
[TestFixture]
internal sealed class Keeping_to_the_budget_of_an_account
{
    const int Most = 2;

    SimulatedVendors _vendors = null!;
    ProvidersApplication _providers = null!;
    ProvidersApplication _other = null!;
    string _catalog = "";

    [OneTimeSetUp]
    public async Task Start()
    {
        _vendors = await SimulatedVendors.StartAsync();
        _catalog = await SimulatedHost.CatalogAsync();
        (string, string)[] settings = [.. SimulatedHost.SettingsFor(_vendors, _catalog), ("Connectors:Vidu:ConcurrentJobs", $"{Most}")];
        _providers = await ProvidersApplication.StartAsync(settings);
        _other = await _providers.AnotherAsync(settings);
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _other.DisposeAsync();
        await _providers.DisposeAsync();
        await _vendors.DisposeAsync();
        Directory.Delete(_catalog, recursive: true);
    }

    [Test]
    public async Task However_many_jobs_and_processes_there_are_the_account_never_has_more_at_once()
    {
        var vidu = _vendors["vidu"];
        var seen = 0;
        vidu.OnTaken = _ =>
        {
            lock (vidu) seen = Math.Max(seen, vidu.Jobs.Count(job => job.IsLive && IsOurs(job)));
            return Task.CompletedTask;
        };
        var jobs = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(index => _providers.Jobs.StartAsync("at-vidu", new { prompt = $"many {index}" })));
        foreach (var job in jobs) await _providers.Jobs.WaitForAsync<GenerationSucceeded>(job);
        vidu.OnTaken = null;
        Assert.That(seen, Is.EqualTo(Most));
        Assert.That(vidu.Accepted.Count(IsOurs), Is.EqualTo(jobs.Length), "each job was bought once, late or not");

        static bool IsOurs(Job job) => job.Text("prompt")!.StartsWith("many", StringComparison.Ordinal);
    }

    [Test]
    public async Task A_job_that_waits_for_room_can_be_cancelled()
    {
        for (var time = 0; time < Most; time++) _vendors["vidu"].Next(Behaviour.Slow);
        var running = new List<Guid>();
        for (var time = 0; time < Most; time++)
        {
            running.Add(await _providers.Jobs.StartAsync("at-vidu", new { prompt = $"slow {time}" }));
            await _providers.Jobs.WaitForAsync<GenerationStarted>(running[^1]);
        }

        var waiting = await _providers.Jobs.StartAsync("at-vidu", new { prompt = "waits" });
        await Eventually.ThatAsync(async () => await _providers.Database.ScalarAsync<bool>(
            "select exists (select from due_work where id = $1 and due_at > now())", waiting));
        Assert.That(await _providers.Operator.GetStringAsync("/admin/v1/connectors"), Does.Contain("\"state\":\"full\",\"jobs\":2"));
        await _providers.Jobs.SendAsync(new CancelGeneration(waiting, "no patience"));
        await _providers.Jobs.WaitForAsync<GenerationCancelled>(waiting);
        Assert.That(_providers.Jobs.StoryOf(waiting), Is.EqualTo("Cancelled"));
        foreach (var job in running) await _providers.Jobs.SendAsync(new CancelGeneration(job, "enough"));
        foreach (var job in running) await _providers.Jobs.WaitForAsync<GenerationCancelled>(job);
    }

    [Test]
    public async Task Reads_of_an_account_come_one_after_another_and_none_is_refused()
    {
        using var pace = new ReadPace(50);
        var since = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, 11).Select(_ => pace.TurnAsync(CancellationToken.None).AsTask()));
        Assert.That(Stopwatch.GetElapsedTime(since), Is.GreaterThan(TimeSpan.FromMilliseconds(150)), "ten further turns, 20 ms each");
    }
}
