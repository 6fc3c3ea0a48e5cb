namespace VideoGen.Providers.Keys;

/// <summary>How a vendor's key stands.</summary>
/// <param name="Name">As the operator calls it.</param>
/// <param name="Jobs">How many attempts its account has at present, in all processes.</param>
/// <param name="UsedAt">When an attempt began with it last.</param>
/// <param name="CoolsUntil">Until then it is left alone; null, or past, for a key that may be used.</param>
/// <param name="Reason">Why it was left alone last: <c>quota</c> or <c>rate_limited</c>.</param>
/// <param name="Failures">Cool-downs one after the other without a success.</param>
internal sealed record KeyState(
    string Name, int Jobs = 0, DateTimeOffset? UsedAt = null, DateTimeOffset? CoolsUntil = null, string? Reason = null, int Failures = 0)
{
    public bool Cools(DateTimeOffset now) => CoolsUntil > now;
}

/// <summary>Which key is used next.</summary>
internal abstract record KeyStep
{
    /// <param name="Key">Null for a connector that has no keys to choose from.</param>
    public sealed record Use(string? Key) : KeyStep;

    /// <summary>Every key is left alone.</summary>
    /// <param name="Until">When the first of them may be used again.</param>
    public sealed record Cooling(DateTimeOffset Until) : KeyStep;

    /// <summary>Every account has as much work as it may have at once.</summary>
    public sealed record Full : KeyStep;
}

/// <summary>Decides which key an attempt uses. Pure.</summary>
internal static class KeyChoice
{
    /// <summary>The key that the job has tried least; of equals the one with least to do, then the one that was used longest ago.</summary>
    /// <param name="keys">Empty: there is nothing to choose.</param>
    /// <param name="most">How much work one account may have at once; null for no limit.</param>
    /// <param name="tried">The keys of the job's attempts so far at this vendor.</param>
    public static KeyStep Choose(IReadOnlyList<KeyState> keys, int? most, IReadOnlyList<string?> tried, DateTimeOffset now)
    {
        if (keys.Count == 0) return new KeyStep.Use(Key: null);
        // An only key has nobody to take its turn: whoever needs it asks the vendor, and hears how it stands.
        var open = keys.Count == 1 ? keys : [.. keys.Where(key => !key.Cools(now))];
        if (open.Count == 0) return new KeyStep.Cooling(keys.Min(key => key.CoolsUntil!.Value));
        return open.Where(key => most is null || key.Jobs < most)
            .OrderBy(key => tried.Count(name => name == key.Name)).ThenBy(key => key.Jobs)
            .ThenBy(key => key.UsedAt ?? DateTimeOffset.MinValue)
            .FirstOrDefault() is { } best ? new KeyStep.Use(best.Name) : new KeyStep.Full();
    }
}
