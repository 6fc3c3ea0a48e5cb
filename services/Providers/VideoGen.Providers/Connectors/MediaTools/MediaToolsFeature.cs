using VideoGen.Providers.Connectors.Local;

namespace VideoGen.Providers.Connectors.MediaTools;

/// <summary>Small work on finished media, done on this machine.</summary>
internal static class MediaToolsFeature
{
    public static void AddMediaTools(this WebApplicationBuilder builder)
    {
        builder.Services.AddConnectorOptions<MediaToolsOptions>("MediaTools");
        builder.Services.AddSingleton<IConnector, MediaToolsConnector>();
        builder.Services.AddSingleton<IRenderer, MediaToolsRenderer>();
    }
}
