using Microsoft.AspNetCore.Mvc;
using VideoGen.ServiceDefaults.Callers;
using VideoGen.ServiceDefaults.Resilience;

namespace VideoGen.Providers.Memory;

/// <summary>Models in memory: loaded, unloaded, listed.</summary>
internal static class MemoryFeature
{
    public static void AddModelMemory(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<LoadedModelStore>();
        builder.Services.AddSingleton<MemoryRecords>();
        builder.Services.AddSingleton<BackgroundLoads>();
        builder.Services.AddSingleton<MemoryReader>();
        builder.Services.AddScoped<ModelLoading>();
        builder.Services.AddHostedService<MemoryHeartbeat>();
        builder.Services.AddHttpClient<ModelHolderClient>(client => client.Timeout = TimeSpan.FromSeconds(10))
            .ConfigurePrimaryHttpMessageHandler(PlainHandler).AddHttpMessageHandler<CallerHandler>();
    }

    /// <param name="internal">The group <c>/internal</c>.</param>
    public static void MapModelMemory(this RouteGroupBuilder @internal)
    {
        @internal.MapPost("/models/{slug}/load", async (string slug, HttpContext context, ModelLoading loading, MemoryReader memory, CancellationToken ct) =>
        {
            var answer = await loading.LoadAsync(slug, test: context.Features.Get<Caller>() is { Test: true }, ct);
            memory.Forget();
            return answer;
        });
        @internal.MapPost("/models/{slug}/unload",
            async (string slug, ModelLoading loading, MemoryReader memory, CancellationToken ct, [FromQuery(Name = "passed_on")] bool passedOn = false) =>
            {
                var answer = await loading.UnloadAsync(slug, passedOn, ct);
                memory.Forget();
                return answer;
            });
        @internal.MapGet("/memory", (MemoryReader memory, CancellationToken ct) => memory.ReadAsync(ct));
    }

    static SocketsHttpHandler PlainHandler() => new()
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        ConnectTimeout = TimeSpan.FromSeconds(3),
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
    };
}
