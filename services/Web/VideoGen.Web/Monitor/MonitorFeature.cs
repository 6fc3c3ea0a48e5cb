using VideoGen.ServiceDefaults.Bus;
using VideoGen.ServiceDefaults.Callers;
using VideoGen.ServiceDefaults.Resilience;
using VideoGen.Web.Access;
using VideoGen.Web.Contracts;

namespace VideoGen.Web.Monitor;

/// <summary>The jobs of the whole system, live.</summary>
internal static class MonitorFeature
{
    public static void AddMonitor(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<MonitorOptions>().BindConfiguration(MonitorOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddServiceClient<JobsClient>("jobs");
        builder.Services.AddSingleton<LiveStreams>();
        builder.Services.AddSingleton<LiveCards>();
        builder.Services.AddSingleton<LiveBoard>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<LiveBoard>());
        builder.Services.AddScoped<MonitorEndpoints>();
        builder.Services.AddScoped<StreamEndpoint>();
        builder.AddListeningBus(bus => bus.AddConsumer<JobConsumer>());
    }

    public static void MapMonitor(this IEndpointRouteBuilder app)
    {
        foreach (var place in WebPages.Monitors)
        {
            var pages = app.MapGroup(place).OpenToPublic().AddEndpointFilter<OperatorFilter>();
            pages.MapGet("", (HttpContext context, MonitorEndpoints monitor, CancellationToken ct) => monitor.PageAsync(place, context, ct)).WithMetadata(new WholePage());
            pages.MapGet("/jobs", (HttpContext context, MonitorEndpoints monitor, CancellationToken ct) => monitor.ListAsync(place, context, ct));
            pages.MapGet("/jobs/{id:guid}/media/{index:int}", (Guid id, int index, HttpResponse response, MonitorEndpoints monitor, CancellationToken ct) =>
                monitor.MediaAsync(id, index, response, ct));
            pages.MapGet(WebPages.Live, (HttpContext context, StreamEndpoint stream) => stream.RunAsync(context));
        }
    }
}
