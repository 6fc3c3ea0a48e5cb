namespace VideoGen.Bench.Whole;

/// <summary>The loads of one target; null for what was left out.</summary>
internal sealed record TargetResult
{
    /// <summary>Closed, jobs with a text result.</summary>
    public LoadResult? Text { get; set; }

    /// <summary>Closed, jobs with a stored picture.</summary>
    public LoadResult? Image { get; set; }

    /// <summary>Open, texts, at a tenth of what <see cref="Text"/> completed a second.</summary>
    public LoadResult? Tenth { get; set; }

    /// <summary>Open, texts, at half of it.</summary>
    public LoadResult? Half { get; set; }

    /// <summary>Open, texts, at the rate that was asked for.</summary>
    public LoadResult? AtRate { get; set; }

    public ReadResult? Reads { get; set; }
}

/// <summary>Everything that a run measured.</summary>
/// <param name="StartSeconds">Until the system was ready; null for one that ran already.</param>
/// <param name="Idle">Of the system, before any load.</param>
/// <param name="IdleMemory">Bytes of each process then; see <see cref="Meter.Memory"/>.</param>
/// <param name="Memory">After the loads.</param>
/// <param name="PgBench">Transactions a second.</param>
/// <param name="LeftOut">What was not measured, and why.</param>
internal sealed record WholeResult(
    DateTimeOffset At, WholeOptions Options, int Processors, double? StartSeconds, Usage Idle, IReadOnlyDictionary<string, long> IdleMemory,
    IReadOnlyDictionary<string, long> Memory, TargetResult System, TargetResult? Baseline, double? PgBench, IReadOnlyList<string> LeftOut);
