using VideoGen.Bench.Measuring;

namespace VideoGen.Bench.Whole;

/// <summary>What was used between two looks; null for what could not be counted.</summary>
/// <param name="ProcessorMilliseconds">Of each process with everything that it started, those that have ended included.</param>
/// <param name="Transactions">Ended ones, of the target's database.</param>
/// <param name="Statements">Without those that begin and end transactions.</param>
/// <param name="Messages">Published at the broker.</param>
/// <param name="ProcessesStarted">By anyone on this machine; threads count in it too.</param>
internal sealed record Usage(
    double Seconds, IReadOnlyDictionary<string, double> ProcessorMilliseconds, long? Transactions, long? Statements, long? Messages,
    long ProcessesStarted)
{
    public double AllProcessorMilliseconds => ProcessorMilliseconds.Values.Sum();
}

/// <summary>
/// PostgreSQL's sessions tell what they have done a second after they did it, or ten seconds after it when nothing follows; so
/// transactions are looked at before a load and after it with that wait.
/// </summary>
/// <param name="IdlePerSecond">What the target makes of itself, which is taken off for the wait.</param>
internal sealed record Settling(TimeSpan Wait, double IdlePerSecond)
{
    public static readonly TimeSpan Needed = TimeSpan.FromSeconds(11);
}

/// <summary>Counters that only grow, at one moment.</summary>
internal sealed record Counters(
    DateTimeOffset At, IReadOnlyDictionary<string, TimeSpan> Processor, long? Transactions, long? Statements, long? Messages,
    long ProcessesStarted)
{
    public Usage Since(Counters earlier) => new(
        (At - earlier.At).TotalSeconds,
        Processor.ToDictionary(
            one => one.Key, one => (one.Value - earlier.Processor.GetValueOrDefault(one.Key)).TotalMilliseconds, StringComparer.Ordinal),
        Transactions - earlier.Transactions, Statements - earlier.Statements, Messages - earlier.Messages,
        ProcessesStarted - earlier.ProcessesStarted);
}

/// <summary>Reads the counters of a target.</summary>
/// <param name="processes">Names and ids; each stands for its whole tree but for the others' trees in it.</param>
internal sealed class Meter(Func<IReadOnlyList<(string Name, int Id)>> processes, DatabaseCountersStore database, BrokerCounters? broker)
{
    public async Task<Counters> ReadAsync()
    {
        var (transactions, statements) = await database.ReadAsync();
        var messages = broker is null ? null : await broker.PublishedAsync();
        var processor = ProcessTrees.Processor(processes());
        return new Counters(DateTimeOffset.UtcNow, processor, transactions, statements, messages, ProcessTrees.Started());
    }

    /// <summary>Proportional set size in bytes: memory that several processes share counts once over all.</summary>
    public IReadOnlyDictionary<string, long> Memory() => ProcessTrees.ProportionalBytes(processes());
}
