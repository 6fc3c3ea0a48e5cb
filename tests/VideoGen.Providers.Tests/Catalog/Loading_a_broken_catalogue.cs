using System.Text.Json.Nodes;
using VideoGen.Providers.Catalog;
using VideoGen.Providers.Tests.Harness;

namespace VideoGen.Providers.Tests.Catalog;

[TestFixture]
internal sealed class Loading_a_broken_catalogue
{
    static readonly FakeConnectors Connectors = new();

    string _folder = "";

    [SetUp]
    public void Copy_one_model()
    {
        _folder = Directory.CreateTempSubdirectory("videogen-catalog-").FullName;
        Directory.CreateDirectory(Path.Combine(_folder, "models"));
        File.Copy(Path.Combine(ServiceSettings.CatalogFolder, "models", "wan2.1.json"), Model("wan2.1"));
    }

    [TearDown]
    public void Remove() => Directory.Delete(_folder, recursive: true);

    // The change is a path of property names with a JSON value; without a value the property is removed.
    [TestCase("name", null, "$.name: is missing")]
    [TestCase("name", "\"\"", "$.name: must be a text that is not empty")]
    [TestCase("kind", "\"film\"", "$.kind: must be one of video, image, audio, text")]
    [TestCase("slug", "\"wan2.2\"", "$.slug: must be the file's name without .json; this file would have to be wan2.2.json")]
    [TestCase("slug", "\"Wan 2\"", "$.slug: must be lower-case letters, digits, '.' and '-', at most 64")]
    [TestCase("active", "\"yes\"", "$.active: must be true or false")]
    [TestCase("colour", "1", "$.colour: is not a known property here")]
    [TestCase("expected_seconds", "0", "$.expected_seconds: must be a whole number from 1 to 86400")]
    [TestCase("deadline_seconds", "10", "$.deadline_seconds: must be a whole number from 60 to 604800")]
    [TestCase("capabilities", "[]", "$.capabilities: must be an object")]
    [TestCase("dialects/vivid-flow", "7", "$.dialects['vivid-flow']: must be a text that is not empty")]
    [TestCase("price", null, "$.price: must be an object")]
    [TestCase("price/credits", "-1", "$.price.credits: must be a whole number from 0 to 1000000")]
    [TestCase("price/credits", "1.5", "$.price.credits: must be a whole number from 0 to 1000000")]
    [TestCase("price/quantity/field", "\"frames\"", "$.price.quantity.field: is not a property of input_schema")]
    [TestCase("price/quantity/field", "\"prompt\"", "$.price.quantity.field: must name a number")]
    [TestCase("price/quantity/field", "\"seed.duration_seconds\"", "$.price.quantity.field: must name an asset before .duration_seconds")]
    [TestCase("price/quantity/per", "0", "$.price.quantity.per: must be a number above 0")]
    [TestCase("price/factors", "[{\"field\":\"fast\",\"percent\":{\"true\":200}}]", "$.price.factors[0].field: is not a property of input_schema")]
    [TestCase("price/factors", "[{\"field\":\"steps\",\"percent\":{\"30\":\"x\"}}]", "$.price.factors[0].percent['30']: must be a whole number from 0 to 100000")]
    [TestCase("input_schema/type", "\"array\"", "$.input_schema.type: must be \"object\"")]
    [TestCase("input_schema/additionalProperties", "true", "$.input_schema.additionalProperties: must be false, so that a misspelt input is refused and not ignored")]
    [TestCase("input_schema/required", "[\"promt\"]", "$.input_schema.required[0]: there is no property promt")]
    [TestCase("input_schema/properties/cfg/title", null, "$.input_schema.properties.cfg.title: is missing")]
    [TestCase("input_schema/properties/cfg/type", "\"float\"", "$.input_schema.properties.cfg.type: must be one of string, integer, number, boolean, array")]
    [TestCase("input_schema/properties/cfg/default", "21", "$.input_schema.properties.cfg.default: lies above maximum")]
    [TestCase("input_schema/properties/cfg/default", "\"7.5\"", "$.input_schema.properties.cfg.default: is no number")]
    [TestCase("input_schema/properties/width/default", "1281", "$.input_schema.properties.width.default: is not a multiple of multipleOf")]
    [TestCase("input_schema/properties/cfg/minimum", "30", "$.input_schema.properties.cfg.minimum: lies above maximum")]
    [TestCase("input_schema/properties/cfg/exclusiveMinimum", "0", "$.input_schema.properties.cfg.exclusiveMinimum: is not a known property here")]
    [TestCase("input_schema/properties/cfg/const", "7", "$.input_schema.properties.cfg.const: is not a known property here")]
    [TestCase("input_schema/properties/prompt/prefixItems", "[]", "$.input_schema.properties.prompt.prefixItems: is not a known property here")]
    [TestCase("input_schema/if", "{}", "$.input_schema.if: is not a known property here")]
    [TestCase("input_schema/then", "{}", "$.input_schema.then: is not a known property here")]
    [TestCase("input_schema/else", "{}", "$.input_schema.else: is not a known property here")]
    [TestCase("input_schema/anyOf", "[{\"required\":[\"promt\"]}]", "$.input_schema.anyOf[0].required[0]: there is no property promt")]
    [TestCase("input_schema/anyOf", "[{\"const\":1}]", "$.input_schema.anyOf[0].const: is not a known property here")]
    [TestCase("input_schema/anyOf", "[{\"properties\":{\"cfg\":{\"enum\":[1]}}}]", "$.input_schema.anyOf[0].properties.cfg.enum[0]: is never the value of cfg")]
    [TestCase("input_schema/anyOf", "[{\"not\":{\"required\":[\"promt\"]}}]", "$.input_schema.anyOf[0].not.required[0]: there is no property promt")]
    [TestCase("input_schema/anyOf", "[{\"not\":{}}]", "$.input_schema.anyOf[0].not.required: must name one property")]
    [TestCase("input_schema/anyOf", "[{\"not\":{\"required\":[\"cfg\"],\"if\":{}}}]", "$.input_schema.anyOf[0].not.if: is not a known property here")]
    [TestCase("kind_by", "{\"field\":\"cfg\",\"kinds\":{}}", "$.kind_by.field: must name a property of input_schema with an enum")]
    [TestCase("length", "{\"frames\":\"prompt\",\"fps\":\"steps\"}", "$.length.frames: must name a number of input_schema")]
    [TestCase("input_schema/properties/prompt/x-catalog", "\"characters\"", "$.input_schema.properties.prompt['x-catalog']: characters.json names nobody")]
    [TestCase("input_schema/properties/prompt/x-catalog", "\"scenes\"", "$.input_schema.properties.prompt['x-catalog']: must be \"characters\"; there is no other list")]
    [TestCase("input_schema/oneOf", "[]", "$.input_schema.oneOf: is not a known property here")]
    [TestCase("input_schema/properties/prompt/maxLength", null, "$.input_schema.properties.prompt.maxLength: is missing: a text must have an end")]
    [TestCase("input_schema/properties/image/x-media", null, "$.input_schema.properties.image['x-media']: is missing: say which kinds of media the asset may be")]
    [TestCase("input_schema/properties/image/x-media", "[\"pdf\"]", "$.input_schema.properties.image['x-media'][0]: must be one of image, video, audio")]
    [TestCase("routes", "[]", "$.routes: must name at least one connector")]
    [TestCase("routes", "[{\"connector\":\"acme\",\"model\":\"m\"}]", "$.routes[0].connector: is not a connector; there are media-tools, simulator")]
    [TestCase("routes", "[{\"connector\":\"simulator\",\"model\":\"m\"}]", "$.routes[0].model: must be one of video, image, audio, speech, voice, text for the simulator")]
    [TestCase("routes", "[{\"connector\":\"simulator\",\"model\":\"video\",\"inputs\":{\"len\":\"frames\"}}]", "$.routes[0].inputs.len: is not a property of input_schema")]
    [TestCase("routes", "[{\"connector\":\"simulator\",\"model\":\"video\",\"settings\":{\"fps\":500}}]", "$.routes[0].settings: fps must be 1 to 60.")]
    [TestCase("routes", "[{\"connector\":\"simulator\",\"model\":\"image\",\"settings\":{\"by\":{\"style\":{\"huge\":{\"width\":9000,\"height\":16}}}}}]", "$.routes[0].settings: The picture must be 16 to 4096 pixels a side.")]
    [TestCase("routes", "[{\"connector\":\"simulator\",\"model\":\"speech\",\"settings\":{\"speaker\":\"nobody\"}}]", "$.routes[0].settings: speaker must be one of slt, awb, kal, kal16, rms.")]
    [TestCase("routes", "[{\"connector\":\"media-tools\",\"model\":\"trim\",\"settings\":{\"fps\":5}}]", "$.routes[0].settings.fps: is not a known property here")]
    public void Names_the_file_and_the_place_of_a_fault(string path, string? value, string expected)
    {
        Change(path, value);
        Assert.That(Faults().Select(fault => fault.ToString()), Does.Contain($"wan2.1.json: {expected}"));
    }

