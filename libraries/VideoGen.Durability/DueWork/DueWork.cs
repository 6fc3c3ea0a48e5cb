using System.Collections.Concurrent;
using System.Diagnostics;
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
    /// New work that is due at once begins in this process right after the commit where it has a free place: the row is
    /// then written with its lease, and nothing has to be claimed.
    /// </summary>
    public Task ScheduleAsync(UnitOfWork work, string kind, Guid id, TimeSpan delay, object? payload = null, CancellationToken ct = default) =>
        ScheduleManyAsync(work, kind, [(id, payload)], delay, ct);

    /// <summary>Like <see cref="ScheduleAsync"/> for several ids of one kind, in one statement. Each id stands once.</summary>
    public async Task ScheduleManyAsync(
        UnitOfWork work, string kind, IReadOnlyCollection<(Guid Id, object? Payload)> items, TimeSpan delay, CancellationToken ct = default)
    {
        if (items.Count == 0) return;
        var rows = items.Select(item => new NewDueWork(item.Id, Written(item.Payload))).ToList();
        var signal = _signals.Of(kind);
        if (delay > TimeSpan.Zero || signal.Places is not { } places)
        {
            await DueWorkStore.ScheduleAsync(work, kind, rows, delay, lease: default, ct);
            work.OnCommitted(() => signal.SetFor(delay));
            return;
        }
        _ = work.Transaction; // Nothing is taken for work that can't be written.
        foreach (var row in rows)
        {
            if (!places.TryTakeForNew()) break;
            row.Lease = Guid.NewGuid();
            work.OnUndone(places.Leave);
        }
        var taken = await DueWorkStore.ScheduleAsync(work, kind, rows, delay, places.Lease, ct);
        work.OnCommitted(() =>
        {
            foreach (var row in rows.Where(row => row.Lease is not null)) Begin(places, taken.Find(claim => claim.Item.Id == row.Id));
            if (rows.Exists(row => row.Lease is null)) signal.Set();
        });
    }

    static string? Written(object? payload) => payload is null ? null : JsonSerializer.Serialize(payload, Json);

    /// <summary>Starts the run of a row that was taken; a place whose row was there already, and is not ours, is given back.</summary>
    static void Begin(DueWorkPlaces places, DueWorkClaim? claim)
    {
        if (claim is null) places.Leave();
        else places.Start(claim);
    }

    /// <summary>Removes (kind, id); a handler that runs now loses its lease and can't complete. Nothing there: nothing happens.</summary>
    [SuppressMessage("Performance", "CA1822", Justification = "Callers are given one service for both.")]
    public Task CancelAsync(UnitOfWork work, string kind, Guid id, CancellationToken ct = default) =>
        DueWorkStore.CancelAsync(work, kind, id, ct);
}

/// <summary>Wakes the loop of a kind, or has it wake earlier by itself: asking the database costs a transaction.</summary>
internal sealed class DueWorkSignal : WakeSignal
{
    readonly Lock _lock = new();
    bool _isAsleep;
    bool _isCalled;
    long _until;

    /// <summary>Where this process runs work of the kind; null until it does.</summary>
    public DueWorkPlaces? Places { get; set; }

    public override void Set() => SetFor(TimeSpan.Zero);

    /// <summary>Has the loop look when the delay is over; at once where there is none, or where it is about to compute its sleep.</summary>
    public void SetFor(TimeSpan delay)
    {
        lock (_lock)
        {
            var at = After(delay);
            if (!_isAsleep || delay <= TimeSpan.Zero) _isCalled = true;
            else if (at < _until) _until = at;
            else return;
        }
        base.Set();
    }

    /// <summary>Returns when called, or when the time is over that whoever set the signal may have shortened.</summary>
    public async Task SleepAsync(TimeSpan atMost, CancellationToken ct)
    {
        lock (_lock) (_until, _isAsleep) = (After(atMost), true);
        try
        {
            while (Left() is var left && left > TimeSpan.Zero) await WaitAsync(left, ct);
        }
        finally
        {
            lock (_lock) (_isAsleep, _isCalled) = (false, false);
        }
    }

    TimeSpan Left()
    {
        lock (_lock) return _isCalled ? TimeSpan.Zero : Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), _until);
    }

    static long After(TimeSpan time) => Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency);
}

internal sealed class DueWorkSignals
{
    readonly ConcurrentDictionary<string, DueWorkSignal> _byKind = new();

    public DueWorkSignal Of(string kind) => _byKind.GetOrAdd(kind, _ => new DueWorkSignal());
}
