using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using VideoGen.Durability;
using VideoGen.Providers.Attempts;
using VideoGen.Providers.Contracts.Commands;
using VideoGen.VendorSimulators;

namespace VideoGen.Providers.Tests.Connectors.Described;

/// <summary>
/// Our process ends at each labelled step of a generation, and another one goes on with what is in the database and at the vendor.
/// <para>
/// Here the process is not killed: the work is dropped where it stands. Nothing of it runs after the step, its transaction is rolled
/// back as the server does when a connection ends, and what goes on is a second service that shares no memory with the first.
/// <see cref="Killing_the_process_at_every_step"/> does the same with processes and kill -9.
/// </para>
/// </summary>
[TestFixture, NonParallelizable] // It tells the same vendors what to do next as the other fixtures do.
internal sealed class Dying_at_every_step
{
    /// <summary>The connection to the vendor is open, and the vendor has the work: a step that only the vendor sees.</summary>
    const string InTheCall = "in-the-call";

    static readonly TimeSpan Pass = TimeSpan.FromSeconds(45);

    SimulatedHost _host = null!;
    WebApplication _second = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _host = await SimulatedHost.GetAsync();
        _second = ProvidersService.Build([.. _host.Providers.Settings.Arguments]);
    }

    [OneTimeTearDown]
    public async Task Stop() => await _second.DisposeAsync();

    /// <param name="find">How a lost create is found: by our own id, by the list, by the vendor's callback, or not at all.</param>
    [TestCase("kling", "own id")]
    [TestCase("ark", "list")]
    [TestCase("vidu", "callback")]
    [TestCase("replicate", "nothing")]
    public async Task Work_is_bought_once_and_the_job_ends(string vendor, string find)
    {
        var steps = (await RunAsync(vendor, find, dieAt: -1)).Steps;
        string[] known = ["before-create", InTheCall, "after-create", CrashPoint.BeforeCommit, CrashPoint.AfterCommit];
        Assert.That(steps, Is.SupersetOf(known));
        for (var step = 0; step < steps.Count; step++)
        {
            var told = $"{vendor}, ended at step {step} of {string.Join(", ", steps)}";
            var end = await RunAsync(vendor, find, step);
            Assert.That(end.Bought, Is.LessThanOrEqualTo(1), told);
            Assert.That(end.Attempts.Where(attempt => attempt.EndedAt is null), Is.Empty, told);
            // Between the note that an attempt begins and the vendor's id, only who can look for the work knows what became of it.
            var isInDoubt = step > steps.ToList().IndexOf(CrashPoint.BeforeCommit) && step < LastOf(steps);
            var isLost = isInDoubt && (find == "nothing" || (find == "callback" && end.Bought == 0));
            Assert.That(end.State, Is.EqualTo(isLost ? "failed" : "succeeded"), told);
        }
    }

    [Test]
    public async Task What_is_bought_twice_would_be_seen()
    {
        _host.Vendors["kling"].Misbehaves = Misbehaviour.TakesTwice;
        try
        {
            Assert.That((await RunAsync("kling", "own id", dieAt: -1)).Bought, Is.EqualTo(2));
        }
        finally
        {
            _host.Vendors["kling"].Misbehaves = Misbehaviour.None;
        }
    }

    /// <summary>The commit that notes the vendor's id: the first one after the create.</summary>
    static int LastOf(IReadOnlyList<string> steps) =>
        steps.ToList().IndexOf(CrashPoint.AfterCommit, steps.ToList().IndexOf("after-create"));

    async Task<Ended> RunAsync(string vendor, string find, int dieAt)
    {
        var (job, prompt) = (Guid.CreateVersion7(), $"fox {Guid.NewGuid():n}");
        await InsertAsync(job, $"at-{vendor}", prompt);
        using var death = new Death(dieAt);
        _host.Vendors[vendor].OnTaken = taken =>
        {
            if (Says(taken, prompt)) death.Reach(InTheCall);
            return Task.CompletedTask;
        };
        try
        {
            var lives = await death.LiveAsync(() => EndAsync(_host.Providers.Services, job, death.Token));
            if (!lives) await GoOnAsync(vendor, find, job, prompt);
        }
        finally
        {
            _host.Vendors[vendor].OnTaken = null;
        }

        var generation = await _host.Providers.Get<GenerationStore>().FindAsync(job, CancellationToken.None);
        var bought = _host.Vendors[vendor].Accepted.Count(taken => Says(taken, prompt));
        return new Ended(death.Steps, generation!.State, generation.Attempts, bought);
    }

    /// <summary>The second process: it is told nothing but what a vendor tells by itself.</summary>
    async Task GoOnAsync(string vendor, string find, Guid job, string prompt)
    {
        if (find == "callback" && _host.Vendors[vendor].Accepted.FirstOrDefault(taken => Says(taken, prompt)) is { } taken)
        {
            var address = new Uri((string)taken.Body["callback_url"]!).PathAndQuery;
            var news = JsonSerializer.Serialize(new { id = taken.Id, state = "processing" });
            using var body = new StringContent(news, Encoding.UTF8, "application/json");
            using var answer = await _host.Providers.Anonymous.PostAsync(address, body);
            answer.EnsureSuccessStatusCode();
        }

        await EndAsync(_second.Services, job, CancellationToken.None, whilePassing: vendor);
    }

    /// <summary>Runs the worker as due work does, again and again, until the generation has ended.</summary>
    /// <param name="whilePassing">Lets time pass between two runs, here and at this vendor.</param>
    async Task EndAsync(IServiceProvider services, Guid job, CancellationToken ct, string? whilePassing = null)
    {
        for (var run = 1; run < 60; run++)
        {
            await using var scope = services.CreateAsyncScope();
            var worker = scope.ServiceProvider.GetRequiredService<GenerationWorker>();
            await worker.RunAsync(new DueWorkItem(GenerationWorker.Kind, job, run, default), ct);
            if (await scope.ServiceProvider.GetRequiredService<GenerationStore>().FindAsync(job, ct) is { HasEnded: true }) return;
            if (whilePassing is not null) await PassAsync(job, whilePassing);
        }

        throw new AssertionException($"The generation of {job} never ends");
    }

    async Task PassAsync(Guid job, string vendor)
    {
        _host.Vendors[vendor].Age(Pass);
        await _host.Providers.Database.ExecuteAsync("update attempts set created_at = created_at - $2 where job_id = $1", job, Pass);
        await _host.Providers.Database.ExecuteAsync("update generations set deadline = deadline - $2 where job_id = $1", job, Pass);
    }

    /// <summary>As the consumer does, but for the due work: the test runs that itself.</summary>
    async Task InsertAsync(Guid job, string model, string prompt)
    {
        await using var scope = _host.Providers.Services.CreateAsyncScope();
        var work = scope.ServiceProvider.GetRequiredService<UnitOfWork>();
        var input = JsonSerializer.SerializeToElement(new { prompt });
        await work.BeginAsync();
        var deadline = DateTimeOffset.UtcNow.AddMinutes(10);
        var start = new StartGeneration(job, Guid.CreateVersion7(), model, input, [], Test: false, Script: null, deadline);
        await GenerationStore.InsertAsync(work, start, CancellationToken.None);
        await work.CommitAsync();
    }

    static bool Says(Job taken, string prompt) => taken.Body.ToJsonString().Contains(prompt, StringComparison.Ordinal);

    sealed record Ended(IReadOnlyList<string> Steps, string State, IReadOnlyList<AttemptRow> Attempts, int Bought);

    /// <summary>Counts the labelled steps of one flow of work, and ends it at one of them.</summary>
    sealed class Death : IDisposable
    {
        static readonly AsyncLocal<Death?> Mine = new();

        readonly int _at;
        readonly List<string> _steps = [];
        readonly CancellationTokenSource _end = new();

        public Death(int at)
        {
            _at = at;
            CrashPoint.Instead = point =>
            {
                if (Mine.Value is { } mine && mine.Reach(point)) throw new DiedException(point);
            };
        }

        public IReadOnlyList<string> Steps => _steps;

        public CancellationToken Token => _end.Token;

        /// <summary>True when the work is to end here. Nothing that is cancelled writes or calls anything any more.</summary>
        public bool Reach(string point)
        {
            _steps.Add(point);
            if (_steps.Count - 1 != _at) return false;
            _end.Cancel();
            return true;
        }

        /// <summary>False when the work was ended.</summary>
        public async Task<bool> LiveAsync(Func<Task> work)
        {
            Mine.Value = this;
            try
            {
                await work();
                return true;
            }
            catch (Exception fault) when (_end.IsCancellationRequested && fault is DiedException or OperationCanceledException)
            {
                return false;
            }
            finally
            {
                Mine.Value = null;
            }
        }

        public void Dispose()
        {
            CrashPoint.Instead = null;
            _end.Dispose();
        }

        sealed class DiedException(string point) : Exception($"Ended at {point}, as the test asked.");
    }
}
