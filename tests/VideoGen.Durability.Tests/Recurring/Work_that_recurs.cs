using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using VideoGen.Durability.Tests.Harness;
using VideoGen.Testing;

namespace VideoGen.Durability.Tests.Recurring;

public sealed class Work_that_recurs
{
    static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(100);
    static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Test]
    public async Task Of_the_whole_system_is_run_again_and_again_by_one_process_at_a_time()
    {
        var runs = new Runs(TimeSpan.FromMilliseconds(30));
        await using var one = await StartAsync(runs, Soon);
        await using var two = await DurableApplication.StartAsync(new(Services: services => Register(services, runs, Soon), Schema: one.Schema));

        await Eventually.ThatAsync(() => runs.Count >= 6, because: "it runs again and again");

        Assert.That(runs.MostAtOnce, Is.EqualTo(1));
        Assert.That(await one.CountAsync("due_work where kind = 'counting'"), Is.EqualTo(1), "one row, whoever started");
    }

    [Test]
    public async Task That_fails_is_told_of_and_repeated_with_back_off()
    {
        var runs = new Runs { FailFirst = 2 };
        await using var app = await StartAsync(runs, Hour, work => (work.FirstAfter, work.FirstBackoff) = (TimeSpan.Zero, Soon));

        await Eventually.ThatAsync(() => app.Metrics["videogen.recurring_work.last_success", "counting"] > 0, because: "the third run succeeds");

        Assert.Multiple(() =>
        {
            Assert.That(runs.Count, Is.EqualTo(3));
            Assert.That(app.Metrics["videogen.recurring_work.failed", "counting"], Is.EqualTo(2));
            Assert.That(app.Logs.Lines.Count(line => line.Text.Contains("counting", StringComparison.Ordinal)), Is.EqualTo(2));
        });
    }

    [Test]
    public async Task Is_due_no_later_than_its_first_run_and_no_sooner_time_is_lost()
    {
        var runs = new Runs();
        await using var app = await StartAsync(runs, Hour);
        await app.ExecuteAsync("update due_work set due_at = now() + interval '5 hours' where kind = 'counting'");
        await using (await DurableApplication.StartAsync(new(Services: services => Register(services, runs, Hour), Schema: app.Schema)))
            Assert.That(await DueInSecondsAsync(app), Is.InRange(30, 60), "a minute after the start, though its row said five hours");

        await app.ExecuteAsync("update due_work set due_at = now() + interval '10 seconds' where kind = 'counting'");
        await using (await DurableApplication.StartAsync(new(Services: services => Register(services, runs, Hour), Schema: app.Schema)))
            Assert.That(await DueInSecondsAsync(app), Is.LessThan(11));
    }

    [Test]
    public async Task Of_each_process_runs_by_the_process_own_clock()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var runs = new Runs();
        await using var app = await StartAsync(runs, Hour, work => work.InEveryProcess = true, time);
        Assert.That(await app.CountAsync("due_work"), Is.Zero, "nothing of it is in the database");

        await RunsAsync(time, TimeSpan.FromSeconds(60), runs, 1);
        var first = time.GetUtcNow();
        Assert.That(app.Metrics["videogen.recurring_work.last_success", "counting"], Is.EqualTo(first.ToUnixTimeSeconds()).Within(60));
        time.Advance(TimeSpan.FromMinutes(50));
        Assert.That(runs.Count, Is.EqualTo(1), "the next is due after an hour, less a tenth");
        await RunsAsync(time, TimeSpan.FromMinutes(20), runs, 2);
    }

    [Test]
    public async Task Of_each_process_that_fails_is_repeated_with_back_off()
    {
        var runs = new Runs { FailFirst = 3 };
        await using var app = await StartAsync(runs, Hour,
            work => (work.InEveryProcess, work.FirstAfter, work.FirstBackoff) = (true, TimeSpan.Zero, TimeSpan.FromMilliseconds(20)));

        await Eventually.ThatAsync(() => runs.Count == 4, because: "the fourth run succeeds");

        Assert.That(app.Metrics["videogen.recurring_work.failed", "counting"], Is.EqualTo(3));
        Assert.That(app.Logs.Lines.Select(line => line.Text), Has.Some.Contains("Recurring work counting failed (3 times in a row)"));
    }

    [Test]
    public void Has_one_name_and_an_interval_that_lets_others_work()
    {
        var services = new ServiceCollection();
        services.AddRecurringWork<Counting>("counting", Hour);
        Assert.That(() => services.AddRecurringWork<Counting>("counting", Hour), Throws.InvalidOperationException.With.Message.Contains("registered already"));
        Assert.That(() => services.AddRecurringWork<Counting>("other", TimeSpan.Zero), Throws.InvalidOperationException.With.Message.Contains("at least 0.1 s"));
    }

    static Task<DurableApplication> StartAsync(Runs runs, TimeSpan interval, Action<RecurringWorkOptions>? configure = null, TimeProvider? time = null) =>
        DurableApplication.StartAsync(new(Services: services =>
        {
            if (time is not null) services.AddSingleton(time);
            Register(services, runs, interval, configure);
        }));

    static void Register(IServiceCollection services, Runs runs, TimeSpan interval, Action<RecurringWorkOptions>? configure = null) =>
        services.AddSingleton(runs).AddRecurringWork<Counting>("counting", interval, configure);

    /// <summary>The loop sets its timer some time after its last run, so the clock goes on until it has.</summary>
    static Task RunsAsync(FakeTimeProvider time, TimeSpan step, Runs runs, int count) => Eventually.ThatAsync(() =>
    {
        time.Advance(step / 20);
        return runs.Count >= count;
    }, because: $"run {count} comes");

    static async Task<int> DueInSecondsAsync(DurableApplication app) =>
        (int)await app.ScalarAsync<double>("select extract(epoch from due_at - now())::float8 from due_work where kind = 'counting'");

    internal sealed class Runs(TimeSpan length = default)
    {
        readonly Lock _lock = new();
        int _now;

        public int FailFirst { get; init; }

        public int Count { get; private set; }

        public int MostAtOnce { get; private set; }

        public async Task OneAsync(CancellationToken ct)
        {
            int number;
            lock (_lock)
            {
                number = ++Count;
                MostAtOnce = Math.Max(MostAtOnce, ++_now);
            }
            if (length > TimeSpan.Zero) await Task.Delay(length, ct);
            lock (_lock) _now--;
            if (number <= FailFirst) throw new InvalidOperationException("This run fails.");
        }
    }

    internal sealed class Counting(Runs runs) : IRecurringWork
    {
        public Task RunAsync(CancellationToken ct) => runs.OneAsync(ct);
    }
}