    [TestCase("retires", "\"soon\"", "$.retires: must be a day such as 2027-01-31")]
    [TestCase("retires", "20270131", "$.retires: must be a day such as 2027-01-31")]
    [TestCase("successor", "\"wan2.6\"", "$.successor: belongs to a model that has retires")]
    [TestCase("deprecated", "\"2026-01-01\"", "$.deprecated: belongs to a model that has retires")]
    [TestCase("routes", "[{\"connector\":\"simulator\",\"model\":\"video\",\"cost_usd\":{\"seconds\":-1}}]",
        "$.routes[0].cost_usd.seconds: must be US dollars for one, a number from 0")]
    public void Names_what_is_wrong_with_the_end_and_the_costs_of_a_model(string path, string value, string expected) =>
        Names_the_file_and_the_place_of_a_fault(path, value, expected);

    [TestCase("media_rules", "{\"sound_in\":[\"prompt\"]}", "$.media_rules.sound_in[0]: must name an asset of input_schema")]
    [TestCase("media_rules", "{\"cut\":{\"of\":\"steps\"}}", "$.media_rules.cut.of: must name an asset of input_schema")]
    [TestCase("media_rules", "{\"join\":{\"of\":\"image\"}}", "$.media_rules.join.of: must name a list of assets of input_schema")]
    [TestCase("media_rules", "{\"join\":{\"overlap\":\"prompt\"}}", "$.media_rules.join.overlap: must name a number of input_schema")]
    [TestCase("media_rules", "{\"cuts\":{}}", "$.media_rules.cuts: is not a known property here")]
    public void Names_what_is_wrong_with_the_rules_for_media(string path, string value, string expected) =>
        Names_the_file_and_the_place_of_a_fault(path, value, expected);

