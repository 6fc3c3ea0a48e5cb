using VideoGen.Jobs.Contracts;
using VideoGen.Jobs.Quotes;
using VideoGen.Jobs.Tests.Harness;

namespace VideoGen.Jobs.Tests.Quotes;

[TestFixture]
public sealed class Quoting
{
    JobsApplication _app = null!;

    [OneTimeSetUp]
    public async Task Start() => _app = await JobsApplication.StartAsync("quotes");

    [OneTimeTearDown]
    public async Task Stop() => await _app.DisposeAsync();

    [Test]
    public async Task Tells_the_price_and_how_it_comes_about_and_holds_nothing()
    {
        var account = _app.Account();
        using var answer = await account.PostAsync("""{"model":"wan","input":{"prompt":"a","length":200}}""", path: "/v1/quotes");
        var quote = await TestAccount.ReadAsync<QuoteView>(answer);
        Assert.Multiple(() =>
        {
            Assert.That((int)answer.StatusCode, Is.EqualTo(200));
            Assert.That((quote.Credits, quote.PriceVersion), Is.EqualTo((30, 3)));
            Assert.That((quote.Breakdown.CreditsPerUnit, quote.Breakdown.Quantity, quote.Breakdown.Unit), Is.EqualTo((10, 3, "81 frames")));
            Assert.That(quote.ExpectedSeconds, Is.EqualTo(new ExpectedSeconds(42, 42, 0)));
            Assert.That(_app.Others.Holds.Values.Count(hold => hold.AccountId == account.Id), Is.Zero);
        });
    }

    [Test]
    public async Task Prices_by_the_seconds_of_the_account_s_clips()
    {
        var account = _app.Account();
        var clips = new[] { _app.Others.AddAsset(account.Id, "video", 4.2).AssetId, _app.Others.AddAsset(account.Id, "video", 3.1).AssetId };
        using var answer = await account.PostAsync(new { model = "join", input = new { clips } }, path: "/v1/quotes");
        Assert.That((await TestAccount.ReadAsync<QuoteView>(answer)).Credits, Is.EqualTo(16));
    }

    [Test]
    public async Task A_refusal_on_a_retired_models_successor_names_it()
    {
        var account = _app.Account();
        _app.Others.Credits[account.Id] = 1;
        var poor = await account.RefusedAsync("""{"model":"wan-before","input":{"prompt":"a"}}""", 402);
        Assert.That(poor.Detail,
            Is.EqualTo("wan-before ended on 2026-02-01. Its jobs run on wan: This needs 10 credits; 1 are available."));
        var lost = await account.RefusedAsync(
            $$$"""{"model":"wan-before","input":{"prompt":"a","image":"{{{Guid.NewGuid()}}}"}}""", 400);
        Assert.That(lost.Detail, Does.StartWith("wan-before ended on 2026-02-01. Its jobs run on wan: "));
        Assert.That(lost.Facts!["successor"]!.ToString(), Is.EqualTo("wan"));
    }

    [Test]
    public async Task A_retired_model_is_its_successor_and_says_so()
    {
        var account = _app.Account();
        const string same = """{"model":"wan-before","input":{"prompt":"a","cfg":2}}""";
        using var quote = await account.PostAsync(same, path: "/v1/quotes");
        using var job = await account.PostAsync(same);
        Assert.That((await TestAccount.ReadAsync<QuoteView>(quote)).Model, Is.EqualTo("wan"));
        Assert.That((await TestAccount.ReadAsync<JobView>(job)).Model, Is.EqualTo("wan"));

        using var other = await account.PostAsync("""{"model":"wan-before","input":{"prompt":"a","mood":"blue"}}""");
        using var soon = await account.PostAsync("""{"model":"wan-last","input":{"prompt":"a"}}""");
        using var plain = await account.PostAsync("""{"model":"wan","input":{"prompt":"a"}}""");
        Assert.That((await TestAccount.ReadAsync<HttpApi.Errors.Problem>(other)).Code, Is.EqualTo("model_retired"));
        Assert.That((await TestAccount.ReadAsync<JobView>(soon)).Model, Is.EqualTo("wan-last"));
        Assert.That(new[] { quote, job, other, soon, plain }.Select(HeadersOf), Is.EqualTo(new[]
        {
            "@1767225600 Sun, 01 Feb 2026 00:00:00 GMT", "@1767225600 Sun, 01 Feb 2026 00:00:00 GMT",
            "@1767225600 Sun, 01 Feb 2026 00:00:00 GMT",
            "@1767225600 Thu, 01 Jan 2099 00:00:00 GMT", "",
        }));

        static string HeadersOf(HttpResponseMessage answer) => string.Join(' ', new[] { "Deprecation", "Sunset" }
            .SelectMany(name => answer.Headers.TryGetValues(name, out var values) ? values : []));
    }

    [Test]
    public async Task Refuses_what_a_submit_would_refuse()
    {
        using var answer = await _app.Account().PostAsync("""{"model":"wan","input":{"length":0},"priority":1}""", path: "/v1/quotes");
        var problem = await TestAccount.ReadAsync<HttpApi.Errors.Problem>(answer);
        Assert.That(problem.Errors!.Keys, Is.EquivalentTo(new[] { "input.length", "input.prompt", "priority" }));
    }

    [Test]
    public async Task Measures_the_time_of_jobs_that_ran()
    {
        var account = _app.Account(limits: new Accounts.Contracts.JobLimits(50, 50, 0));
        var jobs = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => account.SubmitAsync()));
        await Task.WhenAll(jobs.Select(job => account.EndOfAsync(job.Id)));
        // A simulation that was asked for tells nothing of the model.
        await account.EndOfAsync((await account.SubmitAsync(new { model = "wan", input = new { prompt = "a cat" }, simulate = new { } })).Id);
        // As another model's, which nobody has asked for yet: a submit remembers the figure for a while.
        await _app.Database.ExecuteAsync("update job set model = 'whisper', slot_at = ended_at - interval '7 seconds' where account_id = $1", account.Id);
        using var answer = await account.PostAsync("""{"model":"whisper","input":{}}""", path: "/v1/quotes");
        Assert.That((await TestAccount.ReadAsync<QuoteView>(answer)).ExpectedSeconds, Is.EqualTo(new ExpectedSeconds(7, 7, 20)));
    }

    [TestCase(19, 5, 5, 42, 42, 0)]
    [TestCase(20, 5.1, 9.9, 6, 10, 20)]
    [TestCase(200, 0.01, 0.02, 1, 1, 200)]
    public void Believes_measurements_from_twenty_on(int count, double p50, double p90, int expected50, int expected90, int sample) =>
        Assert.That(ExpectedDurations.Decide(42, count, p50, p90), Is.EqualTo(new ExpectedSeconds(expected50, expected90, sample)));
}
