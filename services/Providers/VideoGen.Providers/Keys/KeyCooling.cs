using VideoGen.Providers.Connectors;

namespace VideoGen.Providers.Keys;

/// <summary>How long a key is left alone that a vendor refused. Pure.</summary>
/// <param name="First">The first time.</param>
/// <param name="Longest">Each further time without a success between is twice as long, up to this.</param>
internal sealed record KeyCooling(TimeSpan First, TimeSpan Longest)
{
    /// <summary>No vendor is believed that it wants to be left alone for longer.</summary>
    static readonly TimeSpan LongestOrdered = TimeSpan.FromDays(1);

    /// <summary>Null for a refusal that is not about the key: another one would be refused as well.</summary>
    public static KeyCooling? Of(Refusal? refusal)
    {
        if (refusal is null || !IsAboutKey(refusal)) return null;
        if (refusal.RetryAfter is { } ordered) return Exactly(ordered < LongestOrdered ? ordered : LongestOrdered);
        return refusal.Kind == RefusalKind.Quota
            ? new KeyCooling(TimeSpan.FromMinutes(1), TimeSpan.FromHours(1))
            : new KeyCooling(TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(2));
    }

    /// <summary>The account is empty, closed or asked too often: another one may not be.</summary>
    public static bool IsAboutKey(Refusal refusal) => refusal.Kind is RefusalKind.Quota or RefusalKind.RateLimited;

    static KeyCooling Exactly(TimeSpan time) => new(time, time);
}
