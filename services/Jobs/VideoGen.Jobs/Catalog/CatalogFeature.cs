using VideoGen.ServiceDefaults.Resilience;

namespace VideoGen.Jobs.Catalog;

/// <summary>The models that jobs may be made with.</summary>
internal static class CatalogFeature
{
    public static void AddCatalog(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<CatalogOptions>().BindConfiguration(CatalogOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<ModelCatalog>();
        builder.Services.AddSingleton<CatalogStore>();
        builder.Services.AddServiceClient<CatalogClient>("providers");
        builder.Services.AddHostedService<CatalogWorker>();
    }
}
