using System.Net.Http.Json;
using System.Text.Json;
using VideoGen.Providers.Contracts;
using VideoGen.Providers.Contracts.Commands;
using VideoGen.Providers.Contracts.Events;
using VideoGen.Providers.Tests.Harness;
using VideoGen.Testing;

namespace VideoGen.Providers.Tests.Attempts;

[TestFixture]
internal sealed class Starting_a_generation
{
    static readonly object SmallVideo = new { prompt = "A lighthouse on a cliff at dawn", width = 256, height = 256, length = 16, seed = 42 };

    ProvidersApplication _providers = null!;

    [OneTimeSetUp]
    public async Task Start() => _providers = await ProvidersApplication.StartAsync();

    [OneTimeTearDown]
    public async Task Stop() => await _providers.DisposeAsync();

    [Test]
    public async Task Ends_with_a_playable_video()
    {
        var job = await _providers.Jobs.StartAsync("wan2.1", SmallVideo);

        var succeeded = await _providers.Jobs.WaitForAsync<GenerationSucceeded>(job);

        var (_, facts) = await _providers.FetchFactsAsync(succeeded.Outputs.Single());
        Assert.That((facts.VideoCodec, facts.Width, facts.Height, facts.Frames, facts.Fps), Is.EqualTo(("h264", 256, 256, 16L, 16.0)));
        Assert.That(_providers.Jobs.StoryOf(job), Is.EqualTo("Started Succeeded"));
        var started = _providers.Jobs.EventsOf<GenerationStarted>(job).Single();
        Assert.That((started.Number, started.Provider, started.AttemptId), Is.EqualTo((1, "simulator", succeeded.AttemptId)));
    }

    [Test]
    public async Task Five_deliveries_make_one_generation()
    {
        var job = await _providers.Jobs.StartAsync("wan2.1", SmallVideo, times: 5);
        await _providers.Jobs.WaitForAsync<GenerationSucceeded>(job);

        // The broker keeps the order of one sender: when this one has ended, the repetitions before it have been consumed.
        var next = await _providers.Jobs.StartAsync("wan2.1", SmallVideo);
        await _providers.Jobs.WaitForAsync<GenerationSucceeded>(next);

        Assert.That(_providers.Jobs.StoryOf(job), Is.EqualTo("Started Succeeded"));
        Assert.That(await _providers.Database.ScalarAsync<long>("select count(*) from attempts where job_id = $1", job), Is.EqualTo(1));
        Assert.That(await _providers.Database.ScalarAsync<long>("select count(*) from renders r join attempts a on a.id = r.client_reference where a.job_id = $1", job), Is.EqualTo(1));
    }

    [Test]
    public async Task Progress_grows_and_names_its_steps()
    {
        var job = await _providers.Jobs.StartAsync("wan2.1", SmallVideo, new SimulatorScript(DelaySeconds: 1.5));
        await _providers.Jobs.WaitForAsync<GenerationSucceeded>(job);

        var progress = _providers.Jobs.EventsOf<GenerationProgressed>(job);
        Assert.That(progress, Has.Count.InRange(3, 25));
        Assert.That(progress.Select(each => each.Sequence), Is.Ordered.And.Unique);
        Assert.That(progress.Select(each => each.Percent), Is.Ordered.And.All.InRange(0, 99));
        Assert.That(progress.Select(each => each.Step), Is.All.AnyOf("model_loading", "frame_generation", "encoding"));
    }

    [Test]
    public async Task A_model_that_is_not_in_the_catalogue_fails()
    {
        var job = await _providers.Jobs.StartAsync("wan9", SmallVideo);
        var failed = await _providers.Jobs.WaitForAsync<GenerationFailed>(job);
        Assert.That((failed.Code, failed.AttemptId), Is.EqualTo(("model_not_found", (Guid?)null)));
    }

    [Test]
    public async Task A_deadline_that_has_passed_starts_nothing()
    {
        var job = await _providers.Jobs.StartAsync("wan2.1", SmallVideo, deadline: DateTimeOffset.UtcNow.AddSeconds(-1));
        var failed = await _providers.Jobs.WaitForAsync<GenerationFailed>(job);
        Assert.That(failed.Code, Is.EqualTo("deadline_exceeded"));
        Assert.That(await _providers.Database.ScalarAsync<long>("select count(*) from attempts where job_id = $1", job), Is.Zero);
    }

    [Test]
    public async Task A_job_that_stalls_ends_at_its_deadline()
    {
        var job = await _providers.Jobs.StartAsync("wan2.1", SmallVideo, new SimulatorScript(StallAtPercent: 40), deadline: DateTimeOffset.UtcNow.AddSeconds(2.5));
        var failed = await _providers.Jobs.WaitForAsync<GenerationFailed>(job);
        Assert.That(failed.Code, Is.EqualTo("deadline_exceeded"));
        Assert.That(_providers.Jobs.EventsOf<GenerationProgressed>(job).Max(progress => progress.Percent), Is.EqualTo(40));
    }

