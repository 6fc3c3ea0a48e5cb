using VideoGen.Durability;
using VideoGen.Ffmpeg;
using VideoGen.Providers.Outputs;

namespace VideoGen.Providers.Connectors.Local;

/// <summary>Rendering on this machine, which the simulator and the media tools share.</summary>
internal static class LocalRenderingFeature
{
    public static void AddLocalRendering(this WebApplicationBuilder builder)
    {
        var options = ProvidersOptions.Of(builder.Configuration);
        builder.Services.AddFfmpeg(needsFont: true);
        builder.Services.AddSingleton<SelfAddress>();
        builder.Services.AddSingleton<WorkFolder>();
        builder.Services.AddSingleton<RenderStore>();
        builder.Services.AddSingleton<RunningRenders>();
        builder.Services.AddSingleton<LocalRenders>();
        builder.Services.AddHttpClient<AssetFetcher>(client => client.Timeout = options.RenderTimeout)
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false })
            .AddServiceDiscovery();
        builder.Services.AddDueWork<RenderWorker>(LocalRenders.RenderKind, due =>
        {
            due.Concurrency = options.LocalRenders;
            due.Lease = options.Lease;
            due.LongestBackoff = TimeSpan.FromSeconds(10);
        });
        builder.Services.AddDueWork<RenderRetention>(LocalRenders.RetentionKind);
        builder.Services.AddRecurringWork<RenderFolderRetention>(
            RenderFolderRetention.Name, RenderFolderRetention.Interval, work => (work.InEveryProcess, work.FirstAfter) = (true, TimeSpan.Zero));
    }
}
