using System.Globalization;

namespace VideoGen.Bench.Measuring;

/// <summary>Processor time that processes have used since their start, from <c>/proc</c>: user and kernel, with children that have ended.</summary>
internal static class ProcessorTime
{
    /// <summary>Ticks a second of the figures in <c>/proc/&lt;pid&gt;/stat</c>; fixed at 100 for user space on Linux.</summary>
    const double TicksPerSecond = 100;

    /// <summary>Of one process without its living children.</summary>
    public static TimeSpan Of(int processId) => Read(processId) is { } stat ? stat.Used : TimeSpan.Zero;

    /// <summary>Of these processes and everything they have started.</summary>
    public static TimeSpan OfTrees(IReadOnlyCollection<int> roots)
    {
        var all = Directory.GetDirectories("/proc")
            .Select(path => int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0)
            .Where(id => id > 0)
            .Select(Read).OfType<Stat>().ToDictionary(stat => stat.Id);
        return all.Values.Where(stat => BelongsTo(stat, roots, all)).Aggregate(TimeSpan.Zero, (sum, stat) => sum + stat.Used);
    }

    /// <summary>Resident memory in bytes.</summary>
    public static long ResidentBytesOf(int processId) => Environment.SystemPageSize
        * long.Parse(File.ReadAllText($"/proc/{processId}/statm").Split(' ')[1], CultureInfo.InvariantCulture);

    static bool BelongsTo(Stat? stat, IReadOnlyCollection<int> roots, Dictionary<int, Stat> all)
    {
        for (; stat is not null; stat = all.GetValueOrDefault(stat.ParentId))
            if (roots.Contains(stat.Id)) return true;
        return false;
    }

    static Stat? Read(int id)
    {
        try
        {
            // After the name in brackets, which may hold anything: state, parent, …, utime (12th), stime, cutime, cstime.
            var text = File.ReadAllText($"/proc/{id}/stat");
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            var ticks = fields[11..15].Sum(field => long.Parse(field, CultureInfo.InvariantCulture));
            return new Stat(id, int.Parse(fields[1], CultureInfo.InvariantCulture), TimeSpan.FromSeconds(ticks / TicksPerSecond));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    sealed record Stat(int Id, int ParentId, TimeSpan Used);
}
