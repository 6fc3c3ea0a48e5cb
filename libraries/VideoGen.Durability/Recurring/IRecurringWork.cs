namespace VideoGen.Durability;

/// <summary>Work that is done again and again: cleaning up by time, looking for what is overdue. Resolved from a scope of its own for each run.</summary>
public interface IRecurringWork
{
    /// <summary>
    /// Does all there is to do now, in transactions of its own, in small batches where there may be many rows. It may run again after a
    /// crash, so it must bear repetition. The token is cancelled when the process stops or another process has taken over. An
    /// exception means: again, with back-off.
    /// </summary>
    Task RunAsync(CancellationToken ct);
}

/// <summary>When and where one recurring work runs.</summary>
public sealed class RecurringWorkOptions
{
    static readonly TimeSpan LongestFirst = TimeSpan.FromMinutes(1);

    /// <summary>From the end of one run to the start of the next, ± 10 %, so that processes do not run in step. At least 0.1 s.</summary>
    public TimeSpan Interval { get; set; }

    /// <summary>From the start of a process to its first run, at most. Default: one minute, or the interval when that is shorter.</summary>
    public TimeSpan? FirstAfter { get; set; }

    /// <summary>
    /// False (the default): one run at a time in the whole system, by the database's clock; whichever process is free does it.
    /// True: in each process by itself, by its <see cref="TimeProvider"/>, for what belongs to the process (its folder, its memory).
    /// </summary>
    public bool InEveryProcess { get; set; }

    /// <summary>Wait after the first exception; doubles with each more, ± 20 %. Default 1 s.</summary>
    public TimeSpan FirstBackoff { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait after an exception. Default 5 minutes.</summary>
    public TimeSpan LongestBackoff { get; set; } = TimeSpan.FromMinutes(5);

    internal TimeSpan First() => FirstAfter ?? (Interval < LongestFirst ? Interval : LongestFirst);

    internal TimeSpan Next() => Interval * (0.9 + 0.2 * Random.Shared.NextDouble());

    internal void Validate(string name)
    {
        if (Interval < TimeSpan.FromMilliseconds(100)) throw new InvalidOperationException($"Recurring work '{name}': Interval is {Interval}; at least 0.1 s.");
        if (FirstAfter < TimeSpan.Zero) throw new InvalidOperationException($"Recurring work '{name}': FirstAfter must not be negative.");
    }
}

internal sealed record RecurringWorkKind(string Name, Type Work, RecurringWorkOptions Options);
