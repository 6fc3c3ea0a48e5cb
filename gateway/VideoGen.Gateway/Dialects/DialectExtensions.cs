using MassTransit;
using VideoGen.Gateway.Dialects.AiStudio;
using VideoGen.Gateway.Dialects.Native;
using VideoGen.Gateway.Dialects.Visualizr;
using VideoGen.Gateway.Dialects.Visualizr.Live;
using VideoGen.Gateway.Dialects.Visualizr.Operations;
using VideoGen.Gateway.Dialects.VividFlow;
using VideoGen.Gateway.Dialects.Vsl;
using VideoGen.Gateway.Dialects.Vydra;
using VideoGen.ServiceDefaults.Resilience;

namespace VideoGen.Gateway.Dialects;

/// <summary>The other APIs that the gateway speaks. A new one is a folder and a line in <see cref="All"/>.</summary>
internal static class DialectExtensions
{
    /// <summary>Longer than Jobs waits for the files that an input names by URL.</summary>
    static readonly TimeSpan SubmitTimeout = TimeSpan.FromSeconds(90);

    static readonly TimeSpan UploadTimeout = TimeSpan.FromMinutes(10);

    public static IReadOnlyList<IDialect> All { get; } = [new VividFlowDialect(), new VydraDialect(), new AiStudioDialect(), new VslDialect(), new VisualizrDialect()];

    public static void AddDialects(this WebApplicationBuilder builder)
    {
        var mounts = new DialectMounts([.. All.Select(dialect => new DialectMount(dialect, OptionsOf(dialect, builder.Configuration)))]);
        builder.Services.AddSingleton(mounts);
        builder.Services.AddServiceClient<JobsClient>("jobs");
        builder.Services.AddServiceClient<StatisticsClient>("jobs");
        builder.Services.AddServiceClient<SubmitClient>("jobs", SubmitTimeout);
        builder.Services.AddServiceClient<AccountClient>("accounts");
        builder.Services.AddServiceClient<CatalogClient>("providers");
        builder.Services.AddServiceClient<AssetClient>("storage");
        builder.Services.AddServiceClient<UploadClient>("storage", UploadTimeout);
        builder.Services.AddServiceClient<CallbackClient>("providers");
        builder.Services.AddSingleton<ModelCatalog>();
        builder.Services.AddSingleton<UserLimits>();
        builder.Services.AddSingleton<AssetForwarder>();
        builder.Services.AddTransient<NativeApi>();
        builder.AddVisualizrLive();
        builder.AddVisualizrOperations();
        OpenPorts(builder, mounts);
    }

    public static void AddDialectConsumers(this IBusRegistrationConfigurator bus) => bus.AddLiveConsumers();

    public static void UseDialects(this IApplicationBuilder app) => app.UseMiddleware<DialectMiddleware>();

    public static void MapDialects(this WebApplication app)
    {
        foreach (var mount in app.Services.GetRequiredService<DialectMounts>().All)
            mount.Dialect.Map(app.MapGroup(mount.Prefix.Value!));
    }

    static DialectOptions OptionsOf(IDialect dialect, ConfigurationManager configuration)
    {
        var options = configuration.GetSection($"Dialects:{dialect.Section}").Get<DialectOptions>() ?? new DialectOptions();
        if (options.Port is < 0 or > 65535) throw new InvalidOperationException($"Dialects:{dialect.Section}:Port must be 1 to 65535, or 0 for none.");
        if (options.Port == 0) options.Port = null;
        return options;
    }

    /// <summary>A dialect's own port is opened on the same interface as the gateway's first address.</summary>
    static void OpenPorts(WebApplicationBuilder builder, DialectMounts mounts)
    {
        var ports = mounts.All.Select(mount => mount.Options.Port).OfType<int>().ToArray();
        if (ports.Length == 0) return;
        var urls = (builder.Configuration["urls"] ?? "http://127.0.0.1:5000").Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var host = BindingAddress.Parse(urls[0]).Host;
        builder.WebHost.UseUrls([.. urls, .. ports.Select(port => $"http://{host}:{port}")]);
    }
}
