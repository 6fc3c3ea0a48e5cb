using VideoGen.HttpApi.Errors;
using VideoGen.Providers.Connectors;
using VideoGen.Providers.Contracts;
using VideoGen.Providers.Keys;

namespace VideoGen.Providers.Attempts;

/// <summary>Decides the next step of a generation that no vendor has at present.</summary>
internal abstract record RouteStep
{
    /// <param name="Route">Index in the model's routes.</param>
    /// <param name="Key">The name of the vendor's key; null for a connector that has none to choose from.</param>
    public sealed record Try(int Route, string? Key = null) : RouteStep
    {
        /// <summary>Why it is this one, in words that a customer may read.</summary>
        public string? Chosen { get; init; }

        /// <summary>What was compared, for operators.</summary>
        public string? ChosenBy { get; init; }
    }

    /// <summary>No route can be tried now; one may do better after this time.</summary>
    public sealed record Wait(TimeSpan Time) : RouteStep;

    public sealed record GiveUp(Refusal Refusal) : RouteStep;
}

/// <summary>A route that may be used, and what is known of its connector's keys.</summary>
/// <param name="Index">In the model's routes.</param>
internal sealed record UsableRoute(int Index)
{
    public IReadOnlyList<KeyState> Keys { get; init; } = [];

    public ConnectorBudget Budget { get; init; } = ConnectorBudget.Unlimited;
}

/// <summary>
/// Decides which route of a model is tried next, and with which key. Pure: the attempts so far and the keys tell everything.
/// </summary>
internal static class RoutePlan
{
    /// <summary>So often the same route is tried with each key, counting refusals that pass and creates that never arrived.</summary>
    public const int TriesPerRoute = 3;

    /// <summary>How long a job waits for room at an account before it looks again.</summary>
    public static readonly TimeSpan FullWait = TimeSpan.FromSeconds(2);

    static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(5);
    static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(2);

    static readonly Refusal NoProvider =
        new(RefusalKind.Unavailable, ErrorCodes.ProviderUnavailable, "No provider is available for this model.");

    static readonly Refusal EveryKeyCools =
        new(RefusalKind.Quota, ErrorCodes.ProviderUnavailable, "The provider does not accept jobs at present.");

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

    /// <param name="usable">In order of preference.</param>
    /// <param name="attempts">Every ended attempt of the job, in order.</param>
    public static RouteStep Next(IReadOnlyList<UsableRoute> usable, IReadOnlyList<AttemptRow> attempts, DateTimeOffset now)
    {
        if (attempts is [.., { Refusal: { MayFailOver: false } final }]) return new RouteStep.GiveUp(final);

        var (later, cools) = (new List<(DateTimeOffset Due, RouteStep.Try Step)>(), false);
        var byRoute = usable
            .Select(route => (Route: route, Tried: attempts.Where(attempt => attempt.Route == route.Index).ToList())).ToList();
        foreach (var (route, tried) in byRoute.Where(one => IsFresh(one.Route, one.Tried)))
        {
            switch (KeyOf(route, tried, now))
            {
                case KeyStep.Use { Key: var key }:
                    return new RouteStep.Try(route.Index, key);
                case KeyStep.Full when route.Budget.WhenFull == WhenFull.Wait:
                    return new RouteStep.Wait(FullWait);
                case KeyStep.Full:
                    later.Add((now + FullWait, new RouteStep.Try(route.Index)));
                    break;
                case KeyStep.Cooling { Until: var until }:
                    if (until - now <= LongestWait) later.Add((until, new RouteStep.Try(route.Index)));
                    cools = true;
                    break;
            }
        }

        later.AddRange(byRoute.Where(one => !IsFresh(one.Route, one.Tried) && IsPassing(one.Route, one.Tried))
            .Select(one => Again(one.Route, one.Tried, now)).Where(one => one.Due - now <= LongestWait));
        if (later.OrderBy(one => one.Due).FirstOrDefault() is (var due, { } step))
            return due <= now ? step : new RouteStep.Wait(due - now);

        var reason = attempts.LastOrDefault(attempt => attempt.Refusal is not null)?.Refusal;
        return new RouteStep.GiveUp(reason ?? (cools ? EveryKeyCools : NoProvider));
    }

    /// <summary>Nothing speaks against it: it was not tried, the work never got there, or only one of several keys was refused.</summary>
    static bool IsFresh(UsableRoute route, List<AttemptRow> tried)
    {
        if (tried.Count == 0) return true;
        if (tried.Count >= TriesOf(route)) return false;
        return tried[^1].State == AttemptState.Absent
            || (tried[^1].Refusal is { } refusal && KeyCooling.IsAboutKey(refusal) && Untried(route, tried).Any());
    }

    static bool IsPassing(UsableRoute route, List<AttemptRow> tried) =>
        tried.Count < TriesOf(route) && tried[^1] is { State: AttemptState.Refused, Refusal.IsPassing: true };

    static int TriesOf(UsableRoute route) => TriesPerRoute * Math.Max(1, route.Keys.Count);

    static IEnumerable<KeyState> Untried(UsableRoute route, List<AttemptRow> tried) =>
        route.Keys.Where(key => tried.All(attempt => attempt.Key != key.Name));

    static KeyStep KeyOf(UsableRoute route, List<AttemptRow> tried, DateTimeOffset now)
    {
        // After the refusal of one key only another one makes sense.
        var isRefused = tried is [.., { Refusal: { } refusal }] && KeyCooling.IsAboutKey(refusal);
        return KeyChoice.Choose(
            isRefused && route.Keys.Count > 1 ? [.. Untried(route, tried)] : route.Keys, route.Budget.ConcurrentJobs,
            [.. tried.Select(attempt => attempt.Key)], now);
    }

    /// <summary>When a route that was refused for a time is tried again.</summary>
    static (DateTimeOffset Due, RouteStep.Try Step) Again(UsableRoute route, List<AttemptRow> tried, DateTimeOffset now)
    {
        var due = Due(tried, Math.Max(1, route.Keys.Count));
        var used = tried.Select(attempt => attempt.Key).ToList();
        return KeyChoice.Choose(route.Keys, route.Budget.ConcurrentJobs, used, due > now ? due : now) switch
        {
            KeyStep.Use { Key: var key } => (due, new RouteStep.Try(route.Index, key)),
            KeyStep.Cooling { Until: var until } => (until > due ? until : due, new RouteStep.Try(route.Index)),
            _ => (due > now ? due : now + FullWait, new RouteStep.Try(route.Index)),
        };
    }

    static DateTimeOffset Due(List<AttemptRow> tried, int keys)
    {
        var last = tried[^1];
        var wait = last.Refusal!.RetryAfter ?? FirstWait * Math.Pow(2, (tried.Count - 1) / keys);
        return last.EndedAt!.Value + (wait < LongestWait ? wait : LongestWait);
    }
}
