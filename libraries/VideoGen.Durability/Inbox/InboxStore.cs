using Npgsql;

namespace VideoGen.Durability;

internal static class InboxStore
{
    const string ReceiptInsert = "insert into inbox (message_id, consumer_id) values ($1, $2) on conflict do nothing";

    const string OldDelete = """
        delete from inbox where ctid = any (array (
          select ctid from inbox where received_at < now() - $1::interval limit $2 for update skip locked))
        """;

    /// <summary>False when this consumer has already handled the message. Waits for a transaction that is handling it right now.</summary>
    public static async Task<bool> TryReceiveAsync(UnitOfWork work, Guid messageId, Guid consumerId, CancellationToken ct)
    {
        await using var command = work.Command(ReceiptInsert, messageId, consumerId);
        return await command.ExecuteNonQueryAsync(ct) == 1;
    }

    /// <summary>Deletes at most <paramref name="limit"/> receipts older than <paramref name="age"/>; returns how many.</summary>
    public static async Task<int> PruneAsync(NpgsqlDataSource source, TimeSpan age, int limit, CancellationToken ct)
    {
        await using var command = source.CreateCommand(OldDelete);
        command.Parameters.Add(new() { Value = age });
        command.Parameters.Add(new() { Value = limit });
        return await command.ExecuteNonQueryAsync(ct);
    }
}
