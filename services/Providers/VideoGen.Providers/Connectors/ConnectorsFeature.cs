using Microsoft.Extensions.Options;

namespace VideoGen.Providers.Connectors;

/// <summary>The parts that all connectors share. Each vendor's own folder registers the rest.</summary>
internal static class ConnectorsFeature
{
    public static void AddConnectors(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ConnectorRegistry>();
        builder.Services.AddOptions<MovedSettings>().ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<MovedSettings>, MovedSettingsValidator>();
    }

    /// <summary>The options of one vendor, from section <c>Connectors:&lt;vendor&gt;</c>, checked when the service starts.</summary>
    public static OptionsBuilder<TOptions> AddConnectorOptions<TOptions>(this IServiceCollection services, string vendor)
        where TOptions : class =>
        services.AddOptions<TOptions>().BindConfiguration($"Connectors:{vendor}").ValidateDataAnnotations().ValidateOnStart();
}
