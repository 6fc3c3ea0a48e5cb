using System.Globalization;

namespace VideoGen.Bench.Measuring;

/// <summary>A line of <c>/proc/&lt;pid&gt;/stat</c>.</summary>
/// <param name="Used">User and kernel time since its start, with that of children that have ended.</param>
internal sealed record ProcessStat(int Id, int ParentId, TimeSpan Used)
{
    /// <summary>Ticks a second of the figures; fixed at 100 for user space on Linux.</summary>
    const double TicksPerSecond = 100;

    public static Dictionary<int, ProcessStat> All() => Directory.GetDirectories("/proc")
        .Select(path => int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0)
        .Where(id => id > 0)
        .Select(Read).OfType<ProcessStat>().ToDictionary(stat => stat.Id);

    /// <summary>Null for a process that is gone.</summary>
    public static ProcessStat? Read(int id)
    {
        try
        {
            // After the name in brackets, which may hold anything: state, parent, …, utime (12th), stime, cutime, cstime.
            var text = File.ReadAllText($"/proc/{id}/stat");
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            var ticks = fields[11..15].Sum(field => long.Parse(field, CultureInfo.InvariantCulture));
            return new ProcessStat(id, int.Parse(fields[1], CultureInfo.InvariantCulture), TimeSpan.FromSeconds(ticks / TicksPerSecond));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
