using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using VideoGen.Durability;
using VideoGen.HttpApi;
using VideoGen.HttpApi.Errors;
using VideoGen.Providers.Alarms;
using VideoGen.Providers.Connectors;
using VideoGen.Providers.Contracts;
using VideoGen.Providers.Contracts.Events;
using VideoGen.Providers.Tests.Harness;
using VideoGen.Testing;

namespace VideoGen.Providers.Tests.Attempts;

/// <summary>
/// A model of which the end has come, with three vendors: <c>acme</c>, <c>other</c>, and <c>third</c>, of which it is known what it takes.
/// </summary>
[TestFixture]
internal sealed class Paying_for_attempts
{
    static readonly Refusal Down = new(RefusalKind.Unavailable, ErrorCodes.ProviderUnavailable, "The provider is down.", "503 from acme");
    static readonly object Input = new { prompt = "x" };

    string _catalog = "";
    FakeVendor _acme = null!;
    FakeVendor _other = null!;
    FakeVendor _third = null!;
    ProvidersApplication _providers = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _catalog = Directory.CreateTempSubdirectory("videogen-catalog-").FullName;
        Directory.CreateDirectory(Path.Combine(_catalog, "models"));
        var model = await File.ReadAllTextAsync(Path.Combine(ServiceSettings.CatalogFolder, "models", "wan2.1.json"));
        await File.WriteAllTextAsync(Path.Combine(_catalog, "models", "three.json"), ThreeOf(model));
        var wan = JsonNode.Parse(model)!;
        wan["routes"] = JsonNode.Parse("""[{"connector":"third","model":"c"}]""");
        await File.WriteAllTextAsync(Path.Combine(_catalog, "models", "wan2.1.json"), wan.ToJsonString());
        (_acme, _other, _third) = (new FakeVendor("acme"), new FakeVendor("other"), new FakeVendor("third"));
        _providers = await ProvidersApplication.StartAsync(
            services => services.AddSingleton<IConnector>(_acme).AddSingleton<IConnector>(_other).AddSingleton<IConnector>(_third),
            ("Catalog:Folder", _catalog));
    }

    [SetUp]
    public void Behave()
    {
        _acme.Reset();
        _other.Reset();
        _third.Reset();
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _providers.DisposeAsync();
        Directory.Delete(_catalog, recursive: true);
    }

    static string ThreeOf(string model)
    {
        var three = JsonNode.Parse(model)!;
        (three["slug"], three["dialects"], three["retires"], three["successor"]) = ("three", new JsonObject(), "2026-01-01", "wan2.1");
        three["routes"] = JsonNode.Parse("""
            [{"connector":"acme","model":"a"},{"connector":"other","model":"b"},
             {"connector":"third","model":"c","cost_usd":{"seconds":0.1,"job":2}}]
            """);
        return three.ToJsonString();
    }

    [Test]
    public async Task Down_and_out_of_quota_the_third_makes_it_and_all_of_it_is_told()
    {
        _acme.Accepts = _other.Accepts = false;
        _acme.OnCreate = _ => Task.FromResult<CreateAnswer?>(new CreateAnswer.Refused(Down));
        _other.OnCreate = _ => Task.FromResult<CreateAnswer?>(new CreateAnswer.Refused(
            new Refusal(RefusalKind.Quota, ErrorCodes.ProviderUnavailable, "The provider does not accept jobs at present.", "402",
                Charged: Charged.No)));
        _third.OnGet = _ => (VendorState.Succeeded)FakeVendor.Done with { Usage = [new VendorUsage("seconds", 5)] };
        var job = await _providers.Jobs.StartAsync("three", Input);
        var succeeded = await _providers.Jobs.WaitForAsync<GenerationSucceeded>(job);
        await Eventually.ThatAsync(() => _providers.Jobs.EventsOf<AttemptEnded>(job).Count == 2);

        Assert.That(succeeded.Provider, Is.EqualTo("third"));
        var told = _providers.Jobs.EventsOf<AttemptEnded>(job).OrderBy(one => one.Number);
        Assert.That(told.Select(one => (one.Number, one.Provider, one.Outcome, one.Message)),
            Is.EqualTo(new[]
            {
                (1, "acme", "refused", "The provider is down."), (2, "other", "refused", "The provider does not accept jobs at present."),
            }));
        var attempts = await _providers.Operator.GetFromJsonAsync<JsonElement>($"/admin/v1/attempts?job_id={job}");
        Assert.That(attempts.GetProperty("data").EnumerateArray().Select(attempt => attempt.GetProperty("cost_usd").ToString()),
            Is.EqualTo(new[] { "", "0", "0.5" }), "not known, nothing, five seconds");
        var today = DateTimeOffset.UtcNow.UtcDateTime;
        var costs = await _providers.Inside.GetFromJsonAsync<VendorCosts>(
            $"/internal/costs?from={today.AddDays(-1):yyyy-MM-dd}&to={today:yyyy-MM-dd}", ApiJson.Options);
        var third = costs!.Costs.Single(cost => cost is { Model: "three", Route: "third" });
        Assert.That((third.Attempts, third.Usd, third.Unpriced), Is.EqualTo((1, 0.5m, 0)));
    }

    [Test]
    public async Task Work_that_is_found_after_the_job_has_ended_is_booked_and_the_operator_knows()
    {
        _acme.Accepts = _other.Accepts = false;
        _acme.OnCreate = _other.OnCreate = _ => Task.FromResult<CreateAnswer?>(new CreateAnswer.Refused(Refusal.OfFailure("No.")));
        _third.OnCreate = _ => throw new TimeoutException("no answer");
        _third.OnFind = () => new FindAnswer.Undecided();
        var job = await _providers.Jobs.StartAsync("three", Input, deadline: DateTimeOffset.UtcNow.AddSeconds(2));
        await _providers.Jobs.WaitForAsync<GenerationFailed>(job);
        var alarm = (await AlarmsAsync("work_lost")).Single(one => one.GetProperty("job_id").GetGuid() == job);
        var attempt = Guid.Parse(alarm.GetProperty("subject").GetString()!);
        Assert.That((alarm.GetProperty("message").GetString(), alarm.GetProperty("settled_at").ValueKind), Is.EqualTo((
            "The answer of third to the create of attempt 3 was lost and the work was not found until the job ended. "
            + "The vendor may have it, and bill it. "
            + "It is looked for on.", JsonValueKind.Null)));

        (_third.OnFind, _third.OnGet) = (() => null, _ => FakeVendor.Done);
        await LookAsync(attempt);
        await _providers.Jobs.WaitForAsync<GenerationSucceeded>(job);
        Assert.That(_providers.Jobs.StoryOf(job), Is.EqualTo("Unknown Failed Succeeded"));
        var booked = await _providers.Database.ScalarAsync<string>("select state || ' ' || cost_usd from attempts where id = $1", attempt);
        Assert.That(booked, Is.EqualTo("succeeded 2"));
        var settled = (await AlarmsAsync("work_lost")).Single(one => one.GetProperty("job_id").GetGuid() == job);
        Assert.That(settled.GetProperty("outcome").GetString(), Does.StartWith("The vendor made it"));
    }

    [Test]
    public async Task Work_that_turns_out_never_to_have_arrived_costs_nothing()
    {
        (_acme.Accepts, _acme.OnCreate) = (false, _ => throw new TimeoutException("no answer"));
        _acme.OnFind = () => new FindAnswer.Undecided();
        var job = await _providers.Jobs.StartAsync("three", Input, deadline: DateTimeOffset.UtcNow.AddSeconds(2));
        await _providers.Jobs.WaitForAsync<GenerationFailed>(job);
        _acme.OnFind = () => null;
        await LookAsync(await _providers.Database.ScalarAsync<Guid>("select id from attempts where job_id = $1", job));
        await Eventually.ThatAsync(async () => await _providers.Database.ScalarAsync<string>(
            "select state || ' ' || cost_usd from attempts where job_id = $1", job) == "absent 0");
        Assert.That((await AlarmsAsync("work_lost&open=false")).Select(one => one.GetProperty("job_id").GetGuid()), Does.Contain(job));
    }

    [Test]
    public async Task A_model_that_ends_is_an_alarm_once()
    {
        await using var scope = _providers.Services.CreateAsyncScope();
        var alarms = ActivatorUtilities.CreateInstance<RetirementAlarms>(scope.ServiceProvider);
        await alarms.RunAsync(CancellationToken.None);
        await alarms.RunAsync(CancellationToken.None);
        var alarm = (await AlarmsAsync("model_retires")).Single();
        Assert.That((alarm.GetProperty("message").GetString(), alarm.GetProperty("outcome").GetString()), Is.EqualTo((
            "three ends on 2026-01-01. Its jobs go to wan2.1 then, where that takes their input.", "It has ended.")));
    }

    /// <summary>The watch over work that was given up looks now and not in a minute.</summary>
    async Task LookAsync(Guid attempt)
    {
        await using var scope = _providers.Services.CreateAsyncScope();
        var work = scope.ServiceProvider.GetRequiredService<UnitOfWork>();
        await work.BeginAsync(CancellationToken.None);
        await scope.ServiceProvider.GetRequiredService<DueWork>().ScheduleAsync(work, LostWorkWorker.Kind, attempt, TimeSpan.Zero);
        await work.CommitAsync(CancellationToken.None);
    }

    async Task<IReadOnlyList<JsonElement>> AlarmsAsync(string kind)
    {
        var answer = await _providers.Operator.GetFromJsonAsync<JsonElement>($"/admin/v1/alarms?kind={kind}");
        return [.. answer.GetProperty("data").EnumerateArray()];
    }
}
