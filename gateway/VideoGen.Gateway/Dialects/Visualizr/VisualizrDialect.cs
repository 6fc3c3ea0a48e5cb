using VideoGen.Gateway.Callers;
using VideoGen.Gateway.Dialects.Visualizr.Live;
using VideoGen.Gateway.Dialects.Visualizr.Operations;
using VideoGen.Gateway.Routes;
using VideoGen.HttpApi.Requests;

namespace VideoGen.Gateway.Dialects.Visualizr;

/// <summary>Visualizr API; decisions and texts in <c>docs/api/visualizr.md</c>.</summary>
internal sealed class VisualizrDialect : IDialect
{
    /// <summary>Where its routes begin, apart from the files, which are at <c>/assets</c>.</summary>
    public const string Api = "/api/v1";

    /// <summary>The WebSocket. Browsers can't set a header there, so the credential may stand in <c>?token=</c>.</summary>
    public const string LivePath = Api + "/ws/generation";

    public string Name => "visualizr";

    public string Section => "Visualizr";

    public string Title => "Visualizr";

    public string BasePath => "";

    public IReadOnlyList<ErrorRow> Errors => VisualizrErrors.Rows;

    public Credential ReadCredential(HttpRequest request)
    {
        var shown = Credentials.FromAuthorization(request);
        if (request.Path != $"/{Name}{LivePath}") return shown;
        var asked = request.Query["token"] switch
        {
            { Count: > 1 } => new Credential(Fault: "token is given more than once."),
            [{ Length: > 0 } token] => Credentials.FromText(token),
            _ => default,
        };
        return Credentials.OneOf(shown, asked, "Authorization and token both carry a credential; send one.");
    }

    /// <summary><c>{"error": {"code", "message", "details"}}</c>.</summary>
    public object ErrorBody(ErrorRow row, Refusal refusal) => new { error = VisualizrErrors.ShapeOf(row, refusal) };

    public void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup(Api);
        MapGeneration(api);
        api.MapVisualizrOperations(this);
        routes.MapGet(LivePath, LiveEndpoint.HandleAsync).TakesQuery(QueryParameter.Text("token", "The credential.", most: 8000))
            .WithMetadata(new RoutePolicy());
        var models = new ModelEndpoints(this);
        api.MapGet("/models", models.ListAsync).WithMetadata(new RoutePolicy());
        api.MapGet("/models/{modelId}", models.GetAsync).WithMetadata(new RoutePolicy());
        var videos = new VideoEndpoints(this);
        api.MapGet("/assets/videos", videos.ListAsync).TakesQuery(VideoQuery.Names).WithMetadata(new RoutePolicy());
        api.MapGet("/assets/videos/{videoId}", videos.GetAsync).WithMetadata(new RoutePolicy());
        api.MapDelete("/assets/videos/{videoId}", VideoEndpoints.DeleteAsync).WithMetadata(new RoutePolicy());
        routes.MapMethods(VisualizrFile.Folder + "{file}", [HttpMethods.Get, HttpMethods.Head], FileEndpoint.HandleAsync)
            .TakesQuery(FileEndpoint.Query).WithMetadata(new RoutePolicy(Access.SignedLink));
    }

    void MapGeneration(RouteGroupBuilder api)
    {
        var generate = api.MapGroup("/generate");
        generate.MapPost("/video", new GenerateEndpoint(this).HandleAsync).TakesBody()
            .WithMetadata(new RoutePolicy(Rate: RateClass.Submit, Body: BodyClass.Inline));
        generate.MapPost("/video/from-image", new AnimateImageEndpoint(this).HandleAsync).TakesBody()
            .WithMetadata(new RoutePolicy(Rate: RateClass.Submit, Body: BodyClass.Upload));
        generate.MapPost("/character-animation", new AnimateCharacterEndpoint(this).HandleAsync).TakesBody()
            .WithMetadata(new RoutePolicy(Rate: RateClass.Submit, Body: BodyClass.Inline));
        generate.MapGet("/status/{requestId}", StatusEndpoint.HandleAsync).WithMetadata(new RoutePolicy());
        generate.MapDelete("/{requestId}", CancelEndpoint.HandleAsync).WithMetadata(new RoutePolicy());
    }
}