    [Test]
    public async Task An_input_that_can_not_be_drawn_is_the_customers_fault()
    {
        var job = await _providers.Jobs.StartAsync("wan2.1", new { prompt = "x", width = 257, height = 255, length = 4 });
        var failed = await _providers.Jobs.WaitForAsync<GenerationFailed>(job);
        Assert.That((failed.Code, failed.Message), Is.EqualTo(("input_rejected", "width and height must be even.")));
    }

    [TestCase("\0 NUL, \u0007 bell and \u202E reversed")]
    [TestCase("🎬🌊 你好 only what the font lacks 🎬")]
    [TestCase("🎬🌊")]
    [TestCase("שלום עולם مرحبا بالعالم")]
    [TestCase("%{pts} it's \\ a: 'test' [v],; drawtext=text=x")]
    [TestCase("\uD83C alone")]
    public async Task Any_prompt_can_be_drawn(string prompt)
    {
        // As raw JSON: half a surrogate pair would not survive the serialiser.
        var input = JsonElement.Parse($$"""{"width":256,"height":256,"length":2,"prompt":{{JsonSerializer.Serialize(prompt)}}}""");
        var job = await _providers.Jobs.StartAsync("wan2.1", input);
        var succeeded = await _providers.Jobs.WaitForAsync<GenerationSucceeded>(job);
        Assert.That((await _providers.FetchFactsAsync(succeeded.Outputs.Single())).Facts.Frames, Is.EqualTo(2));
    }

    [Test]
    public async Task A_prompt_of_a_megabyte_is_drawn_too()
    {
        var job = await _providers.Jobs.StartAsync("wan2.1", new { prompt = string.Concat(Enumerable.Repeat("מ🎬 word", 125_000)), width = 256, height = 256, length = 2 });
        await _providers.Jobs.WaitForAsync<GenerationSucceeded>(job);
    }

    [Test]
    public async Task An_operator_sees_the_story_of_a_job()
    {
        var job = await _providers.Jobs.StartAsync("wan2.1", SmallVideo, new SimulatorScript(FailWith: "content_rejected"));
        await _providers.Jobs.WaitForAsync<GenerationFailed>(job);

        var story = await _providers.Operator.GetFromJsonAsync<JsonElement>($"/admin/v1/attempts?job_id={job}");
        var attempt = story.GetProperty("data").EnumerateArray().Single();
        Assert.That(attempt.GetProperty("state").GetString(), Is.EqualTo("failed"));
        Assert.That(attempt.GetProperty("refusal_kind").GetString(), Is.EqualTo("content"));
        Assert.That(attempt.GetProperty("error_code").GetString(), Is.EqualTo("content_rejected"));
        Assert.That(attempt.GetProperty("vendor_id").GetString(), Is.Not.Empty);
        Assert.That(attempt.GetProperty("connector").GetString(), Is.EqualTo("simulator"));
    }

    [TestCase("")]
    [TestCase("?job_id=")]
    [TestCase("?job_id=7")]
    [TestCase("?job_id=%00")]
    [TestCase("?job_id=a&job_id=b")]
    public async Task The_story_of_no_job_is_refused(string query)
    {
        using var response = await _providers.Operator.GetAsync("/admin/v1/attempts" + query);
        Assert.That((int)response.StatusCode, Is.EqualTo(400));
        Assert.That(await response.Content.ReadAsStringAsync(), Does.Contain("job_id"));
    }

    [Test]
    public async Task A_customer_may_not_see_the_story()
    {
        using var response = await _providers.Customer.GetAsync($"/admin/v1/attempts?job_id={Guid.NewGuid()}");
        Assert.That((int)response.StatusCode, Is.EqualTo(404));
    }

    [Test]
    public async Task A_live_key_can_not_use_a_script()
    {
        var job = await _providers.Jobs.StartAsync("wan2.1", SmallVideo, new SimulatorScript(FailWith: "provider_failed"), test: false);
        await _providers.Jobs.WaitForAsync<GenerationSucceeded>(job);
    }

    [Test]
    public async Task Nothing_is_left_to_do_after_the_end()
    {
        var job = await _providers.Jobs.StartAsync("wan2.1", SmallVideo);
        await _providers.Jobs.WaitForAsync<GenerationSucceeded>(job);
        await Eventually.ThatAsync(async () => await _providers.Database.ScalarAsync<long>("select count(*) from due_work where kind = 'generation' and id = $1", job) == 0);
        await _providers.Jobs.SendAsync(new CancelGeneration(job, "late"));
        var next = await _providers.Jobs.StartAsync("wan2.1", SmallVideo);
        await _providers.Jobs.WaitForAsync<GenerationSucceeded>(next);
        Assert.That(_providers.Jobs.StoryOf(job), Is.EqualTo("Started Succeeded"));
    }
}
