using System.Globalization;
using VideoGen.Jobs.Contracts;

namespace VideoGen.Web.Operator;

/// <summary>Jobs a minute within the hour as a drawing, made on the server: lines of points, and the same in a sentence.</summary>
/// <param name="Top">The jobs a minute that the upper edge stands for.</param>
/// <param name="Completed">Points of the line; likewise the others.</param>
/// <param name="Area">Below the completed ones.</param>
public sealed record ThroughputChart(long Top, string Accepted, string Completed, string Area, string Failed, string Text)
{
    public const int Width = 600;
    public const int Height = 160;

    /// <param name="minutes">The oldest first; at least one.</param>
    public static ThroughputChart Of(IReadOnlyList<MinuteFigures> minutes)
    {
        // The present minute is not over: a line that always ends in a fall would say nothing.
        var whole = minutes.Count > 1 ? minutes.SkipLast(1).ToList() : [.. minutes];
        var top = Round(whole.Max(minute => Math.Max(minute.Accepted, Math.Max(minute.Completed, minute.Failed))));
        var completed = Line(whole.ConvertAll(minute => minute.Completed), top);
        return new ThroughputChart(
            top, Line(whole.ConvertAll(minute => minute.Accepted), top), completed, $"0,{Height} {completed} {Width},{Height}",
            Line(whole.ConvertAll(minute => minute.Failed), top), Words(whole));
    }

    static string Words(List<MinuteFigures> minutes)
    {
        var (accepted, completed) = (minutes.Sum(minute => minute.Accepted), minutes.Sum(minute => minute.Completed));
        var (failed, cancelled) = (minutes.Sum(minute => minute.Failed), minutes.Sum(minute => minute.Cancelled));
        return string.Create(CultureInfo.InvariantCulture,
            $"{minutes.Count} minutes: {accepted:#,0} accepted, {completed:#,0} completed, {failed:#,0} failed, "
            + $"{cancelled:#,0} cancelled.");
    }

    static string Line(List<long> values, long top) => string.Join(' ', values.Select((value, index) =>
    {
        var (x, y) = (index * (double)Width / Math.Max(1, values.Count - 1), Height - 2 - ((double)value / top * (Height - 8)));
        return string.Create(CultureInfo.InvariantCulture, $"{x:0.#},{y:0.#}");
    }));

    /// <summary>The next of 1, 2, 5, 10, 20 …, so that the edge stands for a number that one can read.</summary>
    static long Round(long most)
    {
        for (var step = 1L; ; step *= 10)
            foreach (var top in (long[])[step, 2 * step, 5 * step])
                if (top >= most) return top;
    }
}
