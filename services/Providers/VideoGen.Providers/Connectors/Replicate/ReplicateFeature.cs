using Microsoft.Extensions.Options;
using VideoGen.Providers.Callbacks;

namespace VideoGen.Providers.Connectors.Replicate;

/// <summary>Replicate: for now its callbacks.</summary>
internal static class ReplicateFeature
{
    public static void AddReplicate(this WebApplicationBuilder builder)
    {
        builder.Services.AddConnectorOptions<ReplicateOptions>("Replicate");
        builder.Services.AddSingleton<IValidateOptions<ReplicateOptions>, ReplicateOptionsValidator>();
        builder.Services.AddSingleton<ICallbackSource, ReplicateCallbacks>();
    }
}