    [Test]
    public void Names_every_fault_of_every_file_at_once()
    {
        Change("name", null);
        Change("price/credits", "-1");
        File.WriteAllText(Model("broken"), "{\n  \"slug\": ,\n}");
        File.WriteAllText(Model("twice"), "{\"slug\":\"twice\",\"slug\":\"twice\"}");

        var load = Assert.Throws<InvalidDataException>(() => ModelCatalog.Load(_folder, Connectors.Own));

        Assert.That(load!.Message, Does.Contain("wan2.1.json: $.name").And.Contain("wan2.1.json: $.price.credits").And.Contain("broken.json: line 2").And.Contain("twice.json"));
    }

    [TestCase("null")]
    [TestCase("[]")]
    [TestCase("\"text\"")]
    [TestCase("{}")]
    [TestCase("{\"price\":7,\"input_schema\":[],\"routes\":{},\"dialects\":[],\"capabilities\":null,\"slug\":{}}")]
    public void Answers_any_shape_with_faults(string json)
    {
        File.WriteAllText(Model("wan2.1"), json);
        Assert.That(Faults(), Is.Not.Empty);
    }

    [TestCase("nowhere", null, "is not a model of the catalogue")]
    [TestCase("wan2.1", null, "leads back to a model that it came from")]
    [TestCase("next", "wan2.1", "leads back to a model that it came from")]
    [TestCase("next", null, null)]
    public void A_successor_is_another_model_that_leads_on(string successor, string? after, string? fault)
    {
        var copy = JsonNode.Parse(File.ReadAllText(Model("wan2.1")))!;
        (copy["slug"], copy["dialects"]) = ("next", new JsonObject());
        if (after is not null) (copy["retires"], copy["successor"]) = ("2027-01-01", after);
        File.WriteAllText(Model("next"), copy.ToJsonString());
        Change("retires", "\"2027-01-01\"");
        Change("successor", $"\"{successor}\"");
        var told = Faults().Where(one => one.File == "wan2.1.json").Select(one => one.ToString());
        Assert.That(told, Is.EqualTo(fault is null ? Array.Empty<string>() : [$"wan2.1.json: $.successor: {fault}"]));
    }

    [Test]
    public void Two_models_may_not_share_a_dialects_name()
    {
        var copy = JsonNode.Parse(File.ReadAllText(Model("wan2.1")))!;
        copy["slug"] = "wan2.1b";
        File.WriteAllText(Model("wan2.1b"), copy.ToJsonString());
        Assert.That(Faults().Select(fault => fault.ToString()), Does.Contain("wan2.1b.json: $.dialects['vivid-flow']: wan2.1 is already the name of wan2.1"));
    }

    [Test]
    public void An_empty_folder_and_a_missing_one_are_faults()
    {
        File.Delete(Model("wan2.1"));
        Assert.That(Faults(), Has.Count.EqualTo(1));
        Directory.Delete(Path.Combine(_folder, "models"));
        Assert.That(Faults().Single().Message, Does.Contain("Catalog:Folder"));
    }

    IReadOnlyList<CatalogFault> Faults() => ModelCatalog.Read(_folder, Connectors.Own).Faults;

    string Model(string name) => Path.Combine(_folder, "models", name + ".json");

    void Change(string path, string? value)
    {
        var root = JsonNode.Parse(File.ReadAllText(Model("wan2.1")))!;
        var names = path.Split('/');
        var parent = names.SkipLast(1).Aggregate(root, (node, name) => node[name]!).AsObject();
        parent.Remove(names[^1]);
        if (value is not null) parent[names[^1]] = JsonNode.Parse(value);
        File.WriteAllText(Model("wan2.1"), root.ToJsonString());
    }
}
