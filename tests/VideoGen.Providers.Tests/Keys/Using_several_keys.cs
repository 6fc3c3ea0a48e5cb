using System.Net.Http.Json;
using System.Text.Json;
using VideoGen.Providers.Attempts;
using VideoGen.Providers.Contracts.Commands;
using VideoGen.Providers.Contracts.Events;
using VideoGen.Providers.Tests.Connectors.Described;
using VideoGen.Providers.Tests.Harness;
using VideoGen.Testing;
using VideoGen.VendorSimulators;

namespace VideoGen.Providers.Tests.Keys;

/// <summary>
/// Kling and Vidu with two accounts each, <c>east</c> and <c>west</c>. The simulated vendors know the work of an account only by its own
/// key, so that a read with the other one would lose it.
/// </summary>
[TestFixture]
internal sealed class Using_several_keys
{
    const string East = "east-key-0123456789";
    const string West = "west-key-0123456789";

    SimulatedVendors _vendors = null!;
    ProvidersApplication _providers = null!;
    string _catalog = "";

    [OneTimeSetUp]
    public async Task Start()
    {
        _vendors = await SimulatedVendors.StartAsync();
        _catalog = await SimulatedHost.CatalogAsync();
        _providers = await ProvidersApplication.StartAsync([.. Settings]);
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _providers.DisposeAsync();
        await _vendors.DisposeAsync();
        Directory.Delete(_catalog, recursive: true);
    }

    [SetUp]
    public async Task Begin()
    {
        foreach (var name in (string[])["kling", "vidu"]) _vendors[name].Forget();
        await _providers.Database.ExecuteAsync("delete from vendor_keys");
    }

    IEnumerable<(string, string)> Settings =>
    [
        .. SimulatedHost.SettingsFor(_vendors, _catalog)
            .Where(setting => setting.Name is not ("Connectors:Kling:ApiKey" or "Connectors:Vidu:ApiKey")),
        ("Connectors:Kling:Keys:east", East), ("Connectors:Kling:Keys:west", West),
        ("Connectors:Vidu:Keys:east", East), ("Connectors:Vidu:Keys:west", West),
    ];

    [Test]
    public async Task Jobs_are_spread_over_the_accounts()
    {
        for (var time = 0; time < 4; time++) _vendors["vidu"].Next(Behaviour.Slow);
        var jobs = new List<Guid>();
        for (var time = 0; time < 4; time++)
        {
            jobs.Add(await _providers.Jobs.StartAsync("at-vidu", new { prompt = $"spread {time}" }));
            await _providers.Jobs.WaitForAsync<GenerationStarted>(jobs[^1]);
        }

        Assert.That(_vendors["vidu"].Accepted.GroupBy(job => job.Key).Select(account => account.Count()), Is.EqualTo(new[] { 2, 2 }));
        var east = await KeyAsync("vidu", "east");
        Assert.That((east.GetProperty("state").GetString(), east.GetProperty("jobs").GetInt32()), Is.EqualTo(("ready", 2)));
        foreach (var job in jobs) await _providers.Jobs.SendAsync(new CancelGeneration(job, "enough"));
        foreach (var job in jobs) await _providers.Jobs.WaitForAsync<GenerationCancelled>(job);
    }

    [Test]
    public async Task An_account_without_money_hands_over_to_the_other_and_is_left_alone()
    {
        _vendors["kling"].Keys[East] = Behaviour.RefuseMoney;
        var first = await _providers.Jobs.StartAsync("at-kling", new { prompt = "rotate" });
        await _providers.Jobs.WaitForAsync<GenerationSucceeded>(first);
        Assert.That(await StoryAsync(first), Is.EqualTo("refused east, succeeded west"));

        var second = await _providers.Jobs.StartAsync("at-kling", new { prompt = "rotated" });
        await _providers.Jobs.WaitForAsync<GenerationSucceeded>(second);
        Assert.That(await StoryAsync(second), Is.EqualTo("succeeded west"));
        var text = await _providers.Operator.GetStringAsync("/admin/v1/connectors");
        Assert.That(text, Does.Not.Contain(East).And.Not.Contain(West));
        var east = await KeyAsync("kling", "east");
        var told = (east.GetProperty("state").GetString(), east.GetProperty("reason").GetString(), east.GetProperty("failures").GetInt32());
        Assert.That(told, Is.EqualTo(("cooling", "quota", 1)));
        Assert.That(east.GetProperty("cools_until").GetDateTimeOffset(),
            Is.EqualTo(DateTimeOffset.UtcNow.AddMinutes(1)).Within(TimeSpan.FromSeconds(30)));
        Assert.That(east.GetProperty("fingerprint").GetString(), Has.Length.EqualTo(8));
    }

