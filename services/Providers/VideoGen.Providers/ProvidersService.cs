using VideoGen.Providers.Alarms;
using VideoGen.Providers.Attempts;
using VideoGen.Providers.Callbacks;
using VideoGen.Providers.Catalog;
using VideoGen.Providers.Connectors;
using VideoGen.Providers.Connectors.ComfyUi;
using VideoGen.Providers.Connectors.Described;
using VideoGen.Providers.Connectors.Local;
using VideoGen.Providers.Connectors.MediaTools;
using VideoGen.Providers.Connectors.Simulator;
using VideoGen.Providers.Erasure;
using VideoGen.Providers.Memory;
using VideoGen.Providers.Operator;
using VideoGen.Providers.Outputs;
using VideoGen.Providers.Routing;
using VideoGen.ServiceDefaults;
using VideoGen.ServiceDefaults.Bus;
using VideoGen.ServiceDefaults.Callers;
using VideoGen.ServiceDefaults.DeadLetters;

namespace VideoGen.Providers;

/// <summary>The Providers service, put together: the catalogue, the attempts, and a feature for each vendor.</summary>
internal static class ProvidersService
{
    /// <param name="more">What a test adds, such as a vendor of its own.</param>
    public static WebApplication Build(string[] args, Action<IServiceCollection>? more = null)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddServiceDefaults("providers");
        builder.AddPostgres("providers", typeof(ProvidersService).Assembly);
        builder.Services.AddOpenApi();
        builder.AddProvidersOptions();
        builder.AddCatalog();
        builder.Services.AddAttemptDescription();
        builder.Services.AddConnectorDescription();
        builder.AddAttempts();
        builder.AddRouting();
        builder.AddAlarms();
        builder.Services.AddCosts();
        builder.AddModelMemory();
        builder.AddCallbacks();
        builder.AddConnectors();
        builder.AddLocalRendering();
        AddVendors(builder);
        builder.AddErasure();
        builder.AddBus(bus =>
        {
            bus.AddAttemptConsumers();
            bus.AddErasureConsumers();
        });
        more?.Invoke(builder.Services);

        var app = builder.Build();
        app.CheckCatalog();
        app.UseServiceDefaults();
        app.MapModels();
        app.MapAttempts();
        app.MapConnectors();
        app.MapAlarms();
        app.MapCallbacks();
        var @internal = app.MapInternal();
        @internal.MapCatalogCopy();
        @internal.MapCosts();
        @internal.MapOutputs();
        @internal.MapDescribedOutputs();
        @internal.MapModelMemory();
        @internal.MapDialectCallbacks();
        @internal.MapOpenApi("/openapi/v1.json");
        app.MapDeadLetters();
        return app;
    }

    /// <summary>A model is put into the memory of the first of these that can hold it.</summary>
    static void AddVendors(WebApplicationBuilder builder)
    {
        builder.AddComfyUi();
        builder.AddDescribedVendors();
        builder.AddMediaTools();
        builder.AddSimulator();
    }
}
