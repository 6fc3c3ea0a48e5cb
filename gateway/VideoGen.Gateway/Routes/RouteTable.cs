using VideoGen.Web.Contracts;

namespace VideoGen.Gateway.Routes;

/// <summary>
/// The allow list: every path that reaches a service, and on what terms. What is not here is a 404 made by the gateway.
/// <c>/internal</c> is not here.
/// </summary>
internal static class RouteTable
{
    public static IReadOnlyList<GatewayRoute> All { get; } =
    [
        // Accounts
        new("sign-up", "accounts", "/v1/accounts", new(Access.Anonymous, RateClass.SignUp), ["POST"]),
        new("sign-in", "accounts", "/v1/auth/token", new(Access.Anonymous, RateClass.SignIn), ["POST"]),
        new("plans", "accounts", "/v1/plans/{**rest}", RoutePolicy.Public, ["GET", "HEAD"]),
        new("account", "accounts", "/v1/account/{**rest}", new()),
        new("admin-accounts", "accounts", "/admin/v1/accounts/{**rest}", new()),
        new("admin-plans", "accounts", "/admin/v1/plans/{**rest}", new()),
        new("admin-ledger", "accounts", "/admin/v1/ledger/{**rest}", new(), ["GET", "HEAD"]),

        // Jobs
        new("submit", "jobs", "/v1/jobs", new(Rate: RateClass.Submit, Body: BodyClass.Inline), ["POST"], Pace.LongPoll),
        new("quote", "jobs", "/v1/quotes", new(Rate: RateClass.Submit, Body: BodyClass.Inline), ["POST"], Pace.LongPoll),
        new("job-events", "jobs", "/v1/jobs/{id}/events", new(), ["GET", "HEAD"], Pace.Live),
        new("events", "jobs", "/v1/events/{**rest}", new(), ["GET", "HEAD"], Pace.Live),
        new("jobs", "jobs", "/v1/jobs/{**rest}", new(), Pace: Pace.LongPoll),
        new("webhooks", "jobs", "/v1/webhooks/{**rest}", new()),
        new("admin-jobs", "jobs", "/admin/v1/jobs/{**rest}", new()),
        new("admin-margins", "jobs", "/admin/v1/margins", new(), ["GET", "HEAD"]),
        new("admin-checks", "jobs", "/admin/v1/checks", new(), ["GET", "HEAD"]),
        new("admin-throughput", "jobs", "/admin/v1/throughput", new(), ["GET", "HEAD"]),
        new("admin-dead-letters", "jobs", "/admin/v1/dead-letters/{**rest}", new(), Pace: Pace.LongPoll),

        // Providers
        new("models", "providers", "/v1/models/{**rest}", new(Access.Optional), ["GET", "HEAD"]),
        new("callbacks", "providers", "/callbacks/{vendor}", RoutePolicy.Callback, ["POST"]),
        new("admin-attempts", "providers", "/admin/v1/attempts/{**rest}", new()),
        new("admin-connectors", "providers", "/admin/v1/connectors", new(), ["GET", "HEAD"]),
        new("admin-alarms", "providers", "/admin/v1/alarms", new(), ["GET", "HEAD"]),

        // Storage
        new("upload", "storage", "/v1/uploads", new(Rate: RateClass.Submit, Body: BodyClass.Upload), ["POST"], Pace.Transfer),
        new("asset-content", "storage", "/v1/assets/{id}/content", new(Access.SignedLink), ["GET", "HEAD"], Pace.Transfer),
        new("asset-thumbnail", "storage", "/v1/assets/{id}/thumbnail", new(Access.SignedLink), ["GET", "HEAD"], Pace.Transfer),
        new("asset-preview", "storage", "/v1/assets/{id}/preview", new(Access.SignedLink), ["GET", "HEAD"], Pace.Transfer),
        new("assets", "storage", "/v1/assets/{**rest}", new()),

        // Web
        new("web-sign-in", "web", WebPages.SignIn, RoutePolicy.Page with { Rate = RateClass.SignIn }, ["POST"]),
        new("web-sign-up", "web", WebPages.SignUp, RoutePolicy.Page with { Rate = RateClass.SignUp }, ["POST"]),
        new("web", "web", WebPages.Shared + "/{**rest}", RoutePolicy.Page, ["GET", "HEAD", "POST"]),
        new("web-home", "web", WebPages.Home, RoutePolicy.Page, ["GET", "HEAD"], ForBrowsers: true),
        new("web-upload", "web", WebPages.StudioUploads, RoutePolicy.Page with { Body = BodyClass.Upload }, ["POST"], Pace.Transfer),
        new("web-live", "web", WebPages.StudioLive, RoutePolicy.Page, ["GET"], Pace.Live),
        new("web-studio", "web", WebPages.Studio + "/{**rest}", RoutePolicy.Page, ["GET", "HEAD", "POST"], Pace.LongPoll),
        new("web-jobs", "web", WebPages.Jobs + "/{**rest}", RoutePolicy.Page, ["GET", "HEAD", "POST"]),
        new("web-account", "web", WebPages.Account + "/{**rest}", RoutePolicy.Page, ["GET", "HEAD", "POST"]),
        new("web-operator", "web", WebPages.Operator + "/{**rest}", RoutePolicy.Page, ["GET", "HEAD", "POST"], Pace.LongPoll),
        .. WebPages.Monitors.SelectMany(Monitor),

        // Each request is answered by itself: there is no stream to open with GET, and no session to end with DELETE.
        // Any of them may be a submit.
        new("mcp", "web", WebPages.Mcp, new(Rate: RateClass.Submit, IsDescribed: false), ["POST"], Pace.LongPoll),
    ];

