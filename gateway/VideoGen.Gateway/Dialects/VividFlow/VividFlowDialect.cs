using VideoGen.Gateway.Callers;
using VideoGen.Gateway.Routes;
using VideoGen.HttpApi.Requests;

namespace VideoGen.Gateway.Dialects.VividFlow;

/// <summary>Vivid Flow API v1.2; decisions and texts in <c>docs/api/vivid-flow.md</c>.</summary>
internal sealed class VividFlowDialect : IDialect
{
    public string Name => "vivid-flow";

    public string Section => "VividFlow";

    public string Title => "Vivid Flow";

    public string BasePath => "/api/v1";

    public IReadOnlyList<ErrorRow> Errors => VividFlowErrors.Rows;

    public Credential ReadCredential(HttpRequest request) => Credentials.FromApiKeyHeader(request);

    public object ErrorBody(ErrorRow row, Refusal refusal) => new { error = row.Text(refusal) };

    public void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup(BasePath);
        api.MapPost("/generate", new GenerateEndpoint(this).HandleAsync).TakesBody()
            .WithMetadata(new RoutePolicy(Rate: RateClass.Submit, Body: BodyClass.Upload));
        api.MapGet("/status/{jobId}", StatusEndpoint.HandleAsync).WithMetadata(new RoutePolicy());
        api.MapGet("/history", HistoryEndpoint.HandleAsync).TakesQuery(HistoryEndpoint.Query).WithMetadata(new RoutePolicy());
        api.MapGet("/usage", UsageEndpoint.HandleAsync).WithMetadata(new RoutePolicy());
    }
}
