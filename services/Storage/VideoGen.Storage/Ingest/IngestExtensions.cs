using VideoGen.Durability;
using VideoGen.Egress;
using VideoGen.HttpApi.Requests;
using VideoGen.ServiceDefaults.Callers;
using VideoGen.ServiceDefaults.Resilience;

namespace VideoGen.Storage.Ingest;

internal static class IngestExtensions
{
    public static void AddIngest(this IHostApplicationBuilder builder)
    {
        builder.Services.AddEgress();
        // The client watches the body itself; its own time-out would only see the headers.
        builder.Services.AddServiceClient<ProvidersClient>(ProvidersClient.Service, Timeout.InfiniteTimeSpan);
        builder.Services.AddSingleton<IngestStore>();
        builder.Services.AddScoped<OutputFetcher>();
        builder.Services.AddScoped<IngestSettlement>();
        builder.Services.AddSingleton<ImportEndpoint>();
        builder.Services.AddSingleton<InlineEndpoint>();
        var options = builder.Configuration.GetSection(StorageOptions.Section).Get<StorageOptions>() ?? new StorageOptions();
        builder.Services.AddDueWork<IngestWork>(IngestWork.Kind, work =>
        {
            work.Lease = options.IngestLease;
            work.Concurrency = options.IngestConcurrency;
            work.LongestBackoff = TimeSpan.FromMinutes(1);
        });
    }

    public static void MapIngest(this RouteGroupBuilder internalGroup)
    {
        internalGroup.MapPost("assets/import", (Contracts.ImportAsset request, HttpContext context, ImportEndpoint import, UnitOfWork work) =>
            import.AnswerAsync(request, context.Features.Get<Caller>(), work, context.RequestAborted));
        internalGroup.MapPost("assets/inline", (HttpContext context, InlineEndpoint inline, UnitOfWork work) =>
            inline.AnswerAsync(context.Request, context.Features.Get<Caller>(), work, context.RequestAborted))
            .TakesBody().TakesQuery(InlineEndpoint.Query);
    }
}
