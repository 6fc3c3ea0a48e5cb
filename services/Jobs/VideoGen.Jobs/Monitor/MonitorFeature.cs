using VideoGen.ServiceDefaults.Callers;

namespace VideoGen.Jobs.Monitor;

/// <summary>The whole system's jobs for our own monitor page: no account, no key, no webhook URL leaves by this door.</summary>
internal static class MonitorFeature
{
    public static void AddMonitor(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<MonitorStore>();
        builder.Services.AddScoped<MonitorEndpoints>();
    }

    public static void MapMonitor(this IEndpointRouteBuilder app)
    {
        var monitor = app.MapInternal().MapGroup("/monitor");
        monitor.MapGet("/jobs", (HttpRequest request, MonitorEndpoints jobs, CancellationToken ct) => jobs.ListAsync(request, ct));
        monitor.MapGet("/pulse", (DateTimeOffset? since, MonitorEndpoints jobs, CancellationToken ct) => jobs.PulseAsync(since, ct));
    }
}
