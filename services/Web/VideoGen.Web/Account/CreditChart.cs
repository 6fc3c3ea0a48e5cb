using System.Globalization;
using VideoGen.Accounts.Contracts;

namespace VideoGen.Web.Account;

/// <summary>
/// The credits of the present cycle as a drawing: what was there, day by day, and where it leads at the present pace. Drawn on the
/// server: a line and a dash need no library, no script, and are there at the first paint.
/// </summary>
/// <param name="Line">Points of the balance until now.</param>
/// <param name="Forecast">From now to the end of the cycle.</param>
/// <param name="Text">The same in a sentence.</param>
public sealed record CreditChart(string Line, string Area, string Forecast, string Text)
{
    public const int Width = 600;
    public const int Height = 160;

    /// <summary>What was spent in less time says nothing about the rest of a month.</summary>
    const int HoursOfAPace = 48;

    /// <param name="entries">Those of the cycle, newest first.</param>
    public static CreditChart Of(AccountView account, IReadOnlyList<LedgerEntry> entries, DateTimeOffset now)
    {
        var (begin, end) = (account.CycleStartedAt, account.CycleEndsAt);
        var points = entries.Reverse().Select(entry => (entry.CreatedAt, Credits: entry.AvailableAfter)).ToList();
        // Steps, not slopes: between two movements the balance stands still.
        var first = entries.Count > 0 ? entries[^1].AvailableAfter - entries[^1].Amount : account.Credits.Available;
        var steps = new List<(DateTimeOffset At, long Credits)> { (begin, first) };
        foreach (var (at, credits) in points)
        {
            steps.Add((at, steps[^1].Credits));
            steps.Add((at, credits));
        }
        steps.Add((now, account.Credits.Available));
        var most = Math.Max(1, Math.Max(account.Credits.MonthlyGrant, steps.Max(step => step.Credits)));
        var used = entries.Where(entry => entry.Kind == "capture").Sum(entry => entry.Credits);
        var hours = (now - begin).TotalHours;
        long? atEnd = hours < HoursOfAPace ? null : account.Credits.Available - (long)(used / hours * Math.Max(0, (end - now).TotalHours));
        var line = string.Join(' ', steps.Select(step => Point(step.At, step.Credits, begin, end, most)));
        var last = Point(end, Math.Max(0, atEnd ?? account.Credits.Available), begin, end, most);
        return new CreditChart(
            line, $"{Point(begin, 0, begin, end, most)} {line} {Point(now, 0, begin, end, most)}",
            $"{Point(now, account.Credits.Available, begin, end, most)} {last}", Words(used, atEnd, end));
    }

    static string Words(long used, long? atEnd, DateTimeOffset end) => used == 0 || atEnd is null
        ? used > 0
            ? string.Create(CultureInfo.InvariantCulture, $"{used:#,0} spent in this cycle, which ends on {end.UtcDateTime:MMM d}.")
                : string.Create(CultureInfo.InvariantCulture, $"Nothing spent in this cycle, which ends on {end.UtcDateTime:MMM d}.")
        : atEnd >= 0
            ? string.Create(CultureInfo.InvariantCulture,
                $"{used:#,0} spent in this cycle. At this pace about {atEnd:#,0} are left when it ends on {end.UtcDateTime:MMM d}.")
            : string.Create(CultureInfo.InvariantCulture,
                $"{used:#,0} spent in this cycle. At this pace they are used up before it ends on {end.UtcDateTime:MMM d}.");

    static string Point(DateTimeOffset at, long credits, DateTimeOffset begin, DateTimeOffset end, long most)
    {
        var x = Math.Clamp((at - begin) / (end - begin), 0, 1) * Width;
        var y = Height - 4 - ((double)credits / most * (Height - 12));
        return string.Create(CultureInfo.InvariantCulture, $"{x:0.#},{y:0.#}");
    }
}
