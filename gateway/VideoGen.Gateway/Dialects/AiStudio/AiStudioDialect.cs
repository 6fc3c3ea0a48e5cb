using VideoGen.Gateway.Callers;
using VideoGen.Gateway.Routes;
using VideoGen.HttpApi.Errors;
using VideoGen.HttpApi.Requests;
using VideoGen.Web.Contracts;

namespace VideoGen.Gateway.Dialects.AiStudio;

/// <summary>The Video Generation API of AI Studio; decisions and texts in <c>docs/api/ai-studio.md</c>.</summary>
internal sealed class AiStudioDialect : IDialect
{
    static readonly RoutePolicy Submits = new(Rate: RateClass.Submit, Body: BodyClass.Upload);

    public string Name => "ai-studio";

    public string Section => "AiStudio";

    public string Title => "AI Studio";

    public string BasePath => "/api/v1";

    /// <summary>Its monitor, with the sign-in and the files of our pages.</summary>
    public IReadOnlyList<string> PagePaths => WebPages.OfMonitors;

    public IReadOnlyList<ErrorRow> Errors => AiStudioErrors.Rows;

    public Credential ReadCredential(HttpRequest request) => Credentials.FromAuthorization(request);

    /// <summary><c>{"detail": text}</c>; too few tokens are an object that says how many are needed and how many there are.</summary>
    public object ErrorBody(ErrorRow row, Refusal refusal) => row.Native == ErrorCodes.InsufficientCredits
        ? new { detail = new { message = row.Text(refusal), cost = refusal.NumberFact("credits_required"), availableTokens = refusal.NumberFact("credits_available") } }
        : new { detail = row.Text(refusal) };

    public void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup(BasePath);
        api.MapPost("/video-jobs", new CreateEndpoint(this).HandleAsync).TakesBody().WithMetadata(Submits);
        api.MapGet("/video-jobs", ListEndpoint.HandleAsync).TakesQuery(ListEndpoint.Query).WithMetadata(new RoutePolicy());
        api.MapGet("/video-jobs/{jobId}", ReadEndpoint.HandleAsync).WithMetadata(new RoutePolicy());
        api.MapDelete("/video-jobs/{jobId}", DeleteEndpoint.HandleAsync).WithMetadata(new RoutePolicy());
        api.MapGet("/video-jobs/{jobId}/download", DownloadEndpoint.HandleAsync).WithMetadata(new RoutePolicy());
        api.MapGet("/docs", Elsewhere.At("/docs")).WithMetadata(RoutePolicy.Public);
        foreach (var path in WebPages.Monitors)
            routes.MapGet(path, Elsewhere.At(WebPages.Monitor)).WithMetadata(RoutePolicy.Public);
    }
}
