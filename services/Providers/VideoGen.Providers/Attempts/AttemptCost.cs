using VideoGen.Providers.Connectors;
using VideoGen.Providers.Contracts;

namespace VideoGen.Providers.Attempts;

/// <summary>What an attempt costs at the vendor, in US dollars. Pure; null where it can't be known.</summary>
internal static class AttemptCost
{
    /// <summary>The unit in which a vendor tells money itself.</summary>
    const string Money = "usd";

    /// <summary>The price of a piece of work of which the vendor tells nothing.</summary>
    public const string PerJob = "job";

    /// <summary>Of work that the vendor has made.</summary>
    /// <param name="isVendor">False for what runs on this machine, which nobody bills.</param>
    public static decimal? OfSuccess(bool isVendor, ConnectorRoute? route, IReadOnlyList<VendorUsage> usage)
    {
        if (!isVendor) return 0;
        if (usage.Any(one => one.Unit == Money)) return usage.Where(one => one.Unit == Money).Sum(one => one.Quantity);
        if (route?.CostUsd is not { } prices) return null;
        var priced = usage.Where(one => prices.ContainsKey(one.Unit)).ToList();
        if (priced.Count > 0) return priced.Sum(one => one.Quantity * prices[one.Unit]);
        return prices.TryGetValue(PerJob, out var price) ? price : null;
    }

    /// <summary>Of work that ended without a result.</summary>
    public static decimal? OfEnd(bool isVendor, ConnectorRoute? route, AttemptState state, Refusal? refusal)
    {
        if (!isVendor || state == AttemptState.Absent) return 0;
        return refusal?.Charged switch
        {
            Charged.No => 0,
            Charged.Yes => route?.CostUsd?.TryGetValue(PerJob, out var price) == true ? price : null,
            _ => null,
        };
    }
}
