using VideoGen.HttpApi.Description;
using VideoGen.Providers.Connectors;
using VideoGen.Providers.Keys;

namespace VideoGen.Providers.Operator;

/// <summary>One way of having media made, and how its keys stand.</summary>
/// <param name="Kind"><c>vendor</c>, <c>local</c> or <c>simulation</c>.</param>
/// <param name="IsConfigured">False: it has no address or no key, and its routes are passed over.</param>
/// <param name="ConcurrentJobs">How much work each account may have at once, over all processes; null for no limit.</param>
/// <param name="WhenFull">What a job does for which no account has room: <c>wait</c> or <c>next_route</c>.</param>
/// <param name="ReadsPerSecond">How often each account is read in a second at most, over all processes; null for no limit.</param>
internal sealed record ConnectorView(
    string Name, string Kind, bool IsConfigured, int? ConcurrentJobs, string WhenFull, double? ReadsPerSecond,
    IReadOnlyList<ConnectorKeyView> Keys);

/// <summary>A key at a vendor, and so an account there.</summary>
/// <param name="Name">As the setting calls it: <c>default</c> for <c>ApiKey</c>, otherwise its name in <c>Keys</c>.</param>
/// <param name="Fingerprint">The beginning of the key's SHA-256 in hexadecimal; empty where there is no key.</param>
/// <param name="State"><c>ready</c>; <c>cooling</c>: left alone, because the vendor refused it; <c>full</c>: its account has as much work as it
/// may have.</param>
/// <param name="Jobs">Attempts that its account has at present.</param>
/// <param name="UsedAt">When an attempt began with it last; null where there is only one key and no limit, or none began.</param>
/// <param name="CoolsUntil">When it may be used again.</param>
/// <param name="Reason">Why it was left alone last: <c>quota</c> or <c>rate_limited</c>; null since it was well again.</param>
/// <param name="Failures">How often it was left alone without a success between.</param>
internal sealed record ConnectorKeyView(
    string Name, string Fingerprint, string State, int Jobs, DateTimeOffset? UsedAt, DateTimeOffset? CoolsUntil, string? Reason,
    int Failures);

/// <summary>Every connector, in the order of their names.</summary>
internal sealed record ConnectorList(IReadOnlyList<ConnectorView> Data);

internal static class ConnectorEndpoints
{
    const string Ready = "ready";
    const string Cooling = "cooling";
    const string Full = "full";

    public static void AddConnectorDescription(this IServiceCollection services)
    {
        services.DescribeShape<ConnectorView>(shape => shape
            .Words("kind", Enum.GetNames<ConnectorKind>().Select(SnakeCase))
            .Words("when_full", Enum.GetNames<WhenFull>().Select(SnakeCase)));
        services.DescribeShape<ConnectorKeyView>(shape => shape.Words("state", Ready, Cooling, Full)
            .Words("reason", SnakeCase(nameof(RefusalKind.Quota)), SnakeCase(nameof(RefusalKind.RateLimited))));
    }

    public static void MapConnectors(this IEndpointRouteBuilder app) =>
        app.MapGet("/admin/v1/connectors", ListAsync).WithName("ListConnectors").WithTags("Operator")
            .WithSummary("The connectors and their keys")
            .WithDescription("Which vendors are set up, and of each key what its account has at present and whether it is left alone.")
            .Produces<ConnectorList>();

    static async Task<IResult> ListAsync(ConnectorRegistry connectors, KeyStore keys, TimeProvider time, CancellationToken ct)
    {
        var all = connectors.All.OrderBy(connector => connector.Name, StringComparer.Ordinal).ToList();
        var states = await keys.ReadAsync([.. all.Where(connector => connector.IsConfigured).SelectMany(KeyName.Of)], ct);
        var now = time.GetUtcNow();
        return Results.Ok(new ConnectorList([.. all.Select(connector => View(connector, states[connector.Name], now))]));
    }

    static ConnectorView View(IConnector connector, IEnumerable<KeyState> states, DateTimeOffset now)
    {
        var prints = connector.Keys.ToDictionary(key => key.Name, key => key.Fingerprint, StringComparer.Ordinal);
        return new ConnectorView(
            connector.Name, SnakeCase(connector.Kind.ToString()), connector.IsConfigured, connector.Budget.ConcurrentJobs,
            SnakeCase(connector.Budget.WhenFull.ToString()), connector.Budget.ReadsPerSecond,
            [.. states.Select(state => new ConnectorKeyView(
                state.Name, prints[state.Name], StateOf(state, connector.Budget, now), state.Jobs, state.UsedAt,
                state.Cools(now) ? state.CoolsUntil : null, state.Reason, state.Failures))]);
    }

    static string StateOf(KeyState state, ConnectorBudget budget, DateTimeOffset now) =>
        state.Cools(now) ? Cooling : state.Jobs >= budget.ConcurrentJobs ? Full : Ready;

    static string SnakeCase(string name) => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(name);
}
