using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using VideoGen.Providers.Attempts;
using VideoGen.Providers.Contracts.Commands;
using VideoGen.Providers.Contracts.Events;
using VideoGen.Providers.Tests.Harness;
using VideoGen.VendorSimulators;

namespace VideoGen.Providers.Tests.Connectors.Described;

/// <summary>Whole jobs at vendors that are only described: journal, reads, callbacks, outputs.</summary>
[TestFixture, NonParallelizable] // It tells the same vendors what to do next as the other fixture does.
internal sealed class Running_jobs_at_simulated_vendors
{
    SimulatedVendors _vendors = null!;
    ProvidersApplication _providers = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        var host = await SimulatedHost.GetAsync();
        (_vendors, _providers) = (host.Vendors, host.Providers);
    }

    [Test]
    public async Task A_file_that_wants_our_key_is_fetched_through_us()
    {
        var job = await _providers.Jobs.StartAsync("at-own-server", new { prompt = "a fox at home" });
        var made = await _providers.Jobs.WaitForAsync<GenerationSucceeded>(job);
        Assert.That(await _providers.Inside.GetByteArrayAsync(made.Outputs.Single().Url), Is.EqualTo(SimulatedVendors.File));
    }

    [Test]
    public async Task An_answer_that_is_the_result_ends_the_job_at_once_with_what_it_cost()
    {
        var job = await _providers.Jobs.StartAsync("at-elevenlabs", new { prompt = "say this" });
        var made = await _providers.Jobs.WaitForAsync<GenerationSucceeded>(job);
        Assert.That(made.Outputs.Single().Inline, Is.EqualTo(SimulatedVendors.File));
        var usage = (await _providers.Get<GenerationStore>().AttemptsAsync(job, CancellationToken.None)).Single().Usage.Single();
        Assert.That((usage.Unit, usage.Quantity), Is.EqualTo(("characters", 49m)));
    }

    [Test]
    public async Task The_route_is_written_down_with_the_attempt_for_the_catalogue_may_change_meanwhile()
    {
        var job = await _providers.Jobs.StartAsync("at-elevenlabs", new { prompt = "say this" });
        await _providers.Jobs.WaitForAsync<GenerationSucceeded>(job);
        var taken = (await _providers.Get<GenerationStore>().AttemptsAsync(job, CancellationToken.None)).Single().Taken!;
        Assert.That(taken.Inputs!["prompt"], Is.EqualTo("text"));
        Assert.That(taken.Settings!.Value.GetProperty("input").GetProperty("voice").GetString(), Is.EqualTo("v1"));
    }

    [Test]
    public async Task A_lost_answer_is_found_by_our_own_id_and_the_work_is_bought_once()
    {
        _vendors["kling"].Next(Behaviour.LoseAnswer);
        var prompt = $"lost {Guid.NewGuid():n}";
        var job = await _providers.Jobs.StartAsync("at-kling", new { prompt });
        await _providers.Jobs.WaitForAsync<GenerationUnknown>(job);
        await _providers.Jobs.WaitForAsync<GenerationSucceeded>(job, TimeSpan.FromSeconds(60));
        Assert.That(_vendors["kling"].Accepted.Count(taken => (string?)taken.Body["prompt"] == prompt), Is.EqualTo(1));
    }

    [Test]
    public async Task A_callback_to_the_address_of_the_attempt_has_the_vendor_asked_and_any_other_is_refused()
    {
        _vendors["ark"].Next(Behaviour.Slow);
        var job = await _providers.Jobs.StartAsync("at-ark", new { prompt = "slow fox" });
        await _providers.Jobs.WaitForAsync<GenerationStarted>(job);
        var address = new Uri((string)_vendors["ark"].Accepted.Last().Body["callback_url"]!);
        Assert.That(address.AbsolutePath, Is.EqualTo("/callbacks/ark"));
        Assert.That(await CallAsync(address.PathAndQuery), Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await CallAsync(address.PathAndQuery), Is.EqualTo(HttpStatusCode.OK), "a repetition");
        Assert.That(await CallAsync("/callbacks/ark"), Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That(await CallAsync(address.PathAndQuery[..^1] + "x"), Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That(await CallAsync(address.PathAndQuery.Replace("ark", "kling", StringComparison.Ordinal)),
            Is.EqualTo(HttpStatusCode.Unauthorized), "another vendor's");
    }

    /// <summary>Vidu's lost creates can't be looked for.</summary>
    [Test]
    public async Task A_lost_answer_is_found_by_the_callback_to_the_address_of_the_attempt()
    {
        _vendors["vidu"].Next(Behaviour.LoseAnswer);
        var job = await _providers.Jobs.StartAsync("at-vidu", new { prompt = "lost fox" });
        await _providers.Jobs.WaitForAsync<GenerationUnknown>(job);
        var taken = _vendors["vidu"].Accepted.Last();
        Assert.That(await CallAsync(AddressOf(taken), taken.Id), Is.EqualTo(HttpStatusCode.OK));
        await _providers.Jobs.WaitForAsync<GenerationSucceeded>(job);
        Assert.That(_vendors["vidu"].Accepted.Last(), Is.SameAs(taken), "it was bought once");
    }

    [Test]
    public async Task A_callback_that_comes_before_the_answer_or_after_the_end_changes_nothing()
    {
        var (ark, early) = (_vendors["ark"], HttpStatusCode.Unused);
        ark.OnTaken = async taken => early = await CallAsync(AddressOf(taken), taken.Id);
        var job = await _providers.Jobs.StartAsync("at-ark", new { prompt = "early fox" });
        await _providers.Jobs.WaitForAsync<GenerationSucceeded>(job);
        ark.OnTaken = null;
        Assert.That(early, Is.EqualTo(HttpStatusCode.OK));
        var bought = ark.Accepted.Count;
        Assert.That(await CallAsync(AddressOf(ark.Accepted.Last()), ark.Accepted.Last().Id, "succeeded"), Is.EqualTo(HttpStatusCode.OK));

        // What comes after it on the same way has been handled: so has the late callback.
        var next = await _providers.Jobs.StartAsync("at-ark", new { prompt = "next fox" });
        await _providers.Jobs.WaitForAsync<GenerationSucceeded>(next);
        Assert.That(_providers.Jobs.StoryOf(job), Is.EqualTo("Started Succeeded"));
        Assert.That(ark.Accepted, Has.Count.EqualTo(bought + 1));
    }

    [Test]
    public async Task A_cancel_after_the_end_asks_the_vendor_for_nothing()
    {
        var job = await _providers.Jobs.StartAsync("at-ark", new { prompt = "done fox" });
        await _providers.Jobs.WaitForAsync<GenerationSucceeded>(job);
        var calls = _vendors["ark"].Calls.Count;
        await _providers.Jobs.SendAsync(new CancelGeneration(job, "too late"));
        var next = await _providers.Jobs.StartAsync("at-ark", new { prompt = "next fox" });
        await _providers.Jobs.WaitForAsync<GenerationSucceeded>(next);
        Assert.That((_providers.Jobs.StoryOf(job), _vendors["ark"].Calls.Count), Is.EqualTo(("Started Succeeded", calls)));
    }

    [Test]
    public async Task A_challenge_is_answered_to_who_knows_the_address()
    {
        _vendors["minimax"].Next(Behaviour.Slow);
        var job = await _providers.Jobs.StartAsync("at-minimax", new { prompt = "slow fox" });
        await _providers.Jobs.WaitForAsync<GenerationStarted>(job);
        var address = new Uri((string)_vendors["minimax"].Accepted.Last().Body["callback_url"]!);
        using var answer = await _providers.Anonymous.PostAsync(address.PathAndQuery,
            new StringContent("""{"challenge":"echo me"}""", Encoding.UTF8, "application/json"));
        Assert.That((await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("challenge").GetString(), Is.EqualTo("echo me"));
        using var forged = await _providers.Anonymous.PostAsync("/callbacks/minimax",
            new StringContent("""{"challenge":"echo me"}""", Encoding.UTF8, "application/json"));
        Assert.That(forged.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    [Test]
    public async Task A_refusal_fails_over_and_says_that_it_was_not_billed()
    {
        _vendors["kling"].Next(Behaviour.RefuseMoney);
        var job = await _providers.Jobs.StartAsync("at-kling", new { prompt = "no money" });
        await _providers.Jobs.WaitForAsync<GenerationFailed>(job);
        using var answer = await _providers.Operator.GetAsync($"/admin/v1/attempts?job_id={job}");
        var attempt = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("data")[0];
        Assert.That((attempt.GetProperty("refusal_kind").GetString(), attempt.GetProperty("charged").GetString()),
            Is.EqualTo(("quota", "no")));
    }

    static string AddressOf(Job taken) => new Uri((string)taken.Body["callback_url"]!).PathAndQuery;

    async Task<HttpStatusCode> CallAsync(string path, string id = "x", string status = "running")
    {
        using var body = new StringContent(JsonSerializer.Serialize(new { id, status }), Encoding.UTF8, "application/json");
        using var answer = await _providers.Anonymous.PostAsync(path, body);
        return answer.StatusCode;
    }
}
