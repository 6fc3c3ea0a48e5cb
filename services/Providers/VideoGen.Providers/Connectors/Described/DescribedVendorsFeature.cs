using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using VideoGen.Providers.Callbacks;
using VideoGen.Providers.Catalog;
using VideoGen.Providers.Connectors.Http;

namespace VideoGen.Providers.Connectors.Described;

/// <summary>The vendors of <c>{Catalog:Folder}/vendors/*.json</c>: for each a connector, its settings, and its door for
/// callbacks.</summary>
internal static class DescribedVendorsFeature
{
    /// <exception cref="InvalidDataException">Names every fault of every description, one a line.</exception>
    public static void AddDescribedVendors(this WebApplicationBuilder builder)
    {
        var faults = new List<CatalogFault>();
        var vendors = DescriptionReader.ReadAll(Path.Combine(builder.Configuration["Catalog:Folder"] ?? "", "vendors"), faults);
        if (faults.Count > 0) throw new InvalidDataException(
            $"The descriptions of vendors have {faults.Count} fault(s):\n{string.Join('\n', faults)}");

        var services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddHttpClient<AssetReader>(client => client.Timeout = AssetReader.Patience)
            .ConfigurePrimaryHttpMessageHandler(() =>
                new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false })
            .AddServiceDiscovery();
        services.AddSingleton<ClaimedWorkStore>();
        services.AddSingleton<DescribedOutputs>();
        services.AddSingleton<DescribedConnectorTools>();
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<CallbackAddresses>(
            provider, (string vendor) => OptionsOf(provider, vendor).WebhookSecret.Length > 0));
        services.AddSingleton<IValidateOptions<DescribedVendorOptions>, DescribedVendorOptionsValidator>();
        foreach (var description in vendors) Add(services, description);
    }

    static void Add(IServiceCollection services, VendorDescription description)
    {
        var vendor = description.Settings;
        services.AddOptions<DescribedVendorOptions>(description.Name).BindConfiguration($"Connectors:{vendor}").ValidateDataAnnotations()
            .ValidateOnStart();
        services.Configure<DescribedVendorOptions>(description.Name, options => options.Describe(description));
        services.AddHttpClient(ClientOf(description.Name), client => client.Timeout = Timeout.InfiniteTimeSpan)
            .RemoveAllLoggers()
            .ConfigurePrimaryHttpMessageHandler(provider => VendorHttpFeature.HandlerOf(OptionsOf(provider, description.Name)));
        services.AddKeyedSingleton(description.Name, (provider, _) => AccountsOf(provider, description));
        services.AddSingleton<IConnector>(provider => ActivatorUtilities.CreateInstance<DescribedConnector>(
            provider, description, OptionsOf(provider, description.Name),
            provider.GetRequiredKeyedService<VendorAccounts>(description.Name)));
        if (description.Callback is not null)
            services.AddSingleton<ICallbackSource>(provider =>
                ActivatorUtilities.CreateInstance<DescribedCallbacks>(provider, description, OptionsOf(provider, description.Name)));
    }

    static VendorAccounts AccountsOf(IServiceProvider provider, VendorDescription description)
    {
        var options = OptionsOf(provider, description.Name);
        var processes = provider.GetRequiredService<IOptions<ProvidersOptions>>().Value.Processes;
        var share = (options.ReadsPerSecond ?? description.ReadsPerSecond) / processes;
        return new VendorAccounts(options.KeyNames.Select(name => new VendorAccount(name, options.With(name), share, one => new VendorHttp(
            provider.GetRequiredService<IHttpClientFactory>(), ClientOf(description.Name), one,
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<VendorHttp>>()))));
    }

    static string ClientOf(string vendor) => $"vendor:{vendor}";

    static DescribedVendorOptions OptionsOf(IServiceProvider provider, string vendor) =>
        provider.GetRequiredService<IOptionsMonitor<DescribedVendorOptions>>().Get(vendor);
}

/// <summary>Names every fault of every vendor's section at the start of the service.</summary>
internal sealed class DescribedVendorOptionsValidator : IValidateOptions<DescribedVendorOptions>
{
    public ValidateOptionsResult Validate(string? name, DescribedVendorOptions options)
    {
        var faults = options.AllFaults().ToList();
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
