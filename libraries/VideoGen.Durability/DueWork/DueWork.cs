using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace VideoGen.Durability;

/// <summary>Schedules work for a time, in the transaction of the state it belongs to.</summary>
public sealed class DueWork
{
    // Names as declared, so that JsonElement.Deserialize without options reads them too.
    internal static readonly JsonSerializerOptions Json = new() { PropertyNameCaseInsensitive = true };

    readonly DueWorkSignals _signals;

    internal DueWork(DueWorkSignals signals) => _signals = signals;

    /// <summary>
    /// Makes (kind, id) due after the delay, counted from now by the database's clock. One that exists is moved to the new time
    /// and keeps its payload unless a new one is given; one whose handler is running is run again at that time, after it ended.
    /// </summary>
    public Task ScheduleAsync(UnitOfWork work, string kind, Guid id, TimeSpan delay, object? payload = null, CancellationToken ct = default) =>
        ScheduleManyAsync(work, kind, [(id, payload)], delay, ct);

    /// <summary>Like <see cref="ScheduleAsync"/> for several ids of one kind, in one statement. Each id stands once.</summary>
    public async Task ScheduleManyAsync(
        UnitOfWork work, string kind, IReadOnlyCollection<(Guid Id, object? Payload)> items, TimeSpan delay, CancellationToken ct = default)
    {
        if (items.Count == 0) return;
        var payloads = items.Select(item => item.Payload is null ? null : JsonSerializer.Serialize(item.Payload, Json));
        await DueWorkStore.ScheduleAsync(work, kind, [.. items.Select(item => item.Id)], delay, [.. payloads], ct);
        work.OnCommitted(_signals.Of(kind).Set);
    }

    /// <summary>Removes (kind, id); a handler that runs now loses its lease and can't complete. Nothing there: nothing happens.</summary>
    [SuppressMessage("Performance", "CA1822", Justification = "Callers are given one service for both.")]
    public Task CancelAsync(UnitOfWork work, string kind, Guid id, CancellationToken ct = default) =>
        DueWorkStore.CancelAsync(work, kind, id, ct);
}

internal sealed class DueWorkSignals
{
    readonly ConcurrentDictionary<string, WakeSignal> _byKind = new();

    public WakeSignal Of(string kind) => _byKind.GetOrAdd(kind, _ => new WakeSignal());
}
