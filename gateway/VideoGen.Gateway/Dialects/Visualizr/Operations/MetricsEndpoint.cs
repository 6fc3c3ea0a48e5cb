using VideoGen.Accounts.Contracts;
using VideoGen.Gateway.Dialects.Native;
using VideoGen.Jobs.Contracts;
using VideoGen.ServiceDefaults.Callers;
using VideoGen.Storage.Contracts;

namespace VideoGen.Gateway.Dialects.Visualizr.Operations;

/// <summary><c>GET /metrics</c>: what the caller's world of its account did, by any API.</summary>
internal sealed class MetricsEndpoint(IDialect dialect)
{
    public async Task<IResult> HandleAsync(HttpContext context, NativeApi native, CancellationToken ct)
    {
        var caller = context.Features.Get<Caller>()!;
        if (caller.Demand(Scope.JobsRead) is { } forbidden) return forbidden;
        var services = context.RequestServices;
        var asking = native.Statistics.OfAsync(caller.Sees, ct);
        var usage = await services.GetRequiredService<UsageClient>().OfAsync(caller.Sees, ct);
        var figures = await asking;
        if (!figures.Succeeded) return figures.Refusal;
        if (!usage.Succeeded) return usage.Refusal;
        var catalog = await native.Models.GetAsync(ct);
        return catalog.Succeeded ? DialectJson.Answer(ShapeOf(figures.Value, usage.Value, catalog.Value)) : catalog.Refusal;
    }

    object ShapeOf(AccountStatistics figures, StorageUsage usage, Providers.Contracts.Catalog catalog) => new
    {
        requests = new
        {
            total = figures.Total,
            today = figures.Today,
            per_hour = Math.Round(figures.LastDay / 24.0, 1),
            success_rate_percent = Shown.SuccessRate(figures.Runs),
        },
        generation = new
        {
            average_time_seconds = Shown.Seconds(figures.Runs.AverageSeconds),
            median_time_seconds = Shown.Seconds(figures.Runs.MedianSeconds),
            fastest_time_seconds = Shown.Seconds(figures.Runs.FastestSeconds),
            slowest_time_seconds = Shown.Seconds(figures.Runs.SlowestSeconds),
        },
        queue = new
        {
            current_length = figures.Queue.Waiting,
            max_length_today = figures.Queue.MostWaitingToday,
            average_wait_time_seconds = Shown.Seconds(figures.Queue.AverageWaitSeconds),
        },
        storage = new
        {
            total_videos = usage.Videos,
            total_size_gb = Shown.Storage(usage.VideoBytes),
            available_space_gb = usage.AvailableBytes is { } free ? Shown.Storage(free) : (double?)null,
        },
        models = ModelsOf(figures.Models, catalog),
    };

    Dictionary<string, object> ModelsOf(IReadOnlyList<ModelFigures> figures, Providers.Contracts.Catalog catalog)
    {
        var models = new Dictionary<string, object>(StringComparer.Ordinal);
        foreach (var (model, runs) in figures)
        {
            var name = dialect.NameOf(catalog, model);
            // Should a model that the dialect does not list be called as one that it does.
            models[models.ContainsKey(name) ? $"{model} ({name})" : name] = new
            {
                generations = runs.Completed + runs.Failed,
                success_rate = Shown.SuccessRate(runs),
                average_time_seconds = Shown.Seconds(runs.AverageSeconds),
            };
        }
        return models;
    }
}
