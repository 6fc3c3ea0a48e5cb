using VideoGen.ServiceDefaults.Bus;
using VideoGen.ServiceDefaults.Callers;
using VideoGen.ServiceDefaults.Resilience;
using VideoGen.Web.Access;

namespace VideoGen.Web.Monitor;

/// <summary>The jobs of the whole system, live.</summary>
internal static class MonitorFeature
{
    /// <summary>The first is ours; the second is where AI Studio's document has it for development.</summary>
    static readonly string[] Places = ["/video-monitor", "/AIStudio/video-monitor"];

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
        foreach (var place in Places)
        {
            var pages = app.MapGroup(place).OpenToPublic().AddEndpointFilter<OperatorFilter>();
            pages.MapGet("", (HttpContext context, MonitorEndpoints monitor, CancellationToken ct) => monitor.PageAsync(place, context, ct)).WithMetadata(new WholePage());
            pages.MapGet("/jobs", (HttpContext context, MonitorEndpoints monitor, CancellationToken ct) => monitor.ListAsync(place, context, ct));
            pages.MapGet("/jobs/{id:guid}/media/{index:int}", (Guid id, int index, HttpResponse response, MonitorEndpoints monitor, CancellationToken ct) =>
                monitor.MediaAsync(id, index, response, ct));
            pages.MapGet("/live", (HttpContext context, StreamEndpoint stream) => stream.RunAsync(context));
        }
    }
}
