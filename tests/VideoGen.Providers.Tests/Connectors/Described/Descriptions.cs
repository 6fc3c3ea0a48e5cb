using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using VideoGen.Providers.Catalog;
using VideoGen.Providers.Connectors;
using VideoGen.Providers.Connectors.Described;
using VideoGen.Providers.Tests.Harness;

namespace VideoGen.Providers.Tests.Connectors.Described;

/// <summary>The descriptions that are shipped.</summary>
internal static partial class Descriptions
{
    public static string Folder { get; } = Path.Combine(ServiceSettings.CatalogFolder, "vendors");

    /// <summary>By name.</summary>
    public static IReadOnlyDictionary<string, VendorDescription> All { get; } = Read();

    public static VendorDescription Of(string name) => All[name];

    /// <summary>The description of a vendor as JSON, for a test that spoils it.</summary>
    public static string TextOf(string name) => File.ReadAllText(Path.Combine(Folder, name + ".json"));

    /// <summary>Puts a description into a catalogue of a test's own.</summary>
    /// <param name="hurried">Work is read again at once, as often as one likes: a simulated vendor needs no rest.</param>
    public static void CopyTo(string catalog, string name, bool hurried = false)
    {
        Directory.CreateDirectory(Path.Combine(catalog, "vendors"));
        var text = TextOf(name);
        if (hurried)
            text = Patience().Replace(text, match => $"\"{match.Groups[1]}\": {(match.Groups[1].Value == "poll_seconds" ? "0.1" : "1000")}");
        File.WriteAllText(Path.Combine(catalog, "vendors", name + ".json"), text);
    }

    /// <summary>Another connector in the place of the described one.</summary>
    public static void Replace(IServiceCollection services, IConnector other)
    {
        foreach (var described in services.Where(service =>
            service.ServiceType == typeof(IConnector) && service.ImplementationFactory is not null).ToList()) services.Remove(described);
        services.AddSingleton(other);
    }

    [GeneratedRegex("\"(poll_seconds|reads_per_second)\": [0-9.]+")]
    private static partial Regex Patience();

    static Dictionary<string, VendorDescription> Read()
    {
        var faults = new List<CatalogFault>();
        var all = DescriptionReader.ReadAll(Folder, faults);
        return faults.Count == 0 ? all.ToDictionary(one => one.Name, StringComparer.Ordinal)
            : throw new AssertionException(string.Join('\n', faults));
    }
}
