using VideoGen.HttpApi.Errors;
using VideoGen.Providers.Connectors;
using VideoGen.Providers.Contracts;

namespace VideoGen.Providers.Attempts;

/// <summary>Decides the next step of a generation that no vendor has at present.</summary>
internal abstract record RouteStep
{
    /// <param name="Route">Index in the model's routes.</param>
    public sealed record Try(int Route) : RouteStep;

    /// <summary>Every route has been tried; one may do better after this time.</summary>
    public sealed record Wait(TimeSpan Time) : RouteStep;

    public sealed record GiveUp(Refusal Refusal) : RouteStep;
}

/// <summary>Decides which route of a model is tried next. Pure: the attempts so far tell everything.</summary>
internal static class RoutePlan
{
    /// <summary>So often the same route is tried, counting refusals that pass and creates that never arrived.</summary>
    public const int TriesPerRoute = 3;

    static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(5);
    static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(2);

    /// <summary>The routes that may be used, in order of preference, as indexes.</summary>
    /// <param name="test">A test key's job or one that asked for a simulation: nothing that costs money.</param>
    /// <param name="simulate">The operator lets models without a configured vendor run on the simulator.</param>
    public static IReadOnlyList<int> Usable(IReadOnlyList<ConnectorRoute> routes, Func<string, IConnector?> connectors, bool test, bool simulate)
    {
        var all = routes.Select((route, index) => (Index: index, Connector: connectors(route.Connector)))
            .Where(route => route.Connector is { IsConfigured: true }).ToList();
        int[] Of(params ConnectorKind[] kinds) => [.. all.Where(route => kinds.Contains(route.Connector!.Kind)).Select(route => route.Index)];
        if (test) return Of(ConnectorKind.Local, ConnectorKind.Simulation);
        // Never both: a customer who pays for a vendor must not get a simulation because the vendor is down.
        return Of(ConnectorKind.Vendor, ConnectorKind.Local) is { Length: > 0 } real ? real : simulate ? Of(ConnectorKind.Simulation) : [];
    }

    /// <param name="usable">From <see cref="Usable"/>.</param>
    /// <param name="attempts">Every ended attempt of the job, in order.</param>
    public static RouteStep Next(IReadOnlyList<int> usable, IReadOnlyList<AttemptRow> attempts, DateTimeOffset now)
    {
        if (attempts is [.., { Refusal: { MayFailOver: false } final }]) return new RouteStep.GiveUp(final);

        var byRoute = usable.Select(route => (Route: route, Tried: attempts.Where(attempt => attempt.Route == route).ToList())).ToList();
        foreach (var (route, tried) in byRoute)
            if (tried.Count == 0 || (tried[^1].State == AttemptState.Absent && tried.Count < TriesPerRoute)) return new RouteStep.Try(route);

        var later = byRoute.Where(route => route.Tried.Count < TriesPerRoute && route.Tried[^1] is { State: AttemptState.Refused, Refusal.IsPassing: true })
            .Select(route => (route.Route, Due: Due(route.Tried))).OrderBy(route => route.Due).ToList();
        if (later is [var first, ..]) return first.Due <= now ? new RouteStep.Try(first.Route) : new RouteStep.Wait(first.Due - now);

        return new RouteStep.GiveUp(attempts.LastOrDefault(attempt => attempt.Refusal is not null)?.Refusal
            ?? new Refusal(RefusalKind.Unavailable, ErrorCodes.ProviderUnavailable, "No provider is available for this model."));
    }

    static DateTimeOffset Due(List<AttemptRow> tried)
    {
        var last = tried[^1];
        var wait = last.Refusal!.RetryAfter ?? FirstWait * Math.Pow(2, tried.Count - 1);
        return last.EndedAt!.Value + (wait < LongestWait ? wait : LongestWait);
    }
}
