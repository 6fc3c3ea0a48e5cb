using VideoGen.Gateway.Dialects.Native;

namespace VideoGen.Gateway.Dialects.Visualizr.Operations;

/// <summary><c>GET /health</c>: open to everybody; 503 while a part of the system does not answer, in the same shape.</summary>
internal sealed class HealthEndpoint(IDialect dialect)
{
    public async Task<IResult> HandleAsync(HttpContext context, NativeApi native)
    {
        var report = await context.RequestServices.GetRequiredService<HealthReport>().GetAsync();
        var (memory, queue) = (report.Memory, report.Queue);
        var catalog = memory is null ? null : (await native.Models.GetAsync(CancellationToken.None)).Value;
        var isHealthy = memory is not null && queue is not null;
        return DialectJson.Answer(new
        {
            status = isHealthy ? "healthy" : "unhealthy",
            timestamp = DialectJson.Time(report.At),
            version = HealthReport.Version,
            uptime_seconds = HealthReport.UptimeSeconds,
            gpu_info = new
            {
                available = memory is { Gpus.Count: > 0 },
                count = memory?.Gpus.Count ?? 0,
                devices = (memory?.Gpus ?? []).Select(gpu => new
                {
                    id = gpu.Id,
                    name = gpu.Name,
                    memory_total_gb = Shown.Memory(gpu.TotalBytes),
                    memory_used_gb = Shown.Memory(gpu.TotalBytes - gpu.FreeBytes),
                    memory_free_gb = Shown.Memory(gpu.FreeBytes),
                    // ComfyUI does not tell these.
                    utilization_percent = (int?)null,
                    temperature_celsius = (int?)null,
                }),
            },
            loaded_models = (memory?.Models ?? []).Select(model => new
            {
                id = catalog is null ? model.Model : dialect.NameOf(catalog, model.Model),
                memory_usage_gb = Shown.Memory(model.MemoryBytes),
                loaded_at = DialectJson.Time(model.LoadedAt),
            }),
            queue_status = new
            {
                pending_requests = queue?.Pending,
                processing_requests = queue?.Processing,
                completed_today = queue?.CompletedToday,
            },
        }, isHealthy ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }
}
