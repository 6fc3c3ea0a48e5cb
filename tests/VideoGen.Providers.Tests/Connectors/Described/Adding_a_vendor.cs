using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using VideoGen.Providers.Catalog;
using VideoGen.Providers.Connectors.Described;
using VideoGen.Providers.Connectors.Described.Checking;
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
    public void The_check_of_the_guide_finds_what_is_wrong()
    {
        var folder = Directory.CreateTempSubdirectory("videogen-check-").FullName;
        try
        {
            var (description, examples) = (Path.Combine(folder, "acme.json"), Path.Combine(folder, "examples.json"));
            Assert.That(Check(Files[0], Files[1]), Is.EqualTo((0,
                "acme.json: the description of Acme has no fault; its tasks are clip.\n"
                + "5 of 5 safe cases mean what they should.\n9 of 9 examples mean what they should.\n")));

            var (code, said) = Check(Files[0].Replace("\"bearer\"", "\"basic\"", StringComparison.Ordinal), Files[1]);
            Assert.That(code, Is.EqualTo(1));
            Assert.That(said, Is.EqualTo("acme.json: /auth/scheme: must be one of bearer, header, hs256_jwt, none\n"
                + "acme.json has 1 fault(s).\n"));

            var wide = Files[0].Replace("""{ "code": ["busy"]""",
                """{ "status": [502], "is": "vendor" }, { "code": ["busy"]""", StringComparison.Ordinal);
            (code, said) = Check(wide, Files[1]);
            Assert.That(code, Is.EqualTo(1));
            Assert.That(said, Does
                .Contain("clip: a gateway's page in place of a state: means {\"failed\":").And.Contain("8 of 9 examples"));

            Assert.That(Check(Files[0], """[{"on":"reed","is":1},{"on":"read","task":"song"}]""").Said, Does
                .Contain("examples.json: $[0].on: must be one of create, read, result, request, find").And
                .Contain("examples.json: $[1].task: must be one of clip").And.Contain("examples.json: $[1].is: is missing"));

            (int Code, string Said) Check(string text, string cases)
            {
                File.WriteAllText(description, text);
                File.WriteAllText(examples, cases);
                using var output = new StringWriter { NewLine = "\n" };
                return (VendorCheck.Run([description, examples], output), output.ToString());
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Test]
    public void The_check_finds_nothing_in_what_is_shipped()
    {
        foreach (var name in Descriptions.All.Keys)
        {
            using var output = new StringWriter();
            var file = Path.Combine(ServiceSettings.CatalogFolder, "vendors", name + ".json");
            Assert.That(VendorCheck.Run([file], output), Is.Zero, output.ToString());
        }
    }

    [Test]
    public void The_model_of_the_guide_has_no_fault()
    {
        var vendor = new DescribedConnector(Read().Vendor!, new DescribedVendorOptions(), null!, null!, TimeProvider.System);
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
