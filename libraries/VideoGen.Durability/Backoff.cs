namespace VideoGen.Durability;

internal static class Backoff
{
    /// <summary>Doubles from the first with each failure up to the longest, ± 20 %, so that those that failed together do not return together.</summary>
    public static TimeSpan Delay(int failures, TimeSpan first, TimeSpan longest)
    {
        var delay = first * Math.Pow(2, Math.Min(failures, 20));
        return Spread(delay < longest ? delay : longest);
    }

    public static TimeSpan Spread(TimeSpan delay) => delay * (0.8 + 0.4 * Random.Shared.NextDouble());
}
