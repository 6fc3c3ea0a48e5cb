using System.Globalization;

namespace VideoGen.Providers.Routing;

/// <summary>A route that may be used.</summary>
/// <param name="Index">In the model's routes.</param>
/// <param name="ListedUsd">What the catalogue says a job costs there; null where it says nothing.</param>
internal sealed record RouteCandidate(int Index, string Connector, decimal? ListedUsd = null);

/// <summary>Routes may be dear, slow or unreliable up to these; null: however much.</summary>
internal sealed record RouteCaps(double? CostUsd = null, double? P95Seconds = null, double? Failures = null);

/// <param name="Routes">The indexes, in the order in which they are tried.</param>
/// <param name="Why">In words for the customer: why the first one is.</param>
/// <param name="Figures">For the operator: the policy and what was compared.</param>
internal sealed record OrderedRoutes(IReadOnlyList<int> Routes, string Why, string Figures);

/// <summary>Decides in which order a model's routes are tried. Pure.</summary>
internal static class RouteOrder
{
    /// <param name="policy">One of <see cref="RoutePolicies"/>.</param>
    /// <param name="routes">In the order of the model's file.</param>
    /// <param name="exploration">The part of jobs that tries a route first of which too little is known.</param>
    /// <param name="chance">From 0 up to 1, another one for each job.</param>
    public static OrderedRoutes Decide(
        string policy, RouteCaps caps, IReadOnlyList<RouteCandidate> routes, IReadOnlyList<RouteFigures> figures, double exploration,
        double chance)
    {
        var ranked = routes.Select(route => Rank.Of(route, figures.FirstOrDefault(one => one.Connector == route.Connector), policy, caps))
            .OrderBy(rank => rank.IsBeyond).ThenBy(rank => rank.Measure is null).ThenBy(rank => rank.Measure ?? 0).ToList();
        var isKnown = ranked is [{ Measure: not null }, _, ..];
        var why = policy switch
        {
            RoutePolicies.Cheapest when isKnown => "It is the cheapest provider of the model at present.",
            RoutePolicies.Fastest when isKnown => "It was the fastest provider of the model lately.",
            RoutePolicies.MostReliable when isKnown => "It was the most reliable provider of the model lately.",
            _ => "It is the first provider of the model.",
        };
        if (policy != RoutePolicies.Order && chance < exploration
            && ranked.Skip(1).FirstOrDefault(rank => rank is { Measure: null, IsBeyond: false }) is { } unknown)
        {
            ranked = [unknown, .. ranked.Where(rank => rank != unknown)];
            why = "It is tried first now and then, to see how it does.";
        }

        var compared = string.Join(", ", ranked.Select(rank => rank.Text));
        return new OrderedRoutes([.. ranked.Select(rank => rank.Route.Index)], why, $"{policy}: {compared}");
    }

    /// <param name="Measure">The lower the better; null where too little is known.</param>
    /// <param name="IsBeyond">Beyond one of the caps.</param>
    sealed record Rank(RouteCandidate Route, double? Measure, bool IsBeyond, string Text)
    {
        public static Rank Of(RouteCandidate route, RouteFigures? figures, string policy, RouteCaps caps)
        {
            var lately = figures?.Lately;
            var cost = (double?)(figures?.CostUsd ?? route.ListedUsd);
            var (measure, unit) = policy switch
            {
                RoutePolicies.Cheapest => (cost, " USD"),
                RoutePolicies.Fastest => (lately?.P50, " s"),
                RoutePolicies.MostReliable => (lately?.FailureRate * 100, " % failed"),
                _ => ((double?)null, ""),
            };
            var isBeyond = cost > caps.CostUsd || lately?.P95 > caps.P95Seconds || lately?.FailureRate > caps.Failures;
            var text = measure is { } known ? $" {known.ToString("0.###", CultureInfo.InvariantCulture)}{unit}"
                : policy == RoutePolicies.Order ? "" : " not known";
            return new Rank(route, measure, isBeyond, $"{route.Connector}{text}{(isBeyond ? " (beyond a cap)" : "")}");
        }
    }
}
