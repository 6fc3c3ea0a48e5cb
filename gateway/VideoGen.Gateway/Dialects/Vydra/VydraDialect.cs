using VideoGen.Gateway.Callers;
using VideoGen.Gateway.Routes;
using VideoGen.HttpApi.Errors;
using VideoGen.HttpApi.Requests;

namespace VideoGen.Gateway.Dialects.Vydra;

/// <summary>Vydra API v1; decisions and texts in <c>docs/api/vydra.md</c>.</summary>
internal sealed class VydraDialect : IDialect
{
    static readonly RoutePolicy Submits =
        new(Rate: RateClass.Submit, Body: BodyClass.Inline, Quota: new Quota("vydra submits", 10, IsExact: true));
    static readonly RoutePolicy StatusReads = new(Quota: new Quota("vydra status reads", 100));
    static readonly RoutePolicy ModelReads = new(Quota: new Quota("vydra model reads", 50));

    public string Name => "vydra";

    public string Section => "Vydra";

    public string Title => "Vydra";

    public string BasePath => "/api/v1";

    public IReadOnlyList<ErrorRow> Errors => VydraErrors.Rows;

    public Credential ReadCredential(HttpRequest request) => Credentials.FromAuthorization(request);

    /// <summary><c>{"error": text}</c>; too few credits come with how many are needed and how many are left.</summary>
    public object ErrorBody(ErrorRow row, Refusal refusal)
    {
        var body = new Dictionary<string, object?>(StringComparer.Ordinal) { ["error"] = row.Text(refusal) };
        if (row.Native == ErrorCodes.InsufficientCredits)
        {
            Add("creditsRequired", "credits_required");
            Add("creditsRemaining", "credits_available");
        }
        return body;

        void Add(string name, string fact)
        {
            if (refusal.Problem.Facts?.TryGetValue(fact, out var value) == true) body[name] = value;
        }
    }

    public void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup(BasePath);
        api.MapGet("/models", new ModelsEndpoint(this).HandleAsync)
            .TakesQuery(QueryParameter.Texts("provider", "isActive")).WithMetadata(ModelReads);
        api.MapPost("/models/{slug}", new GenerateEndpoint(this).HandleAsync).TakesBody().WithMetadata(Submits);
        api.MapGet("/jobs/{jobId}", JobEndpoint.HandleAsync).WithMetadata(StatusReads);
        api.MapDelete("/jobs/{jobId}", CancelEndpoint.HandleAsync).WithMetadata(new RoutePolicy());
        api.MapGet("/organization", OrganizationEndpoint.HandleAsync).WithMetadata(new RoutePolicy());
    }
}
