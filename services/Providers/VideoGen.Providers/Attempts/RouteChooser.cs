using Microsoft.Extensions.Options;
using VideoGen.Providers.Connectors;
using VideoGen.Providers.Contracts;
using VideoGen.Providers.Keys;
using VideoGen.Providers.Routing;

namespace VideoGen.Providers.Attempts;

/// <summary>Looks up what <see cref="RouteOrder"/> and <see cref="RoutePlan"/> decide by.</summary>
internal sealed class RouteChooser(
    ConnectorRegistry connectors, KeyStore keys, RouteFiguresReader figures, IOptions<ProvidersOptions> options,
    IOptions<RoutingOptions> routing)
{
    public async Task<RouteStep> NextAsync(Generation generation, IReadOnlyList<ConnectorRoute> routes, CancellationToken ct)
    {
        var indexes = RoutePlan.Usable(routes, connectors.Find, generation.Test, options.Value.Simulate);
        var order = await OrderAsync(generation, routes, indexes, ct);
        var usable = order.Routes.Select(index => (Index: index, Connector: connectors.Find(routes[index].Connector)!)).ToList();
        var asked = usable.Select(route => route.Connector).Where(HasChoice).DistinctBy(connector => connector.Name)
            .SelectMany(KeyName.Of).ToList();
        var states = await keys.ReadAsync(asked, ct);
        var step = RoutePlan.Next(
            [.. usable.Select(route => new UsableRoute(route.Index)
            {
                Keys = HasChoice(route.Connector)
                    ? [.. states[route.Connector.Name]] : [.. route.Connector.Keys.Select(key => new KeyState(key.Name))],
                Budget = route.Connector.Budget,
            })], generation.Attempts, generation.Now);
        return step is RouteStep.Try next
            ? next with
            {
                Chosen = RouteReason.Of(next, routes[next.Route].Connector, order, generation.Attempts),
                ChosenBy = order.Figures,
            }
            : step;
    }

    /// <summary>Where there is one key and no limit, nothing that is known of it would change anything.</summary>
    public static bool HasChoice(IConnector connector) => connector.Keys.Count > 1 || connector.Budget.ConcurrentJobs is not null;

    async Task<OrderedRoutes> OrderAsync(
        Generation generation, IReadOnlyList<ConnectorRoute> routes, IReadOnlyList<int> indexes, CancellationToken ct)
    {
        var (set, policy) = (routing.Value, routing.Value.PolicyOf(generation.Model));
        return RouteOrder.Decide(
            policy, new RouteCaps(set.MaxCostUsd, set.MaxDuration?.TotalSeconds, set.MaxFailures),
            [.. indexes.Select(index => new RouteCandidate(index, routes[index].Connector, ListedOf(routes[index])))],
            indexes.Count > 1 ? await figures.OfAsync(generation.Model, ct) : [], set.Exploration, ChanceOf(generation.JobId));
    }

    static decimal? ListedOf(ConnectorRoute route) => route.CostUsd?.TryGetValue(AttemptCost.PerJob, out var price) == true ? price : null;

    /// <summary>The same at each look at the same job: the last bits of its id are random.</summary>
    static double ChanceOf(Guid jobId) => jobId.ToByteArray()[^1] / 256.0;
}