    /// <summary>Those with an API to describe.</summary>
    public static IReadOnlyList<string> Services { get; } =
        [.. All.Where(route => route.Policy is { IsPage: false, IsDescribed: true }).Select(route => route.Service).Distinct(StringComparer.Ordinal)];

    /// <summary>The route that takes such a request, the most specific first; null when none does.</summary>
    /// <param name="service">Only routes to this service; null for any.</param>
    /// <param name="path">A path or an OpenAPI template such as <c>/v1/jobs/{id}</c>.</param>
    public static GatewayRoute? Find(string? service, string method, string path) => All.FirstOrDefault(route =>
        (service is null || route.Service == service)
        && route.AllowedMethods.Contains(method, StringComparer.OrdinalIgnoreCase) && Matches(route.Path, path));

    static GatewayRoute[] Monitor(string page) =>
    [
        new($"{page}-live", "web", page + WebPages.Live, RoutePolicy.Page, ["GET"], Pace.Live),
        new(page, "web", page + "/{**rest}", RoutePolicy.Page, ["GET", "HEAD"]),
    ];

    static bool Matches(string template, string path)
    {
        var pattern = template.Split('/');
        var segments = path.Split('/');
        if (pattern[^1] == "{**rest}") return segments.Length >= pattern.Length - 1 && pattern[..^1].Zip(segments).All(IsSame);
        return pattern.Length == segments.Length && pattern.Zip(segments).All(IsSame);
    }

    static bool IsSame((string Pattern, string Segment) pair) => pair.Pattern == pair.Segment || pair.Pattern.StartsWith('{');
}

/// <param name="Service">Its name in discovery.</param>
/// <param name="Path">A route template; <c>{**rest}</c> matches nothing, too.</param>
/// <param name="Methods">Null for all that an API uses; others are 405.</param>
/// <param name="ForBrowsers">Only who asks for <c>text/html</c> goes there; others get what the gateway itself has at that path.</param>
internal sealed record GatewayRoute(
    string Id, string Service, string Path, RoutePolicy Policy, IReadOnlyList<string>? Methods = null, Pace Pace = Pace.Prompt,
    bool ForBrowsers = false)
{
    static readonly string[] ApiMethods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];

    /// <summary>The end of the clusters' names of <see cref="Pace.Live"/>.</summary>
    public const string LiveEnd = "-live";

    public IReadOnlyList<string> AllowedMethods => Methods ?? ApiMethods;

    public string Cluster => $"{Service}-{Pace.ToString().ToLowerInvariant()}";
}

/// <summary>How long a service may be silent in the middle of an exchange before the gateway gives up on it.</summary>
internal enum Pace
{
    /// <summary>30 s.</summary>
    Prompt,

    /// <summary>100 s: more than the longest wait that a caller may ask for, and than the fetching of files that a submit names by URL.</summary>
    LongPoll,

    /// <summary>10 minutes: a file is taken apart and probed after its last byte came.</summary>
    Transfer,

    /// <summary>An hour: an event stream without news.</summary>
    Live,
}
