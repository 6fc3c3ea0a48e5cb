using Npgsql;

namespace VideoGen.Durability.DeadLetters;

/// <summary>
/// The dead letters of this service, for operators.
/// <para>
/// A replay moves a letter into the outbox in one statement, with the bytes, the message id and the headers that it came with. It is sent
/// once or stays. Should its effect have happened after all, the inbox drops it, but only while it remembers the message, for
/// <see cref="DurabilityOptions.InboxRetention"/>: a replay after that would have the effect twice. Should it fail again, or should no
/// queue take it, it comes back as a new dead letter.
/// </para>
/// </summary>
public sealed class DeadLetterBox
{
    /// <summary>How many letters one call replays or discards at most.</summary>
    public const int MostAtOnce = 1000;

    readonly NpgsqlDataSource _source;
    readonly OutboxSignal _outbox;

    internal DeadLetterBox(NpgsqlDataSource source, OutboxSignal outbox) => (_source, _outbox) = (source, outbox);

    /// <summary>Newest first.</summary>
    public Task<List<DeadLetter>> ListAsync(string? messageType, string? source, DeadLetterPosition? after, int limit, CancellationToken ct) =>
        DeadLetterStore.ListAsync(_source, messageType, source, after, limit, ct);

    public Task<DeadLetterContent?> FindAsync(Guid id, CancellationToken ct) => DeadLetterStore.FindAsync(_source, id, ct);

    /// <summary>Sends them again, the oldest first, at most <see cref="MostAtOnce"/>; returns which.</summary>
    public async Task<IReadOnlyList<DeadLetter>> ReplayAsync(DeadLetterFilter filter, CancellationToken ct)
    {
        var sent = await DeadLetterStore.ReplayAsync(_source, filter, MostAtOnce, ct);
        if (sent.Count > 0) _outbox.Set();
        return sent;
    }

    /// <summary>Deletes them for good, the oldest first, at most <see cref="MostAtOnce"/>; returns which.</summary>
    public async Task<IReadOnlyList<DeadLetter>> DiscardAsync(DeadLetterFilter filter, CancellationToken ct) =>
        await DeadLetterStore.DiscardAsync(_source, filter, MostAtOnce, ct);
}
