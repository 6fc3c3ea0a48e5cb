using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using VideoGen.Testing;
using VideoGen.VendorSimulators;

namespace VideoGen.System.Tests.Stage;

/// <summary>
/// A model with three vendors, of which nobody runs the first: <c>vidu</c>, <c>luma</c>, <c>ltx</c>. No other test's model goes to them,
/// so that the rest of the system runs on the simulator as ever.
/// </summary>
sealed partial class ThreeRoutes : IAsyncDisposable
{
    /// <summary>The model.</summary>
    public const string Model = "three-routes";

    static readonly string Shipped = Path.Combine(Repository.Root, "catalog");

    readonly string _catalog = Directory.CreateTempSubdirectory("videogen-three-routes-").FullName;

    ThreeRoutes(SimulatedVendors vendors) => Vendors = vendors;

    public SimulatedVendors Vendors { get; }

    /// <summary>What has Providers know the model and reach its vendors.</summary>
    public IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>
    {
        [Of("Catalog__Folder")] = _catalog,
        [Of("Connectors__Vidu__BaseUrl")] = $"http://127.0.0.1:{TestPorts.Free()}",
        [Of("Connectors__Luma__BaseUrl")] = $"{Vendors.Address}/luma",
        [Of("Connectors__Ltx__BaseUrl")] = $"{Vendors.Address}/ltx",
        [Of("Connectors__Vidu__ApiKey")] = "sim-key-0123456789",
        [Of("Connectors__Luma__ApiKey")] = "sim-key-0123456789",
        [Of("Connectors__Ltx__ApiKey")] = "sim-key-0123456789",
    };

    /// <param name="video">What each finished work is.</param>
    public static async Task<ThreeRoutes> StartAsync(string video)
    {
        var vendors = await SimulatedVendors.StartAsync();
        var made = await File.ReadAllBytesAsync(video);
        vendors.Makes = _ => made;
        var routes = new ThreeRoutes(vendors);
        await routes.WriteCatalogAsync();
        return routes;
    }

    public async ValueTask DisposeAsync()
    {
        await Vendors.DisposeAsync();
        Directory.Delete(_catalog, recursive: true);
    }

    static string Of(string setting) => $"Resources__providers__Environment__{setting}";

    async Task WriteCatalogAsync()
    {
        foreach (var file in Directory.EnumerateFiles(Shipped, "*.json", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(_catalog, Path.GetRelativePath(Shipped, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            // A simulated vendor needs no rest between two reads.
            var text = await File.ReadAllTextAsync(file);
            if (Path.GetFileName(file) == "ltx.json") text = Patience().Replace(text, "\"poll_seconds\": 0.1");
            await File.WriteAllTextAsync(copy, text);
        }

        var model = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Shipped, "models", "vidu-q3-turbo.json")))!;
        model["slug"] = Model;
        var routes = model["routes"]!.AsArray();
        routes.Insert(1, JsonNode.Parse("""{"connector":"luma","model":"ray"}"""));
        routes.Insert(2, JsonNode.Parse("""
            {"connector":"ltx","model":"ltx-2","settings":{"task":"text_to_video"},"cost_usd":{"job":0.3}}
            """));
        await File.WriteAllTextAsync(Path.Combine(_catalog, "models", $"{Model}.json"), model.ToJsonString());
    }

    [GeneratedRegex("\"poll_seconds\": [0-9.]+")]
    private static partial Regex Patience();
}
