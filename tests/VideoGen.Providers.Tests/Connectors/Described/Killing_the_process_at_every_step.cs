using System.Text;
using System.Text.Json;
using VideoGen.Durability;
using VideoGen.Providers.Contracts.Events;
using VideoGen.Providers.Tests.Harness;
using VideoGen.Testing;
using VideoGen.VendorSimulators;

namespace VideoGen.Providers.Tests.Connectors.Described;

/// <summary>
/// The long form of <see cref="Dying_at_every_step"/>: real processes, kill -9 at every labelled step, also at those of due work and of
/// the outbox.
/// <c>VENDOR_KILLS</c> says how often each is done.
/// </summary>
[TestFixture, Explicit("It starts hundreds of processes.")]
internal sealed class Killing_the_process_at_every_step
{
    static readonly int Turns = int.TryParse(Environment.GetEnvironmentVariable("VENDOR_KILLS"), out var turns) ? turns : 1;
    static readonly TimeSpan Minute = TimeSpan.FromSeconds(60);

    static readonly string[] Steps =
    [
        "before-create", "after-create", CrashPoint.BeforeCommit, CrashPoint.AfterCommit, CrashPoint.BeforePublish, CrashPoint.AfterPublish,
        CrashPoint.DueWorkClaimed, CrashPoint.DueWorkBeforeComplete,
    ];

    TestDatabase _database = null!;
    JobsSide _jobs = null!;
    SimulatedVendors _vendors = null!;
    string _catalog = "";
    ServiceSettings _settings = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _vendors = await SimulatedVendors.StartAsync();
        _database = await TestDatabase.CreateAsync("providers");
        _jobs = await JobsSide.StartAsync();
        _catalog = await SimulatedHost.CatalogAsync();
        _settings = await ServiceSettings.CreateAsync(_database, _jobs.Prefix, SimulatedHost.SettingsFor(_vendors, _catalog));
        // Once, so that there are tables, and queues for what is sent while no process lives.
        using var before = await ProvidersProcess.StartAsync(_settings);
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _jobs.DisposeAsync();
        await _database.DisposeAsync();
        await _vendors.DisposeAsync();
        _settings.Dispose();
        Directory.Delete(_catalog, recursive: true);
    }

    /// <summary>One test for all, so that a run of everything else tells of one that was left out and not of a hundred.</summary>
    [Test]
    public async Task Work_is_bought_once_and_the_job_ends()
    {
        foreach (var vendor in (string[])["kling", "ark", "vidu", "replicate"])
            foreach (var step in Steps)
                foreach (var hit in (int[])[1, 2, 3, 5, 8])
                    for (var turn = 0; turn < Turns; turn++) await KillAsync(vendor, step, hit);
    }

    async Task KillAsync(string vendor, string step, int hit)
    {
        var prompt = $"fox {Guid.NewGuid():n}";
        var job = await _jobs.StartAsync($"at-{vendor}", new { prompt }, deadline: DateTimeOffset.UtcNow.AddSeconds(25));
        using (var first = await ProvidersProcess.StartAsync(_settings, $"{step}:{hit}", waits: false))
        {
            // A step that the work does not reach so often kills nothing: then the job ends in the first process.
            await Eventually.ThatAsync(() => first.HasExited || HasEnded(job), Minute, $"the service kills itself at {step}");
        }

        using var second = await ProvidersProcess.StartAsync(_settings);
        using var door = new HttpClient { BaseAddress = second.Address };
        foreach (var taken in _vendors[vendor].Accepted.Where(taken => Says(taken, prompt)))
        {
            if ((string?)taken.Body["callback_url"] is not { } address) continue;
            var news = JsonSerializer.Serialize(new { id = taken.Id, state = "processing" });
            using var body = new StringContent(news, Encoding.UTF8, "application/json");
            using var answer = await door.PostAsync(new Uri(address).PathAndQuery, body);
            Assert.That(answer.IsSuccessStatusCode, Is.True);
        }

        await Eventually.ThatAsync(() => HasEnded(job), Minute, $"the job ends; there came {_jobs.StoryOf(job)}");
        var bought = _vendors[vendor].Accepted.Count(taken => Says(taken, prompt));
        Assert.That(bought, Is.LessThanOrEqualTo(1), $"{vendor} at {step}:{hit}");
    }

    bool HasEnded(Guid job) => _jobs.EventsOf(job).Any(told => told is GenerationSucceeded or GenerationFailed);

    static bool Says(Job taken, string prompt) => taken.Body.ToJsonString().Contains(prompt, StringComparison.Ordinal);
}
