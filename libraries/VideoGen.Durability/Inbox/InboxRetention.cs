using Npgsql;

namespace VideoGen.Durability;

/// <summary>Forgets old receipts of the inbox. Each process does, a batch at a time; one skips the rows that another is deleting.</summary>
internal sealed class InboxRetention(NpgsqlDataSource source, DurabilityOptions options, TimeProvider time) : IRecurringWork
{
    public const string Name = "inbox-retention";

    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);

    const int Batch = 1000;

    // Between two batches others get their turn.
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    public async Task RunAsync(CancellationToken ct)
    {
        while (await InboxStore.PruneAsync(source, options.InboxRetention, Batch, ct) == Batch) await Task.Delay(Pause, time, ct);
    }
}
