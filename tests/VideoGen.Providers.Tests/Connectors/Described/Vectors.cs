using System.Text.Json.Nodes;
using VideoGen.Providers.Connectors.Described;
using VideoGen.Providers.Connectors.Described.Checking;
using VideoGen.Providers.Tests.Harness;

namespace VideoGen.Providers.Tests.Connectors.Described;

/// <summary>One case of <c>tests/vendors/vectors</c>.</summary>
internal sealed record Vector(string Vendor, string Say, JsonObject Case)
{
    VendorExample Example => new(Description, Case);

    public static IEnumerable<TestCaseData> All =>
        from file in Directory.EnumerateFiles(Path.Combine(ServiceSettings.CatalogFolder, "..", "tests", "vendors", "vectors"), "*.json")
            .Order(StringComparer.Ordinal)
        let vendor = Path.GetFileNameWithoutExtension(file)
        from one in JsonNode.Parse(File.ReadAllText(file))!.AsArray().Select((node, index) => (Case: node!.AsObject(), Index: index))
        let say = (string?)one.Case["say"] ?? $"{one.Case["on"]} {one.Index}"
        select new TestCaseData(new Vector(vendor, say, one.Case)).SetArgDisplayNames($"{vendor}: {say}");

    /// <summary>Unless a test has one of its own, the shipped one.</summary>
    public VendorDescription Description { get => field ?? Descriptions.Of(Vendor); init; }

    public TaskDescription Task => Example.Task;

    public string Expected => Example.Expected;

    /// <summary>What happens, in the words of the file.</summary>
    public string Happens() => Example.Happens();
}
