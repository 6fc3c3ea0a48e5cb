using FsCheck.Fluent;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using VideoGen.Accounts.Contracts;
using VideoGen.Accounts.Credits;
using VideoGen.Accounts.Operator;
using VideoGen.Accounts.Plans;
using VideoGen.Accounts.Rows;
using VideoGen.Durability;

namespace VideoGen.Accounts.Tests.Credits;

public sealed class Random_sequences_on_the_database
{
    const int Sequences = 100;

    AccountsApplication _accounts = null!;

    [OneTimeSetUp]
    public async Task Prepare() => _accounts = await AccountsApplication.PrepareAsync();

    [OneTimeTearDown]
    public Task Dispose() => _accounts.DisposeAsync().AsTask();

    [Test]
    public async Task Agree_with_the_model_and_leave_every_invariant_intact()
    {
        var sequences = LedgerOperation.Sequences.Generator.Sample(Sequences);
        await Parallel.ForEachAsync(sequences, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (sequence, _) => await RunAsync(sequence));

        var checks = await _accounts.Services.GetRequiredService<LedgerCheckStore>().RunAsync(CancellationToken.None);
        Assert.That(checks.Where(check => !check.Passed), Is.Empty);
        Assert.That(checks.Single(check => check.Id == "L9a").Examined, Is.GreaterThan(Sequences));
    }

    async Task RunAsync(LedgerOperation[] sequence)
    {
        var accountId = await _accounts.OpenAccountAsync(new Plan("nothing", "Nothing", 0, new JobLimits(1, 0, 0), new RateLimits(1, 1)));
        var run = new Run(_accounts.Services, accountId);
        var model = new LedgerModel();
        var now = 0;
        foreach (var (index, operation) in sequence.Index())
        {
            if (operation is LedgerOperation.Wait wait) now += wait.Ticks;
            var expected = model.Apply(operation, now);
            var (actual, wallet) = await run.ApplyAsync(operation);
            if (expected != actual || Random_sequences_of_the_ledger.Difference(model, wallet) is not null)
                Assert.Fail($"Step {index} {operation} of {string.Join(", ", sequence.AsEnumerable())}: expected {expected}, was {actual} with {wallet}");
        }
        await run.ApplyAsync(new LedgerOperation.Sweep());
    }

    /// <summary>One account's sequence. A tick is an hour, and waiting moves the account's times back by as much.</summary>
    sealed class Run(IServiceProvider services, Guid accountId)
    {
        readonly LedgerStore _ledger = services.GetRequiredService<LedgerStore>();
        readonly Dictionary<int, Guid> _jobs = [];
        int _grants;

        public async Task<(string Verdict, Wallet Wallet)> ApplyAsync(LedgerOperation operation)
        {
            if (operation is LedgerOperation.Wait wait) await MoveTimesBackAsync(wait.Ticks);
            var verdict = operation switch
            {
                LedgerOperation.Grant grant => await DecideAsync(null, books => ("Granted", Ledger.AddGrant(books, Guid.CreateVersion7(), GrantSource.Operator, grant.Amount,
                    $"test:{accountId}:{_grants++}", "test", grant.Lifetime is { } lifetime ? books.Now.AddHours(lifetime) : null))),
                LedgerOperation.Hold hold => await DecideAsync(hold.Job, books => Name(Ledger.TakeHold(books, Id(hold.Job), "model", hold.Amount, TimeSpan.FromHours(hold.Lifetime)))),
                LedgerOperation.Confirm confirm => await DecideAsync(confirm.Job, books => Name(Ledger.Confirm(books))),
                LedgerOperation.Capture capture => await DecideAsync(capture.Job, books => Name(Ledger.Capture(books, capture.Amount))),
                LedgerOperation.Release release => await DecideAsync(release.Job, books => Name(Ledger.Release(books, "failed"))),
                LedgerOperation.Sweep => await SweepAsync(),
                LedgerOperation.Expire => await DecideAsync(null, books => ("Expired", Ledger.ExpireCredits(books).Posting)),
                _ => "Waited",
            };
            return (verdict, await ReadWalletAsync());
        }

        Guid Id(int job) => _jobs.TryGetValue(job, out var id) ? id : _jobs[job] = Guid.CreateVersion7();

        async Task<string> DecideAsync(int? job, Func<Books, (string Verdict, Posting Posting)> decide)
        {
            await using var scope = services.CreateAsyncScope();
            var work = scope.ServiceProvider.GetRequiredService<UnitOfWork>();
            await work.BeginAsync();
            var books = await _ledger.LoadAsync(work, accountId, job is { } id ? Id(id) : null, grants: true, CancellationToken.None);
            var (verdict, posting) = decide(books!);
            await _ledger.SaveAsync(work, posting, CancellationToken.None);
            await work.CommitAsync();
            return verdict;
        }

        async Task<string> SweepAsync()
        {
            foreach (var job in _jobs.Keys) await DecideAsync(job, books => ("Swept", Ledger.ExpireHold(books)));
            return "Swept";
        }

        async Task<Wallet> ReadWalletAsync()
        {
            await using var scope = services.CreateAsyncScope();
            var work = scope.ServiceProvider.GetRequiredService<UnitOfWork>();
            await work.BeginAsync();
            return (await _ledger.LoadAsync(work, accountId, jobId: null, grants: false, CancellationToken.None))!.Wallet;
        }

        async Task MoveTimesBackAsync(int hours)
        {
            var source = services.GetRequiredService<NpgsqlDataSource>();
            await source.Command("update holds set expires_at = expires_at - make_interval(hours => $2) where account_id = $1", accountId, hours).RunAsync(default);
            await source.Command("update grants set expires_at = expires_at - make_interval(hours => $2) where account_id = $1", accountId, hours).RunAsync(default);
        }

        static (string, Posting) Name<T>((T Verdict, Posting Posting) decision) where T : struct, Enum => (decision.Verdict.ToString(), decision.Posting);
    }
}
