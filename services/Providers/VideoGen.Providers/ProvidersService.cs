using MassTransit;
using Microsoft.Extensions.Options;
using VideoGen.Durability;
using VideoGen.Ffmpeg;
using VideoGen.Providers.Attempts;
using VideoGen.Providers.Callbacks;
using VideoGen.Providers.Catalog;
using VideoGen.Providers.Connectors;
using VideoGen.Providers.Connectors.Local;
using VideoGen.Providers.Connectors.MediaTools;
using VideoGen.Providers.Connectors.Simulator;
using VideoGen.Providers.Memory;
using VideoGen.Providers.Operator;
using VideoGen.Providers.Outputs;
using VideoGen.ServiceDefaults;
using VideoGen.ServiceDefaults.Bus;
using VideoGen.ServiceDefaults.Callers;
using VideoGen.ServiceDefaults.Discovery;

namespace VideoGen.Providers;

/// <summary>The Providers service, put together: the catalogue, the connectors, and the attempts at them.</summary>
internal static class ProvidersService
{
    /// <param name="more">What a test adds, such as a vendor of its own.</param>
    public static WebApplication Build(string[] args, Action<IServiceCollection>? more = null)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddServiceDefaults("providers");
        builder.AddPostgres("providers", typeof(ProvidersService).Assembly);
        builder.Services.AddOpenApi();
        builder.AddCatalog();
        builder.AddConnectors();
        builder.AddAttempts();
        builder.AddModelMemory();
        builder.AddCallbacks();
        builder.AddBus(bus => bus.AddAttemptConsumers());
        more?.Invoke(builder.Services);

        var app = builder.Build();
        // A catalogue with a fault stops the service here, before it takes any work.
        app.Services.GetRequiredService<ModelCatalog>();
        app.UseServiceDefaults();
        app.MapModels();
        app.MapAttempts();
        var @internal = app.MapInternal();
        @internal.MapCatalogCopy();
        @internal.MapOutputs();
        @internal.MapModelMemory();
        @internal.MapCallbacks();
        @internal.MapOpenApi("/openapi/v1.json");
        return app;
    }

    static void AddCatalog(this WebApplicationBuilder builder)
    {
        var folder = builder.Configuration["Catalog:Folder"] ?? throw new InvalidOperationException("Set Catalog__Folder: the folder that holds models/*.json");
        builder.Services.AddSingleton(services => ModelCatalog.Load(folder, services.GetServices<IConnector>()));
        builder.Services.AddSingleton<RouteHealthStore>();
        builder.Services.AddSingleton<ModelHealthReader>();
    }

    static void AddConnectors(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ConnectorRegistry>();
        builder.Services.AddSingleton<IConnector, SimulatorConnector>();
        builder.Services.AddSingleton<IConnector, MediaToolsConnector>();
        builder.AddLocalRenders();
    }

    static void AddAttempts(this WebApplicationBuilder builder)
    {
        var options = Options(builder);
        builder.Services.AddOptions<ProvidersOptions>().BindConfiguration("Providers").ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<ProvidersOptions>, ProvidersOptionsValidator>();
        builder.Services.AddSingleton<GenerationStore>();
        builder.Services.AddScoped<GenerationJournal>();
        builder.Services.AddScoped<AttemptBell>();
        builder.Services.AddDueWork<GenerationWorker>(GenerationWorker.Kind, due =>
        {
            due.Concurrency = options.Concurrency;
            due.Lease = options.Lease;
            due.LongestBackoff = TimeSpan.FromSeconds(30);
        });
        builder.Services.AddDueWork<RenewOutputsWorker>(RenewOutputsWorker.Kind, due => due.LongestBackoff = TimeSpan.FromSeconds(30));
    }

    static void AddAttemptConsumers(this IBusRegistrationConfigurator bus)
    {
        bus.AddConsumer<StartGenerationConsumer>();
        bus.AddConsumer<CancelGenerationConsumer>();
        bus.AddConsumer<RenewOutputsConsumer>();
    }

    static void AddLocalRenders(this WebApplicationBuilder builder)
    {
        var options = Options(builder);
        builder.Services.AddFfmpeg(needsFont: true);
        builder.Services.AddSingleton<SelfAddress>();
        builder.Services.AddSingleton<WorkFolder>();
        builder.Services.AddSingleton<RenderStore>();
        builder.Services.AddSingleton<RunningRenders>();
        builder.Services.AddSingleton<LocalRenders>();
        builder.Services.AddSingleton<IKitchen, SimulatorKitchen>();
        builder.Services.AddSingleton<IKitchen, MediaToolsKitchen>();
        builder.Services.AddHttpClient<AssetFetcher>(client => client.Timeout = options.RenderTimeout)
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false })
            .AddHttpMessageHandler<DiscoveryHandler>();
        builder.Services.AddDueWork<RenderWorker>(LocalRenders.RenderKind, due =>
        {
            due.Concurrency = options.LocalRenders;
            due.Lease = options.Lease;
            due.LongestBackoff = TimeSpan.FromSeconds(10);
        });
        builder.Services.AddDueWork<RenderExpiryWorker>(LocalRenders.ExpiryKind);
        builder.Services.AddRecurringWork<RenderFolderRetention>(
            RenderFolderRetention.Name, RenderFolderRetention.Interval, work => (work.InEveryProcess, work.FirstAfter) = (true, TimeSpan.Zero));
    }

    static ProvidersOptions Options(WebApplicationBuilder builder) => builder.Configuration.GetSection("Providers").Get<ProvidersOptions>() ?? new ProvidersOptions();
}
