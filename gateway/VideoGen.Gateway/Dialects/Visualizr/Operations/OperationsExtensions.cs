using VideoGen.Gateway.Routes;
using VideoGen.HttpApi.Errors;
using VideoGen.HttpApi.Requests;
using VideoGen.ServiceDefaults.Callers;
using VideoGen.ServiceDefaults.Resilience;

namespace VideoGen.Gateway.Dialects.Visualizr.Operations;

/// <summary>Health, metrics, and models in memory.</summary>
internal static class OperationsExtensions
{
    /// <summary>Who asks whether we are well does not wait for long.</summary>
    static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(5);

    /// <summary>A GPU first ends what it is at.</summary>
    static readonly TimeSpan MemoryTimeout = TimeSpan.FromSeconds(30);

    public static void AddVisualizrOperations(this WebApplicationBuilder builder)
    {
        builder.Services.AddServiceClient<MemoryClient>("providers", MemoryTimeout);
        builder.Services.AddServiceClient<UsageClient>("storage", ReadTimeout);
        builder.Services.AddSingleton<HealthReport>();
    }

    /// <param name="api">The group <c>/api/v1</c>.</param>
    public static void MapVisualizrOperations(this RouteGroupBuilder api, IDialect dialect)
    {
        var memory = new MemoryEndpoints(dialect);
        api.MapPost("/models/{modelId}/load", memory.LoadAsync).WithMetadata(new RoutePolicy(Rate: RateClass.Submit));
        api.MapPost("/models/{modelId}/unload", memory.UnloadAsync).WithMetadata(new RoutePolicy(Rate: RateClass.Submit));
        api.MapGet("/metrics", new MetricsEndpoint(dialect).HandleAsync).WithMetadata(new RoutePolicy());
        api.MapGet("/health", new HealthEndpoint(dialect).HandleAsync).TakesAnything().WithMetadata(RoutePolicy.Public);
    }

    /// <summary>The refusal of a caller whose credential lacks a scope; null when it has it.</summary>
    public static ProblemAnswer? Demand(this Caller caller, string scope) =>
        caller.May(scope) ? null : Problems.Of(ErrorCodes.Forbidden, $"This credential lacks the scope {scope}.");

    /// <summary>What the dialect calls a model; one that it does not list keeps its own name.</summary>
    public static string NameOf(this IDialect dialect, Providers.Contracts.Catalog catalog, string slug) =>
        catalog.Models.FirstOrDefault(model => model.Slug == slug)?.Dialects.GetValueOrDefault(dialect.Name) ?? slug;
}

/// <summary>Units as the document has them: memory in 1024s, storage in 1000s, times and shares with one digit.</summary>
internal static class Shown
{
    public static double Memory(long bytes) => Math.Round(bytes / (double)(1L << 30), 4);

    public static double Storage(long bytes) => Math.Round(bytes / 1e9, 3);

    /// <summary>Seconds; 0 for a figure without a job behind it.</summary>
    public static double Seconds(double? seconds) => Math.Round(seconds ?? 0, 1);

    /// <summary>Percent of those that ended by themselves; 0 while there are none.</summary>
    public static double SuccessRate(Jobs.Contracts.RunFigures runs) =>
        runs.Completed + runs.Failed is > 0 and var ended ? Math.Round(100.0 * runs.Completed / ended, 1) : 0;
}
