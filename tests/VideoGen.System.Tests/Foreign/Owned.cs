namespace VideoGen.System.Tests.Foreign;

/// <summary>What an account owns and routes take by id.</summary>
enum Owned
{
    Job,
    Asset,
    ApiKey,
    WebhookEndpoint,
    WebhookDelivery,

    /// <summary>The same for everybody: models.</summary>
    Nobody,
}

/// <summary>Says of a route whose ids it takes.</summary>
/// <param name="Api">The dialect, or <c>native</c>.</param>
/// <param name="Beginning">Of the route's template, after the dialect's prefix.</param>
/// <param name="Form">How the API writes the id, with <c>{0}</c> for the UUID.</param>
sealed record Ownership(string Api, string Beginning, Owned What, string Form = "{0}")
{
    /// <summary>A route that no row fits fails the test: say here whose ids it takes. Longer beginnings first.</summary>
    public static IReadOnlyList<Ownership> All { get; } =
    [
        new("native", "/v1/jobs/", Owned.Job),
        new("native", "/v1/assets/", Owned.Asset),
        new("native", "/v1/account/keys/", Owned.ApiKey),
        new("native", "/v1/webhooks/endpoints/", Owned.WebhookEndpoint),
        new("native", "/v1/webhooks/deliveries/", Owned.WebhookDelivery),
        new("native", "/v1/models/", Owned.Nobody),
        new("vivid-flow", "/api/v1/status/", Owned.Job),
        new("vydra", "/api/v1/jobs/", Owned.Job, "job_{0}"),
        new("vydra", "/api/v1/models/", Owned.Nobody),
        new("ai-studio", "/api/v1/video-jobs/", Owned.Job),
        new("vsl", "/status/", Owned.Job),
        new("visualizr", "/api/v1/generate/", Owned.Job, "video_req_{0}"),
        // A video is called by its job.
        new("visualizr", "/api/v1/assets/videos/", Owned.Job, "video_{0}"),
        new("visualizr", "/assets/video/", Owned.Job, "video_{0}.mp4"),
        new("visualizr", "/api/v1/models/", Owned.Nobody),
    ];

    public static Ownership? Of(ApiRoute route)
    {
        var path = route.Api == "native" ? route.Template : route.Template[(route.Api.Length + 1)..];
        return All.FirstOrDefault(row => row.Api == route.Api && path.StartsWith(row.Beginning, StringComparison.Ordinal));
    }
}
