using Npgsql;
using VideoGen.Durability;

namespace VideoGen.Accounts.Credits;

/// <summary>
/// Gives back the holds that nobody confirmed in time, by the database's clock. A recurring work, so that a submit writes nothing for it; of
/// each process, because looking costs one statement then. Two that find the same hold meet at its wallet, and the second changes nothing.
/// </summary>
internal sealed partial class ExpireHolds(NpgsqlDataSource source, LedgerStore ledger, IServiceScopeFactory scopes, ILogger<ExpireHolds> log) : IRecurringWork
{
    public const string Name = "expire-holds";

    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    const int Batch = 200;

    public async Task RunAsync(CancellationToken ct)
    {
        while (await ExpireSomeAsync(ct) == Batch) ct.ThrowIfCancellationRequested();
    }

    async Task<int> ExpireSomeAsync(CancellationToken ct)
    {
        var due = await ledger.HoldsToExpireAsync(source, Batch, ct);
        var failures = new List<Exception>();
        foreach (var (jobId, accountId) in due)
        {
            try
            {
                await ExpireAsync(jobId, accountId, ct);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                failures.Add(failure); // one wallet's trouble must not keep the others' credits
            }
        }
        if (failures.Count > 0) throw new AggregateException("Some holds could not be expired.", failures);
        return due.Count;
    }

    async Task ExpireAsync(Guid jobId, Guid accountId, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var work = scope.ServiceProvider.GetRequiredService<UnitOfWork>();
        await work.BeginAsync(ct);
        var books = await ledger.LoadAsync(work, accountId, jobId, grants: false, ct)
            ?? throw new InvalidOperationException($"The hold of job {jobId} has no wallet.");
        var posting = Ledger.ExpireHold(books);
        await ledger.SaveAsync(work, posting, ct);
        await work.CommitAsync(ct);
        if (!posting.IsEmpty) Log.Expired(log, jobId, accountId);
    }

    static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "The hold of job {JobId} of account {AccountId} expired unconfirmed")]
        public static partial void Expired(ILogger log, Guid jobId, Guid accountId);
    }
}
