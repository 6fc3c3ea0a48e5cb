using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using VideoGen.Providers.Memory.ComfyUi;
using VideoGen.Providers.Memory.Simulator;
using VideoGen.ServiceDefaults.Callers;
using VideoGen.ServiceDefaults.Resilience;

namespace VideoGen.Providers.Memory;

/// <summary>Models in memory: loaded, unloaded, listed.</summary>
internal static class MemoryFeature
{
    const long MaxAnswerBytes = 4 << 20;

    public static void AddModelMemory(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<ComfyUiOptions>().BindConfiguration("ComfyUI").ValidateDataAnnotations()
            .Validate(options => options.Url is null or { IsAbsoluteUri: true, Scheme: "http" or "https" }, "ComfyUI:Url must be an address such as http://127.0.0.1:8188.")
            .ValidateOnStart();
        builder.Services.AddSingleton<LoadedModelStore>();
        builder.Services.AddSingleton<WarmSamples>();
        // In the order of preference.
        builder.Services.AddTransient<IModelPlace, ComfyUiPlace>();
        builder.Services.AddTransient<IModelPlace, SimulatorPlace>();
        builder.Services.AddSingleton<BackgroundLoads>();
        builder.Services.AddSingleton<MemoryReader>();
        builder.Services.AddScoped<ModelLoading>();
        builder.Services.AddHostedService<MemoryUpkeep>();
        builder.Services.AddHttpClient<ComfyUiClient>(ConfigureComfyUi).ConfigurePrimaryHttpMessageHandler(PlainHandler);
        builder.Services.AddHttpClient<HolderClient>(client => client.Timeout = TimeSpan.FromSeconds(10))
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

    static void ConfigureComfyUi(IServiceProvider services, HttpClient client)
    {
        var options = services.GetRequiredService<IOptions<ComfyUiOptions>>().Value;
        client.BaseAddress = options.Url is { } url ? new Uri(url.ToString().TrimEnd('/') + "/") : null;
        client.Timeout = options.Timeout;
        client.MaxResponseContentBufferSize = MaxAnswerBytes;
        foreach (var (name, value) in options.Headers) client.DefaultRequestHeaders.TryAddWithoutValidation(name, value);
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
