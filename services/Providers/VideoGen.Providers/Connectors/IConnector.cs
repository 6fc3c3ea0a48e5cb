using System.Text.Json;
using VideoGen.Providers.Catalog;
using VideoGen.Providers.Contracts;

namespace VideoGen.Providers.Connectors;

/// <summary>When a connector may be used.</summary>
internal enum ConnectorKind
{
    /// <summary>Somebody else's service or GPU: costs money, so never for test keys.</summary>
    Vendor,

    /// <summary>Does the real work on this machine: for live and test keys.</summary>
    Local,

    /// <summary>Pretends: for test keys, and for live ones where the operator allows it and no vendor is configured.</summary>
    Simulation,
}

/// <summary>
/// One way of having media made. A connector translates, it decides nothing: which route is tried, what is repeated and how
/// a job ends is the business of the attempts. Every implementation passes the conformance suite.
/// <para>
/// Errors: a connector answers what it knows for certain. <see cref="CreateAnswer.Unknown"/> and an exception from <see cref="CreateAsync"/> mean
/// that it is unknown whether the vendor has the work; <see cref="VendorState.Unknown"/> and an exception from any other method mean: ask again later.
/// </para>
/// </summary>
internal interface IConnector
{
    /// <summary>The name in routes and, as <c>provider</c>, in public answers.</summary>
    string Name { get; }

    ConnectorKind Kind { get; }

    /// <summary>False while credentials or addresses are missing: its routes are passed over.</summary>
    bool IsConfigured { get; }

    /// <summary>Time between two looks at running work; a connector that calls back may make it long.</summary>
    TimeSpan PollEvery { get; }

    /// <summary>The keys that it may use, the first one first; empty for a connector that has none to choose from.</summary>
    IReadOnlyList<ConnectorKey> Keys => [];

    /// <summary>What its vendor lets one account do.</summary>
    ConnectorBudget Budget => ConnectorBudget.Unlimited;

    /// <summary>Writes down what is wrong with a route of the catalogue: an unknown model name, a missing or misspelt setting.</summary>
    void CheckRoute(JsonPlace place, ConnectorRoute route);

    /// <summary>Hands the work over. Called at most once for a <see cref="CreateRequest.ClientReference"/>.</summary>
    Task<CreateAnswer> CreateAsync(CreateRequest request, CancellationToken ct);

    /// <summary>How the work stands.</summary>
    Task<VendorState> GetAsync(VendorWork work, CancellationToken ct);

    /// <summary>
    /// Stops the work. Repeating it is harmless. Where the same call would delete a finished result, the state is read first.
    /// </summary>
    Task<CancelAnswer> CancelAsync(VendorWork work, CancellationToken ct);

    /// <summary>Finds out what became of a create whose answer was lost.</summary>
    Task<FindAnswer> FindAsync(LostWork lost, CancellationToken ct);

    /// <summary>Fresh links to finished work: <see cref="VendorState.Succeeded"/> again, or <see cref="VendorState.Gone"/>.</summary>
    Task<VendorState> RenewOutputsAsync(VendorWork work, CancellationToken ct);
}

/// <summary>A key at a vendor, and so an account there.</summary>
/// <param name="Name">As the operator calls it; never the key itself.</param>
/// <param name="Fingerprint">The beginning of the key's SHA-256, for an operator to know it again; empty where there is no key.</param>
internal sealed record ConnectorKey(string Name, string Fingerprint);

/// <summary>What becomes of a job for which no account has room.</summary>
internal enum WhenFull
{
    /// <summary>It waits until there is room.</summary>
    Wait,

    /// <summary>It goes to the model's next route, and waits only where there is none.</summary>
    NextRoute,
}

/// <summary>What a vendor lets one account do.</summary>
/// <param name="ConcurrentJobs">How much work it may have at once; null for no limit.</param>
/// <param name="ReadsPerSecond">How often it may read, over all processes; null for no limit.</param>
internal sealed record ConnectorBudget(int? ConcurrentJobs, WhenFull WhenFull, double? ReadsPerSecond)
{
    public static readonly ConnectorBudget Unlimited = new(ConcurrentJobs: null, WhenFull.Wait, ReadsPerSecond: null);
}

/// <summary>Work that a vendor has.</summary>
/// <param name="ClientReference">Our id of the attempt.</param>
/// <param name="Model">The vendor's name of the model.</param>
/// <param name="Memo">As the connector gave it when the work was accepted or found.</param>
/// <param name="AcceptedAt">Since when the vendor has it; null when that is not known.</param>
internal sealed record VendorWork(
    Guid ClientReference, string VendorId, string Model, JsonElement? Memo = null, DateTimeOffset? AcceptedAt = null)
{
    /// <summary>The name of the key that it was handed over with; null for the only one.</summary>
    public string? Key { get; init; }
}

/// <summary>A create whose answer was lost.</summary>
/// <param name="CreatedAt">When it was about to be sent, by the database's clock.</param>
/// <param name="Now">The same clock now.</param>
/// <param name="ToldId">What the vendor calls the work, from a callback about this very attempt; null when none has come.</param>
/// <param name="KnowsRoute">False when the request lacks the settings and names of the route, because that is not known any more.</param>
internal sealed record LostWork(
    CreateRequest Request, DateTimeOffset CreatedAt, DateTimeOffset Now, string? ToldId = null, bool KnowsRoute = true)
{
    public Guid ClientReference => Request.ClientReference;
}

/// <summary>The work that a connector is asked to do.</summary>
/// <param name="ClientReference">Our id of the attempt; sent along wherever a vendor lets us name our work.</param>
/// <param name="Model">The vendor's name of the model, from the route.</param>
/// <param name="Input">The job's input under the vendor's names.</param>
/// <param name="Assets">The assets it names, their fields under the vendor's names.</param>
/// <param name="Settings">The route's settings; an empty object when there are none.</param>
/// <param name="Script">What a test key wants to see happen; null for live keys.</param>
/// <param name="Deadline">The result is of no use after this time.</param>
internal sealed record CreateRequest(
    Guid ClientReference, string Model, JsonElement Input, IReadOnlyList<GenerationAsset> Assets, JsonElement Settings, SimulatorScript? Script,
    DateTimeOffset Deadline)
{
    /// <summary>The name of the key to hand it over with; null for the only one.</summary>
    public string? Key { get; init; }
}
