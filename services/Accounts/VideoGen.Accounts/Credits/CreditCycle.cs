namespace VideoGen.Accounts.Credits;

/// <summary>The months of an account's credits, counted from the day it was made, in UTC.</summary>
internal static class CreditCycle
{
    /// <summary>
    /// The end of the cycle that begins at <paramref name="start"/>: the same day a month later, or the last day of a shorter
    /// month; the anchor day brings the later ones back (31 January → 28 February → 31 March).
    /// </summary>
    public static DateTimeOffset EndOf(DateTimeOffset start, int anchorDay)
    {
        var utc = start.UtcDateTime;
        var month = new DateTime(utc.Year, utc.Month, 1, 0, 0, 0, DateTimeKind.Utc).AddMonths(1);
        var day = Math.Min(anchorDay, DateTime.DaysInMonth(month.Year, month.Month));
        return new DateTimeOffset(month.AddDays(day - 1) + utc.TimeOfDay, TimeSpan.Zero);
    }
}
