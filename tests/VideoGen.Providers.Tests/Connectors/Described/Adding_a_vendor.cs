using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using VideoGen.Providers.Catalog;
using VideoGen.Providers.Connectors.Described;
using VideoGen.Providers.Tests.Harness;
using VideoGen.Testing;

namespace VideoGen.Providers.Tests.Connectors.Described;

/// <summary>The guide of that name for operators: its example is a vendor that works.</summary>
[TestFixture]
internal sealed partial class Adding_a_vendor
{
    static readonly string[] Files = [.. Blocks().Matches(File.ReadAllText(
        Path.Combine(Repository.Root, "docs/operating/vendors/adding-a-vendor.md"))).Select(block => block.Groups[1].Value)];

    [Test]
    public void The_description_of_the_guide_has_no_fault() => Assert.That(Read().Faults, Is.Empty);

    [Test]
    public void The_examples_of_the_guide_mean_what_it_says()
    {
        var vendor = Read().Vendor!;
        var vectors = JsonNode.Parse(Files[1])!.AsArray()
            .Select(one => new Vector("acme", (string)one!["say"]!, one.AsObject()) { Description = vendor }).ToList();
        Assert.That(vectors.Select(one => $"{one.Say}: {one.Happens()}"), Is.EqualTo(vectors.Select(one => $"{one.Say}: {one.Expected}")));
    }

    [Test]
    public void The_model_of_the_guide_has_no_fault()
    {
        using var vendor = new DescribedConnector(Read().Vendor!, new DescribedVendorOptions(), null!, null!, TimeProvider.System);
        var folder = Directory.CreateTempSubdirectory("videogen-guide-").FullName;
        try
        {
            Directory.CreateDirectory(Path.Combine(folder, "models"));
            File.WriteAllText(Path.Combine(folder, "models", "acme-2.json"), Files[2]);
            Assert.That(ModelCatalog.Read(folder, [.. new FakeConnectors().Own, vendor]).Faults, Is.Empty);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static (VendorDescription? Vendor, List<CatalogFault> Faults) Read()
    {
        var faults = new List<CatalogFault>();
        return (DescriptionReader.Read(JsonElement.Parse(Files[0]), "acme.json", faults), faults);
    }

    [GeneratedRegex(@"^```json\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex Blocks();
}
