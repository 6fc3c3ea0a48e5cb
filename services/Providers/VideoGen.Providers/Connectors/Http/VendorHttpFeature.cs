using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using VideoGen.Egress;

namespace VideoGen.Providers.Connectors.Http;

/// <summary>HTTP to vendors.</summary>
internal static class VendorHttpFeature
{
    /// <summary>A <see cref="VendorHttp{TOptions}"/> to one vendor, with its options from section <c>Connectors:&lt;vendor&gt;</c>.</summary>
    public static OptionsBuilder<TOptions> AddVendorHttp<TOptions>(this IServiceCollection services, string vendor)
        where TOptions : VendorHttpOptions
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<VendorHttp<TOptions>>();
        services.AddSingleton<IValidateOptions<TOptions>>(new VendorHttpOptionsValidator<TOptions>($"Connectors:{vendor}"));
        services.AddHttpClient(VendorHttp<TOptions>.ClientName, client => client.Timeout = Timeout.InfiniteTimeSpan)
            // The factory's own log lines would hold the query, where some vendors want their key.
            .RemoveAllLoggers()
            .ConfigurePrimaryHttpMessageHandler(provider => HandlerOf(provider.GetRequiredService<IOptions<TOptions>>().Value));
        return services.AddConnectorOptions<TOptions>(vendor);
    }

    public static SocketsHttpHandler HandlerOf(VendorHttpOptions options) =>
        EgressHandler.CreateForHost(options.BaseUrl!, options.ConnectTimeout, host => HostNames.IsAmong(host, options.OtherHosts));
}
