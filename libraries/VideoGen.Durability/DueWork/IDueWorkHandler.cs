using System.Text.Json;

namespace VideoGen.Durability;

/// <summary>Does one piece of due work of the kind it is registered for. Resolved from a scope of its own for each run.</summary>
public interface IDueWorkHandler
{
    /// <summary>
    /// Runs outside any transaction, at least once for each due time; it may run again after a crash, so what it does must
    /// bear repetition, or be written with <see cref="DueWorkItem.CompleteAsync"/> in one transaction. The token is cancelled
    /// when the process stops or the lease is lost. An exception means: again, with back-off.
    /// </summary>
    Task<DueWorkResult> RunAsync(DueWorkItem item, CancellationToken ct);
}

/// <summary>What becomes of a piece of work after its handler has run.</summary>
public sealed record DueWorkResult
{
    DueWorkResult() { }

    internal TimeSpan? After { get; private init; }

    /// <summary>Finished: the row is deleted (or comes due at the time that was scheduled while it ran).</summary>
    public static DueWorkResult Done { get; } = new();

    /// <summary>The handler has completed the item in its own transaction (<see cref="DueWorkItem.CompleteAsync"/> or <see cref="DueWorkItem.AgainAsync"/>).</summary>
    public static DueWorkResult Handled { get; } = new();

    /// <summary>Not finished: due again after this time, counted from now. Clears the count of failures.</summary>
    public static DueWorkResult Again(TimeSpan after) => new() { After = after };
}

/// <summary>A piece of work while its handler runs.</summary>
/// <param name="Kind">The kind it was scheduled under.</param>
/// <param name="Id">What it is about; unique within the kind.</param>
/// <param name="Attempts">The number of this run since the work was last scheduled from outside, 1 on the first.</param>
/// <param name="Payload">What was scheduled with it; JSON null when nothing was.</param>
public sealed record DueWorkItem(string Kind, Guid Id, int Attempts, JsonElement Payload)
{
    internal DueWorkLease Lease { get; init; } = new(Guid.Empty);

    /// <summary>The payload as the type it was scheduled with; null when there was none.</summary>
    public T? PayloadAs<T>() => Payload.Deserialize<T>(DueWork.Json);

    /// <summary>
    /// Finishes the work in the handler's own transaction, together with its effect; the handler then returns
    /// <see cref="DueWorkResult.Handled"/>. Throws <see cref="LeaseLostException"/> when another worker has taken over: roll back.
    /// </summary>
    public async Task CompleteAsync(UnitOfWork work, CancellationToken ct = default)
    {
        if (!await DueWorkStore.CompleteAsync(work, this, ct)) throw new LeaseLostException(Kind, Id);
        Lease.Settled = true;
    }

    /// <summary>
    /// Like <see cref="CompleteAsync"/> for an effect that stands whoever holds the work: false, and nothing changed, when
    /// another worker has taken over.
    /// </summary>
    public async Task<bool> TryCompleteAsync(UnitOfWork work, CancellationToken ct = default) =>
        Lease.Settled = await DueWorkStore.CompleteAsync(work, this, ct);

    /// <summary>Whether the handler has ended the work in a transaction of its own.</summary>
    public bool IsEnded => Lease.Settled;

    /// <summary>Like <see cref="CompleteAsync"/>, but the work comes due again after this time.</summary>
    public async Task AgainAsync(UnitOfWork work, TimeSpan after, CancellationToken ct = default)
    {
        if (!await DueWorkStore.AgainAsync(work, this, after, ct)) throw new LeaseLostException(Kind, Id);
        Lease.Settled = true;
    }
}

/// <summary>A worker's hold on a row. Settled: the handler has ended it in its own transaction, so there is nothing to extend.</summary>
internal sealed class DueWorkLease(Guid token)
{
    volatile bool _settled;

    public Guid Token { get; } = token;

    /// <summary>When the work comes due again after its end; null for never, zero where it is not known.</summary>
    public TimeSpan? DueAgain { get; set; } = TimeSpan.Zero;

    public bool Settled
    {
        get => _settled;
        set => _settled = value;
    }
}

/// <summary>The lease of a piece of work ran out, or the work was cancelled: what this handler did must not take effect.</summary>
public sealed class LeaseLostException(string kind, Guid id) : Exception($"The lease of due work {kind}/{id} is lost: another worker has it, or it was cancelled.");

/// <summary>How the work of one kind is run.</summary>
public sealed class DueWorkOptions
{
    /// <summary>How many handlers of the kind run at once in a process, 1 to 1,000. Default 4.</summary>
    public int Concurrency { get; set; } = 4;

    /// <summary>How long a crashed worker's item stays taken; extended while a handler runs. At least 0.3 s. Default 30 s.</summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Wait after the first exception; doubles with each more, ± 20 %. Default 1 s.</summary>
    public TimeSpan FirstBackoff { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait after an exception. Default 5 minutes.</summary>
    public TimeSpan LongestBackoff { get; set; } = TimeSpan.FromMinutes(5);

    internal TimeSpan Backoff(int failures) => Durability.Backoff.Delay(failures, FirstBackoff, LongestBackoff);

    internal void Validate(string kind)
    {
        if (Concurrency is < 1 or > 1000) throw new InvalidOperationException($"Due work '{kind}': Concurrency is {Concurrency}; allowed: 1 to 1000.");
        if (Lease < TimeSpan.FromMilliseconds(300)) throw new InvalidOperationException($"Due work '{kind}': Lease is {Lease}; at least 0.3 s.");
        if (FirstBackoff <= TimeSpan.Zero || LongestBackoff < FirstBackoff)
            throw new InvalidOperationException($"Due work '{kind}': FirstBackoff must be positive and at most LongestBackoff.");
    }
}

internal sealed record DueWorkKind(string Name, Type Handler, DueWorkOptions Options);