    [Test]
    public async Task An_account_that_is_well_again_is_used_again()
    {
        _vendors["kling"].Keys[East] = _vendors["kling"].Keys[West] = Behaviour.RefuseMoney;
        var poor = await _providers.Jobs.StartAsync("at-kling", new { prompt = "both are poor" });
        var failed = await _providers.Jobs.WaitForAsync<GenerationFailed>(poor);
        Assert.That(failed.Message, Is.EqualTo("The provider does not accept jobs at present."));
        Assert.That(await StoryAsync(poor), Is.EqualTo("refused east, refused west"));

        _vendors["kling"].Keys.Clear();
        await _providers.Database.ExecuteAsync("update vendor_keys set cools_until = now() - interval '1 second'");
        var rich = await _providers.Jobs.StartAsync("at-kling", new { prompt = "rich again" });
        await _providers.Jobs.WaitForAsync<GenerationSucceeded>(rich);
        var used = (await StoryAsync(rich)).Split(' ')[^1];
        var key = await KeyAsync("kling", used);
        Assert.That((key.GetProperty("state").GetString(), key.GetProperty("failures").GetInt32()), Is.EqualTo(("ready", 0)));
    }

    [Test]
    public async Task A_process_that_was_killed_is_followed_by_one_that_reads_with_the_keys_of_its_attempts()
    {
        await using var database = await TestDatabase.CreateAsync("providers");
        await using var jobs = await JobsSide.StartAsync();
        using var settings = await ServiceSettings.CreateAsync(database, jobs.Prefix, Settings);
        var started = new List<Guid>();
        using (var first = await ProvidersProcess.StartAsync(settings))
        {
            foreach (var prompt in (string[])["one", "two"])
            {
                _vendors["vidu"].Next(Behaviour.Slow);
                started.Add(await jobs.StartAsync("at-vidu", new { prompt }));
                await jobs.WaitForAsync<GenerationStarted>(started[^1]);
            }

            await first.KillAsync();
        }

        Assert.That(_vendors["vidu"].Accepted.Select(job => job.Key), Is.EquivalentTo(new[] { East, West }));
        using var second = await ProvidersProcess.StartAsync(settings);
        foreach (var job in started) await jobs.SendAsync(new CancelGeneration(job, "read first, then stopped"));
        foreach (var job in started) await jobs.WaitForAsync<GenerationCancelled>(job);
        // Read with the other account's key, the work would have been gone, and not running, which this vendor can't stop.
        Assert.That(await database.ScalarAsync<string>(
            "select string_agg(state || ' ' || vendor_key, ', ' order by vendor_key) from attempts"),
            Is.EqualTo("abandoned east, abandoned west"));
    }

    [Test]
    public async Task A_lost_answer_is_looked_for_with_the_key_that_was_used()
    {
        foreach (var prompt in (string[])["lost east", "lost west"])
        {
            _vendors["kling"].Next(Behaviour.LoseAnswer);
            var job = await _providers.Jobs.StartAsync("at-kling", new { prompt });
            await _providers.Jobs.WaitForAsync<GenerationSucceeded>(job, TimeSpan.FromSeconds(60));
            Assert.That(_vendors["kling"].Accepted.Count(taken => taken.Text("prompt") == prompt), Is.EqualTo(1));
        }

        Assert.That(_vendors["kling"].Accepted.Select(job => job.Key), Is.EquivalentTo(new[] { East, West }));
    }

    async Task<string> StoryAsync(Guid job)
    {
        var attempts = await _providers.Get<GenerationStore>().AttemptsAsync(job, CancellationToken.None);
        return string.Join(", ", attempts.Select(attempt => $"{attempt.State.ToString().ToLowerInvariant()} {attempt.Key}"));
    }

    async Task<JsonElement> KeyAsync(string connector, string key)
    {
        var all = await _providers.Operator.GetFromJsonAsync<JsonElement>("/admin/v1/connectors");
        return all.GetProperty("data").EnumerateArray().Single(one => one.GetProperty("name").GetString() == connector)
            .GetProperty("keys").EnumerateArray().Single(one => one.GetProperty("name").GetString() == key);
    }
}
