using Microsoft.Extensions.DependencyInjection;
using VideoGen.HttpApi.Errors;
using VideoGen.Providers.Connectors;
using VideoGen.Providers.Contracts.Commands;
using VideoGen.Providers.Contracts.Events;
using VideoGen.Providers.Tests.Harness;
using VideoGen.Testing;

namespace VideoGen.Providers.Tests.Attempts;

/// <summary>A model with two vendors, <c>acme</c> before <c>other</c>, and the simulator allowed.</summary>
[TestFixture]
internal sealed class Working_with_vendors
{
    static readonly Refusal Down = new(RefusalKind.Unavailable, ErrorCodes.ProviderUnavailable, "The provider is down.", "503 from acme");
    static readonly object Input = new { prompt = "x" };

    string _catalog = "";
    FakeVendor _acme = null!;
    FakeVendor _other = null!;
    ProvidersApplication _providers = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _catalog = Directory.CreateTempSubdirectory("videogen-catalog-").FullName;
        Directory.CreateDirectory(Path.Combine(_catalog, "models"));
        var model = await File.ReadAllTextAsync(Path.Combine(ServiceSettings.CatalogFolder, "models", "wan2.1.json"));
        await File.WriteAllTextAsync(Path.Combine(_catalog, "models", "wan2.1.json"), model.Replace(
            """{ "connector": "simulator",""",
            """{ "connector": "acme", "model": "acme/wan", "inputs": { "prompt": "text" }, "settings": { "quality": 2 } }, { "connector": "other", "model": "wan" }, { "connector": "simulator",""",
            StringComparison.Ordinal));
        (_acme, _other) = (new FakeVendor("acme"), new FakeVendor("other"));
        _providers = await ProvidersApplication.StartAsync(
            services => services.AddSingleton<IConnector>(_acme).AddSingleton<IConnector>(_other), ("Catalog:Folder", _catalog));
    }

    [SetUp]
    public void Behave()
    {
        _acme.Reset();
        _other.Reset();
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _providers.DisposeAsync();
        Directory.Delete(_catalog, recursive: true);
    }

    [Test]
    public async Task The_first_route_gets_the_work_in_its_own_words()
    {
        var job = await _providers.Jobs.StartAsync("wan2.1", Input);
        var succeeded = await _providers.Jobs.WaitForAsync<GenerationSucceeded>(job);

        Assert.That((succeeded.Provider, succeeded.Outputs.Single().Url!.Host), Is.EqualTo(("acme", "vendor.example")));
        var request = _acme.Created.Single();
        Assert.That((request.Model, request.Input.GetRawText(), request.Settings.GetProperty("quality").GetInt32()), Is.EqualTo(("acme/wan", "{\"text\":\"x\"}", 2)));
        Assert.That(request.ClientReference, Is.EqualTo(succeeded.AttemptId));
        Assert.That(_other.Created, Is.Empty);
    }

    [Test]
    public async Task A_test_key_never_reaches_a_vendor()
    {
        var job = await _providers.Jobs.StartAsync("wan2.1", new { prompt = "x", width = 256, height = 256, length = 2 }, test: true);
        var succeeded = await _providers.Jobs.WaitForAsync<GenerationSucceeded>(job);
        Assert.That((succeeded.Provider, _acme.Created.Count), Is.EqualTo(("simulator", 0)));
    }

    [Test]
    public async Task A_vendor_that_is_down_hands_over_to_the_next()
    {
        _acme.Accepts = false;
        _acme.OnCreate = _ => Task.FromResult<CreateAnswer?>(new CreateAnswer.Refused(Down));
        var job = await _providers.Jobs.StartAsync("wan2.1", Input);
        var succeeded = await _providers.Jobs.WaitForAsync<GenerationSucceeded>(job);
        Assert.That(succeeded.Provider, Is.EqualTo("other"));
        Assert.That(_providers.Jobs.EventsOf<GenerationStarted>(job).Single().Number, Is.EqualTo(2));
    }

    [Test]
    public async Task A_vendor_that_fails_later_hands_over_to_the_next()
    {
        _acme.OnGet = _ => new VendorState.Failed(Refusal.OfFailure("The provider failed.", "CUDA out of memory"));
        var job = await _providers.Jobs.StartAsync("wan2.1", Input);
        Assert.That((await _providers.Jobs.WaitForAsync<GenerationSucceeded>(job)).Provider, Is.EqualTo("other"));
        Assert.That(_providers.Jobs.EventsOf<GenerationStarted>(job).Select(each => each.Provider), Is.EqualTo((string[])["acme", "other"]));
    }

    [Test]
    public async Task A_vendor_that_loses_the_work_hands_over_to_the_next()
    {
        _acme.OnGet = _ => new VendorState.Gone();
        var job = await _providers.Jobs.StartAsync("wan2.1", Input);
        Assert.That((await _providers.Jobs.WaitForAsync<GenerationSucceeded>(job)).Provider, Is.EqualTo("other"));
    }

    [Test]
    public async Task A_refusal_of_the_content_is_not_taken_elsewhere()
    {
        _acme.OnGet = _ => new VendorState.Failed(new Refusal(RefusalKind.Content, ErrorCodes.ContentRejected, "The prompt is not allowed.", "SAFETY"));
        var job = await _providers.Jobs.StartAsync("wan2.1", Input);
        var failed = await _providers.Jobs.WaitForAsync<GenerationFailed>(job);
        Assert.That((failed.Code, failed.Message, _other.Created.Count), Is.EqualTo(("content_rejected", "The prompt is not allowed.", 0)));
    }

    [Test]
    public async Task When_all_vendors_fail_the_last_reason_stands_and_nothing_is_simulated()
    {
        _acme.OnGet = _other.OnGet = _ => new VendorState.Failed(Refusal.OfFailure("The provider failed.", "secret stack trace"));
        var job = await _providers.Jobs.StartAsync("wan2.1", Input);
        var failed = await _providers.Jobs.WaitForAsync<GenerationFailed>(job);
        Assert.That((failed.Code, failed.Message), Is.EqualTo(("provider_failed", "The provider failed.")));
        Assert.That(await _providers.Database.ScalarAsync<long>("select count(*) from renders r join attempts a on a.id = r.client_reference where a.job_id = $1", job), Is.Zero);
    }

    [Test]
    public async Task A_lost_answer_is_looked_for_and_never_asked_again()
    {
        _acme.OnCreate = _ => throw new TimeoutException("no answer");
        var job = await _providers.Jobs.StartAsync("wan2.1", Input);
        await _providers.Jobs.WaitForAsync<GenerationSucceeded>(job);
        Assert.That(_providers.Jobs.StoryOf(job), Is.EqualTo("Unknown Succeeded"));
        Assert.That(_acme.Created, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Work_that_certainly_never_arrived_is_sent_again()
    {
        _acme.Accepts = false;
        _acme.OnCreate = _ =>
        {
            _acme.Accepts = true;
            _acme.OnCreate = _ => Task.FromResult<CreateAnswer?>(null);
            throw new HttpRequestException("reset before anything was sent");
        };
        var job = await _providers.Jobs.StartAsync("wan2.1", Input);
        var succeeded = await _providers.Jobs.WaitForAsync<GenerationSucceeded>(job);
        Assert.That(_providers.Jobs.StoryOf(job), Is.EqualTo("Unknown Started Succeeded"));
        Assert.That((succeeded.Provider, _acme.Created.Count), Is.EqualTo(("acme", 2)));
        Assert.That(_acme.Created.Select(request => request.ClientReference).Distinct().Count(), Is.EqualTo(2));
    }

    [Test]
    public async Task While_nobody_can_tell_nothing_is_tried()
    {
        _acme.OnCreate = _ => throw new TimeoutException("no answer");
        _acme.OnFind = () => new FindAnswer.Undecided();
        var job = await _providers.Jobs.StartAsync("wan2.1", Input, deadline: DateTimeOffset.UtcNow.AddSeconds(3));
        var failed = await _providers.Jobs.WaitForAsync<GenerationFailed>(job);
        Assert.That((failed.Code, _acme.Created.Count, _other.Created.Count), Is.EqualTo(("deadline_exceeded", 1, 0)));
        Assert.That(await _providers.Database.ScalarAsync<string>("select state from attempts where job_id = $1", job), Is.EqualTo("abandoned"));
    }

    [Test]
    public async Task A_vendor_that_can_not_be_reached_for_a_while_is_asked_again()
    {
        var asked = 0;
        _acme.OnGet = _ => ++asked < 2 ? throw new HttpRequestException("connection refused") : FakeVendor.Done;
        var job = await _providers.Jobs.StartAsync("wan2.1", Input);
        Assert.That((await _providers.Jobs.WaitForAsync<GenerationSucceeded>(job)).Provider, Is.EqualTo("acme"));
    }

    [Test]
    public async Task A_vendor_that_answers_with_the_result_needs_no_second_look()
    {
        _acme.OnCreate = _ => Task.FromResult<CreateAnswer?>(new CreateAnswer.Accepted("now", FakeVendor.Done));
        _acme.OnGet = _ => throw new InvalidOperationException("not to be asked");
        var job = await _providers.Jobs.StartAsync("wan2.1", Input);
        await _providers.Jobs.WaitForAsync<GenerationSucceeded>(job);
        Assert.That(_providers.Jobs.StoryOf(job), Is.EqualTo("Succeeded"));
    }

    [Test]
    public async Task A_late_success_after_a_cancel_is_kept_for_the_books()
    {
        _acme.OnGet = _ => _acme.Cancelled.IsEmpty ? new VendorState.Waiting() : FakeVendor.Done;
        _acme.OnCancel = () => CancelAnswer.AlreadyEnded;
        var job = await _providers.Jobs.StartAsync("wan2.1", Input);
        await _providers.Jobs.WaitForAsync<GenerationStarted>(job);
        await _providers.Jobs.SendAsync(new CancelGeneration(job, "changed my mind"));
        await _providers.Jobs.WaitForAsync<GenerationCancelled>(job);
        Assert.That(_providers.Jobs.StoryOf(job), Is.EqualTo("Started Cancelled"));
        Assert.That(await _providers.Database.ScalarAsync<string>("select state || jsonb_array_length(outputs) from attempts where job_id = $1", job), Is.EqualTo("succeeded1"));
    }

    [Test]
    public async Task A_vendor_that_can_not_cancel_is_abandoned()
    {
        _acme.OnGet = _ => new VendorState.Waiting();
        _acme.OnCancel = () => CancelAnswer.NotPossible;
        var job = await _providers.Jobs.StartAsync("wan2.1", Input);
        await _providers.Jobs.WaitForAsync<GenerationStarted>(job);
        await _providers.Jobs.SendAsync(new CancelGeneration(job, "x"));
        await _providers.Jobs.WaitForAsync<GenerationCancelled>(job);
        Assert.That(await _providers.Database.ScalarAsync<string>("select state from attempts where job_id = $1", job), Is.EqualTo("abandoned"));
    }

    [Test]
    public async Task A_cancel_during_the_create_is_obeyed_after_it()
    {
        var gate = new TaskCompletionSource();
        _acme.OnCreate = async _ =>
        {
            await gate.Task;
            return null;
        };
        var job = await _providers.Jobs.StartAsync("wan2.1", Input);
        await Eventually.ThatAsync(() => _acme.Created.Count == 1);
        await _providers.Jobs.SendAsync(new CancelGeneration(job, "x"), times: 5);
        await Eventually.ThatAsync(async () => await _providers.Database.ScalarAsync<bool>("select cancel_requested_at is not null from generations where job_id = $1", job));
        gate.SetResult();
        await _providers.Jobs.WaitForAsync<GenerationCancelled>(job);
        Assert.That((_providers.Jobs.StoryOf(job), _acme.Cancelled.Count), Is.EqualTo(("Started Cancelled", 1)));
    }

    [Test]
    public async Task A_cancel_while_the_outcome_is_unknown_waits_for_the_verdict()
    {
        var verdict = false;
        _acme.OnCreate = _ => throw new TimeoutException("no answer");
        _acme.OnFind = () => verdict ? null : new FindAnswer.Undecided();
        var job = await _providers.Jobs.StartAsync("wan2.1", Input);
        await _providers.Jobs.WaitForAsync<GenerationUnknown>(job);
        await _providers.Jobs.SendAsync(new CancelGeneration(job, "x"));
        await Eventually.ThatAsync(async () => await _providers.Database.ScalarAsync<bool>("select cancel_requested_at is not null from generations where job_id = $1", job));
        verdict = true;
        await _providers.Jobs.WaitForAsync<GenerationCancelled>(job);
        Assert.That((_providers.Jobs.StoryOf(job), _acme.Cancelled.Count), Is.EqualTo(("Unknown Started Cancelled", 1)));
    }

    [Test]
    public async Task A_cancel_while_waiting_for_a_route_ends_at_once()
    {
        _acme.Accepts = _other.Accepts = false;
        _acme.OnCreate = _other.OnCreate = _ => Task.FromResult<CreateAnswer?>(new CreateAnswer.Refused(Down));
        var job = await _providers.Jobs.StartAsync("wan2.1", Input);
        await Eventually.ThatAsync(() => _acme.Created.Count + _other.Created.Count == 2);
        await _providers.Jobs.SendAsync(new CancelGeneration(job, "x"));
        await _providers.Jobs.WaitForAsync<GenerationCancelled>(job, TimeSpan.FromSeconds(4));
        Assert.That(_providers.Jobs.StoryOf(job), Is.EqualTo("Cancelled"));
    }

    [Test]
    public async Task Fresh_links_come_from_the_vendor()
    {
        var job = await _providers.Jobs.StartAsync("wan2.1", Input);
        var first = await _providers.Jobs.WaitForAsync<GenerationSucceeded>(job);
        _acme.OnRenew = () => FakeVendor.Done;
        await _providers.Jobs.SendAsync(new RenewOutputs(job, first.AttemptId));
        await Eventually.ThatAsync(() => _providers.Jobs.EventsOf<GenerationSucceeded>(job).Count == 2);
    }

    [Test]
    public async Task A_result_that_the_vendor_has_thrown_away_is_lost()
    {
        var job = await _providers.Jobs.StartAsync("wan2.1", Input);
        var first = await _providers.Jobs.WaitForAsync<GenerationSucceeded>(job);
        await _providers.Jobs.SendAsync(new RenewOutputs(job, first.AttemptId));
        Assert.That((await _providers.Jobs.WaitForAsync<GenerationFailed>(job)).Code, Is.EqualTo("provider_lost_job"));
    }
}
