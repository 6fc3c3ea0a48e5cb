using VideoGen.Jobs.Contracts;
using VideoGen.ServiceDefaults.Callers;

namespace VideoGen.Jobs.Statistics;

/// <summary>Figures of what jobs did, for the gateway; up to a few seconds old.</summary>
internal static class StatisticsFeature
{
    public static void AddStatistics(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<StatisticsStore>();
        builder.Services.AddSingleton<RecentFigures>();
    }

    public static void MapStatistics(this IEndpointRouteBuilder app)
    {
        var figures = app.MapInternal().MapGroup("/statistics");
        figures.MapGet("", OfAccountAsync);
        figures.MapGet("/models", (RecentFigures recent, StatisticsStore store, CancellationToken ct) => recent.GetAsync("models", store.OfModelsAsync, ct));
        figures.MapGet("/system", (RecentFigures recent, StatisticsStore store, CancellationToken ct) => recent.GetAsync("system", store.OfSystemAsync, ct));
    }

    static Task<AccountStatistics> OfAccountAsync(
        [Microsoft.AspNetCore.Mvc.FromQuery(Name = "account_id")] Guid accountId, RecentFigures recent, StatisticsStore store, CancellationToken ct,
        bool? test = null) =>
        recent.GetAsync($"{accountId} {test}", counting => store.OfAccountAsync(accountId, test, counting), ct);
}
