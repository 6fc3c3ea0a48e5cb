using VideoGen.Accounts.Contracts.Commands;
using VideoGen.Jobs.Tests.Harness;
using VideoGen.Providers.Contracts.Commands;
using VideoGen.Storage.Contracts.Commands;

namespace VideoGen.Jobs.Tests.Saga;

[TestFixture]
public sealed class Making_a_job
{
    JobsApplication _app = null!;

    [OneTimeSetUp]
    public async Task Start() => _app = await JobsApplication.StartAsync("making");

    [OneTimeTearDown]
    public async Task Stop() => await _app.DisposeAsync();

    [Test]
    public async Task Holds_runs_stores_and_captures()
    {
        var account = _app.Account();
        var image = _app.Others.AddAsset(account.Id);
        var queued = await account.SubmitAsync(new { model = "wan", input = new { prompt = "a cat", image = image.AssetId, length = 100 }, metadata = new { team = "blue" } });
        var job = await account.EndOfAsync(queued.Id);
        await _app.Bus.WaitForAsync<CaptureCredits>(job.Id);

        var start = _app.Bus.CommandsOf<StartGeneration>(job.Id).Single();
        Assert.Multiple(async () =>
        {
            Assert.That(queued.Status, Is.EqualTo("queued"));
            Assert.That(queued.Credits.Held, Is.EqualTo(20));
            Assert.That(job.Status, Is.EqualTo("completed"));
            Assert.That(job.Provider, Is.EqualTo("simulator"));
            Assert.That(job.Progress.Percent, Is.EqualTo(100));
            Assert.That(job.Credits.Captured, Is.EqualTo(20));
            Assert.That(job.Metadata["team"], Is.EqualTo("blue"));
            Assert.That(job.Output!.Assets.Single().Url, Does.StartWith("http://gateway.example/v1/assets/").And.Contain("signature="));
            Assert.That(job.StartedAt, Is.GreaterThanOrEqualTo(job.CreatedAt));
            Assert.That(job.EndedAt, Is.GreaterThanOrEqualTo(job.StartedAt!.Value));
            Assert.That(_app.Bus.NamesOf(job.Id), Is.EqualTo("CaptureCredits IngestOutputs StartGeneration"));
            Assert.That(_app.Bus.CommandsOf<CaptureCredits>(job.Id).Single().Amount, Is.EqualTo(20));
            Assert.That(start.Input.GetProperty("cfg").GetDouble(), Is.EqualTo(7.5), "defaults are filled in");
            Assert.That(start.Assets.Single().AssetId, Is.EqualTo(image.AssetId));
            Assert.That(start.Deadline, Is.EqualTo(job.CreatedAt.AddMinutes(10)).Within(TimeSpan.FromSeconds(10)));
            Assert.That(_app.Bus.CommandsOf<IngestOutputs>(job.Id).Single().Round, Is.EqualTo(1));
            Assert.That(_app.Bus.CommandsOf<IngestOutputs>(job.Id).Single().RetentionDays, Is.EqualTo(TestAccount.RetentionDays), "as the plan says");
            Assert.That(await _app.FeedOfAsync(job.Id), Does.StartWith("queued").And.EndsWith("completed"));
            Assert.That(await _app.FaultsAsync(), Is.Empty);
        });
    }

    [Test]
    public async Task With_a_live_key_and_a_simulation_asked_for_runs_on_the_simulator_at_the_usual_price()
    {
        var account = _app.Account();
        var queued = await account.SubmitAsync(new { model = "wan", input = new { prompt = "a cat" }, simulate = new { } });
        var job = await account.EndOfAsync(queued.Id);
        var start = _app.Bus.CommandsOf<StartGeneration>(job.Id).Single();
        await _app.Bus.WaitForAsync<CaptureCredits>(job.Id);
        Assert.Multiple(() =>
        {
            Assert.That(job.Test, Is.False);
            Assert.That((job.Credits.Held, job.Credits.Captured), Is.EqualTo((10, 10)));
            Assert.That(_app.Others.Holds[job.Id].Amount, Is.EqualTo(10));
            Assert.That(_app.Bus.CommandsOf<CaptureCredits>(job.Id).Single().Amount, Is.EqualTo(10));
            Assert.That(start.Test, Is.True);
            Assert.That(start.Script, Is.EqualTo(new Providers.Contracts.SimulatorScript()));
        });
    }

    [Test]
    public async Task Without_such_a_wish_runs_where_the_model_s_routes_say()
    {
        var account = _app.Account();
        var job = await account.EndOfAsync((await account.SubmitAsync(new { model = "wan", input = new { prompt = "a cat" }, simulate = (object?)null })).Id);
        var start = _app.Bus.CommandsOf<StartGeneration>(job.Id).Single();
        Assert.That((start.Test, start.Script), Is.EqualTo((false, (Providers.Contracts.SimulatorScript?)null)));
    }

    [Test]
    public async Task Notes_when_each_part_of_it_began()
    {
        var account = _app.Account();
        var job = await account.EndOfAsync((await account.SubmitAsync()).Id);
        DateTimeOffset?[] times = [job.CreatedAt, job.SlotAt, job.StartedAt, job.StoringAt, job.EndedAt];
        Assert.That(times, Has.None.Null.And.Ordered);
    }

    [Test]
    public async Task With_a_test_key_costs_nothing()
    {
        var account = _app.Account(test: true);
        var queued = await account.SubmitAsync(new { model = "wan", input = new { prompt = "a cat" }, simulate = new { delay_seconds = 1.5 } });
        var job = await account.EndOfAsync(queued.Id);
        Assert.Multiple(() =>
        {
            Assert.That(job.Test, Is.True);
            Assert.That(job.Credits.Held, Is.Zero);
            Assert.That(_app.Others.Holds[job.Id].Amount, Is.Zero);
            Assert.That(_app.Bus.NamesOf(job.Id), Is.EqualTo("IngestOutputs StartGeneration"));
            Assert.That(_app.Bus.CommandsOf<StartGeneration>(job.Id).Single().Script!.DelaySeconds, Is.EqualTo(1.5));
        });
    }
}
