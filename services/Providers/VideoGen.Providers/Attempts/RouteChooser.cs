using Microsoft.Extensions.Options;
using VideoGen.Providers.Connectors;
using VideoGen.Providers.Contracts;
using VideoGen.Providers.Keys;

namespace VideoGen.Providers.Attempts;

/// <summary>Looks up what <see cref="RoutePlan"/> decides by.</summary>
internal sealed class RouteChooser(ConnectorRegistry connectors, KeyStore keys, IOptions<ProvidersOptions> options)
{
    public async Task<RouteStep> NextAsync(Generation generation, IReadOnlyList<ConnectorRoute> routes, CancellationToken ct)
    {
        var usable = RoutePlan.Usable(routes, connectors.Find, generation.Test, options.Value.Simulate)
            .Select(index => (Index: index, Connector: connectors.Find(routes[index].Connector)!)).ToList();
        var asked = usable.Select(route => route.Connector).Where(HasChoice).DistinctBy(connector => connector.Name)
            .SelectMany(KeyName.Of).ToList();
        var states = await keys.ReadAsync(asked, ct);
        return RoutePlan.Next(
            [.. usable.Select(route => new UsableRoute(route.Index)
            {
                Keys = HasChoice(route.Connector)
                    ? [.. states[route.Connector.Name]] : [.. route.Connector.Keys.Select(key => new KeyState(key.Name))],
                Budget = route.Connector.Budget,
            })], generation.Attempts, generation.Now);
    }

    /// <summary>Where there is one key and no limit, nothing that is known of it would change anything.</summary>
    public static bool HasChoice(IConnector connector) => connector.Keys.Count > 1 || connector.Budget.ConcurrentJobs is not null;
}
