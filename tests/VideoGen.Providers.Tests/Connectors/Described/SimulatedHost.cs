using System.Text.RegularExpressions;
using VideoGen.Providers.Tests.Harness;
using VideoGen.VendorSimulators;

namespace VideoGen.Providers.Tests.Connectors.Described;

/// <summary>The service with every simulated vendor configured, started once for all fixtures that ask for it.</summary>
[SetUpFixture]
internal sealed class SimulatedHost
{
    static readonly Lock Turn = new();
    static Task<SimulatedHost>? _started;

    string _catalog = "";

    public SimulatedVendors Vendors { get; private set; } = null!;

    public ProvidersApplication Providers { get; private set; } = null!;

    public static Task<SimulatedHost> GetAsync()
    {
        lock (Turn) return _started ??= StartAsync();
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        if (_started is null) return;
        var host = await _started;
        await host.Providers.DisposeAsync();
        await host.Vendors.DisposeAsync();
        Directory.Delete(host._catalog, recursive: true);
    }

    /// <summary>A catalogue of its own: every description, and a model for each way of work.</summary>
    public static async Task<string> CatalogAsync()
    {
        var catalog = Directory.CreateTempSubdirectory("videogen-catalog-").FullName;
        foreach (var name in Descriptions.All.Keys) Descriptions.CopyTo(catalog, name, hurried: true);
        Directory.CreateDirectory(Path.Combine(catalog, "models"));
        var model = await File.ReadAllTextAsync(Path.Combine(ServiceSettings.CatalogFolder, "models", "wan2.1.json"));
        foreach (var (slug, route) in Models)
        {
            var routed = Regex.Replace(model, "\"dialects\": \\{[^}]*\\}", "\"dialects\": {}")
                .Replace("\"wan2.1\"", $"\"{slug}\"", StringComparison.Ordinal)
                .Replace("""{ "connector": "simulator",""", $$"""{ {{route}} }, { "connector": "simulator",""", StringComparison.Ordinal);
            await File.WriteAllTextAsync(Path.Combine(catalog, "models", slug + ".json"), routed);
        }

        return catalog;
    }

    /// <summary>The settings of a service that uses these vendors.</summary>
    public static IEnumerable<(string Name, string Value)> SettingsFor(SimulatedVendors vendors, string catalog) =>
    [
        .. Descriptions.All.Values.SelectMany(vendor => ((string, string)[])
        [
            ($"Connectors:{vendor.Settings}:BaseUrl", $"{vendors.Address}/{vendor.Name}"),
            ($"Connectors:{vendor.Settings}:ApiKey", "sim-key-0123456789"),
            ($"Connectors:{vendor.Settings}:RetryDelay", "00:00:00.01"), ($"Connectors:{vendor.Settings}:MaxRetries", "1"),
        ]),
        ("Catalog:Folder", catalog), ("Providers:CallbackUrl", "http://127.0.0.1:9"),
    ];

    static async Task<SimulatedHost> StartAsync()
    {
        var host = new SimulatedHost { Vendors = await SimulatedVendors.StartAsync(), _catalog = await CatalogAsync() };
        host.Providers = await ProvidersApplication.StartAsync([.. SettingsFor(host.Vendors, host._catalog)]);
        return host;
    }

    static (string Slug, string Route)[] Models { get; } =
    [
        ("at-ark", """ "connector": "ark", "model": "seedance" """),
        ("at-kling", """ "connector": "kling", "model": "kling-v3", "settings": { "task": "text2video" } """),
        ("at-own-server", """ "connector": "openai-videos", "model": "wan", "settings": { "task": "json" } """),
        ("at-minimax", """ "connector": "minimax", "model": "hailuo", "settings": { "task": "v1" } """),
        ("at-vidu", """ "connector": "vidu", "model": "viduq2", "settings": { "task": "video" } """),
        ("at-replicate", """ "connector": "replicate", "model": "owner/name", "settings": { "task": "model" } """),
        ("at-elevenlabs", """
            "connector": "elevenlabs", "model": "eleven_v3", "inputs": { "prompt": "text" },
            "settings": { "task": "speech", "input": { "voice": "v1" } }
            """),
    ];
}
