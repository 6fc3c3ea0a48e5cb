using VideoGen.Gateway.Callers;
using VideoGen.Gateway.Routes;
using VideoGen.HttpApi.Requests;

namespace VideoGen.Gateway.Dialects.Vsl;

/// <summary>VSL Media Generation API; decisions and texts in <c>docs/api/vsl.md</c>.</summary>
internal sealed class VslDialect : IDialect
{
    static readonly RoutePolicy Submits = new(Rate: RateClass.Submit, Body: BodyClass.Inline);

    public string Name => "vsl";

    public string Section => "Vsl";

    public string Title => "VSL";

    public string BasePath => "";

    public IReadOnlyList<ErrorRow> Errors => VslErrors.Rows;

    public bool AlwaysShowsLimits => true;

    public Credential ReadCredential(HttpRequest request) => Credentials.FromApiKeyHeader(request);

    public object ErrorBody(ErrorRow row, Refusal refusal) => VslErrors.BodyOf(row, refusal);

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/generate-media", new GenerateEndpoint(this).HandleAsync).TakesBody().WithMetadata(Submits);
        routes.MapGet("/status/{jobId}", new StatusEndpoint(this).HandleAsync).WithMetadata(new RoutePolicy());
        routes.MapPost("/webhook/replicate", CallbackEndpoint.HandleAsync).TakesAnything().WithMetadata(RoutePolicy.Callback);
    }
}
