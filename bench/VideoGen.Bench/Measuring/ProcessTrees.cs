using System.Globalization;

namespace VideoGen.Bench.Measuring;

/// <summary>Figures of named processes with everything below them, from <c>/proc</c>.</summary>
internal static class ProcessTrees
{
    /// <summary>User and kernel time, with children that have ended. A process below two of the names counts for the nearer one.</summary>
    public static IReadOnlyDictionary<string, TimeSpan> Processor(IReadOnlyList<(string Name, int Id)> roots) =>
        Sum(roots, stat => stat.Used.Ticks).ToDictionary(one => one.Key, one => TimeSpan.FromTicks(one.Value), StringComparer.Ordinal);

    /// <summary>Proportional set size.</summary>
    public static IReadOnlyDictionary<string, long> ProportionalBytes(IReadOnlyList<(string Name, int Id)> roots) =>
        Sum(roots, stat => ProportionalBytesOf(stat.Id));

    /// <summary>Processes and threads that were started on this machine since it was.</summary>
    public static long Started()
    {
        const string label = "processes ";
        var line = File.ReadLines("/proc/stat").First(line => line.StartsWith(label, StringComparison.Ordinal));
        return long.Parse(line[label.Length..], CultureInfo.InvariantCulture);
    }

    static Dictionary<string, long> Sum(IReadOnlyList<(string Name, int Id)> roots, Func<ProcessStat, long> figure)
    {
        var names = roots.Where(root => root.Id > 0).ToDictionary(root => root.Id, root => root.Name);
        var sums = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var (name, _) in roots) sums[name] = 0;
        var all = ProcessStat.All();
        foreach (var stat in all.Values)
            if (NearestOf(stat, names, all) is { } named) sums[named] += figure(stat);
        return sums;
    }

    static string? NearestOf(ProcessStat? stat, Dictionary<int, string> names, Dictionary<int, ProcessStat> all)
    {
        for (; stat is not null; stat = all.GetValueOrDefault(stat.ParentId))
            if (names.TryGetValue(stat.Id, out var name)) return name;
        return null;
    }

    static long ProportionalBytesOf(int id)
    {
        const string label = "Pss:";
        try
        {
            var line = File.ReadLines($"/proc/{id}/smaps_rollup").First(line => line.StartsWith(label, StringComparison.Ordinal));
            return 1024 * long.Parse(line[label.Length..].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            return 0;
        }
    }
}
