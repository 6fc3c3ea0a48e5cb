using VideoGen.Providers.Connectors;

namespace VideoGen.Providers.Catalog;

/// <summary>The models, read from files when the service starts.</summary>
internal static class CatalogFeature
{
    public static void AddCatalog(this WebApplicationBuilder builder)
    {
        var folder = builder.Configuration["Catalog:Folder"]
            ?? throw new InvalidOperationException("Set Catalog__Folder: the folder that holds models/*.json");
        builder.Services.AddSingleton(services => ModelCatalog.Load(folder, services.GetServices<IConnector>()));
        builder.Services.AddSingleton<RouteHealthStore>();
        builder.Services.AddSingleton<ModelHealthReader>();
        builder.Services.AddModelDescription();
    }

    /// <summary>A catalogue with a fault stops the service here, before it takes any work.</summary>
    public static void CheckCatalog(this WebApplication app) => app.Services.GetRequiredService<ModelCatalog>();
}
