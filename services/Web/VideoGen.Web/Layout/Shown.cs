using System.Globalization;

namespace VideoGen.Web.Layout;

/// <summary>Numbers and times as the pages write them.</summary>
internal static class Shown
{
    public static string Number(long number) => number.ToString("#,0", CultureInfo.InvariantCulture);

    public static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("MMM d, HH:mm:ss", CultureInfo.InvariantCulture);
}
