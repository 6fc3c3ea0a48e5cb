using VideoGen.Jobs.Contracts;
using VideoGen.Providers.Contracts;

namespace VideoGen.Jobs.Margins;

/// <summary>Puts what jobs earned beside what their attempts cost. Pure.</summary>
internal static class MarginDecision
{
    sealed record Key(string? Model, string? Route, DateOnly? Day);

    /// <param name="usdPerCredit">0 where it is not known.</param>
    /// <param name="by">Words of <see cref="MarginsEndpoint.Groups"/>.</param>
    public static MarginsView Of(
        DateOnly from, DateOnly to, decimal usdPerCredit, IReadOnlyList<string> by, IReadOnlyList<Earned> earned, IReadOnlyList<VendorCost> spent)
    {
        var incomes = earned.ToLookup(one => KeyOf(by, one.Model, one.Route, one.Day));
        var costs = spent.ToLookup(one => KeyOf(by, one.Model, one.Route, one.Day));
        var margins = incomes.Select(one => one.Key).Union(costs.Select(one => one.Key))
            .OrderBy(key => key.Day).ThenBy(key => key.Model, StringComparer.Ordinal).ThenBy(key => key.Route, StringComparer.Ordinal)
            .Select(key => new MarginView(key.Model, key.Route, key.Day, Sum(usdPerCredit, incomes[key], costs[key]))).ToList();
        return new MarginsView(from, to, usdPerCredit > 0 ? usdPerCredit : null, margins, Sum(usdPerCredit, earned, spent));
    }

    static Key KeyOf(IReadOnlyList<string> by, string model, string route, DateOnly day) =>
        new(by.Contains("model") ? model : null, by.Contains("route") ? route : null, by.Contains("day") ? day : null);

    static MarginSum Sum(decimal usdPerCredit, IEnumerable<Earned> earned, IEnumerable<VendorCost> spent)
    {
        var (incomes, costs) = (earned.ToList(), spent.ToList());
        var (credits, usd) = (incomes.Sum(one => one.Credits), costs.Sum(one => one.Usd));
        return new MarginSum(incomes.Sum(one => one.Jobs), credits, costs.Sum(one => one.Attempts), usd, costs.Sum(one => one.Unpriced),
            usdPerCredit > 0 ? (credits * usdPerCredit) - usd : null);
    }
}
