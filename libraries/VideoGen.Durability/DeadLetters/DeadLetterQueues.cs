using System.Collections.Concurrent;

namespace VideoGen.Durability.DeadLetters;

/// <summary>
/// Queues of the broker that may hold dead letters: those of messages that were delivered too often, always; those of errors and skipped
/// messages once after the start, for an earlier process may have left some there, and again whenever this one had to.
/// </summary>
internal sealed class DeadLetterQueues
{
    readonly ConcurrentDictionary<DeadLetterQueue, bool> _queues = new();

    public void Add(string endpoint)
    {
        foreach (var source in (string[])[DeadLetterSource.Dead, DeadLetterSource.Error, DeadLetterSource.Skipped]) Expect(endpoint, source);
    }

    public void Expect(string endpoint, string source) => _queues[new DeadLetterQueue(endpoint, source)] = true;

    /// <summary>The queue is empty, or was never made.</summary>
    public void IsEmpty(DeadLetterQueue queue)
    {
        if (queue.Source != DeadLetterSource.Dead) _queues.TryRemove(queue, out _);
    }

    public IReadOnlyCollection<DeadLetterQueue> All => [.. _queues.Keys];
}

/// <param name="Endpoint">The queue that the messages were for.</param>
/// <param name="Source">One of <see cref="DeadLetterSource"/>; the queue's name ends with it.</param>
internal sealed record DeadLetterQueue(string Endpoint, string Source)
{
    public string Name => $"{Endpoint}_{Source}";
}
