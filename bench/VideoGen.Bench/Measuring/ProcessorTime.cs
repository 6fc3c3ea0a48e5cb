using System.Globalization;

namespace VideoGen.Bench.Measuring;

/// <summary>Processor time that processes have used since their start: user and kernel, with children that have ended.</summary>
internal static class ProcessorTime
{
    /// <summary>Of one process without its living children.</summary>
    public static TimeSpan Of(int processId) => ProcessStat.Read(processId) is { } stat ? stat.Used : TimeSpan.Zero;

    /// <summary>Of these processes and everything they have started.</summary>
    public static TimeSpan OfTrees(IReadOnlyCollection<int> roots) =>
        ProcessTrees.Processor([.. roots.Select(id => ("all", id))]).Values.Aggregate(TimeSpan.Zero, (sum, used) => sum + used);

    /// <summary>Resident memory in bytes.</summary>
    public static long ResidentBytesOf(int processId) => Environment.SystemPageSize
        * long.Parse(File.ReadAllText($"/proc/{processId}/statm").Split(' ')[1], CultureInfo.InvariantCulture);
}
