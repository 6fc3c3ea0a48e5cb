using VideoGen.Providers.Connectors.Http;
using VideoGen.Providers.Memory;

namespace VideoGen.Providers.Connectors.ComfyUi;

/// <summary>A ComfyUI server: for now the memory of its GPU.</summary>
internal static class ComfyUiFeature
{
    public static void AddComfyUi(this WebApplicationBuilder builder)
    {
        builder.Services.AddVendorHttp<ComfyUiOptions>("ComfyUi");
        builder.Services.AddSingleton<ComfyUiClient>();
        builder.Services.AddSingleton<IModelPlace, ComfyUiPlace>();
    }
}
