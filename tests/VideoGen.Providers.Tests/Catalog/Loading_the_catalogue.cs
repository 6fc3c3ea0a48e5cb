using System.Text.Json.Nodes;
using NJsonSchema;
using VideoGen.Providers.Catalog;
using VideoGen.Providers.Contracts;
using VideoGen.Providers.Tests.Harness;

namespace VideoGen.Providers.Tests.Catalog;

[TestFixture]
internal sealed class Loading_the_catalogue
{
    static readonly FakeConnectors Connectors = new();

    static IReadOnlyList<CatalogModel> Shipped => ModelCatalog.Read(ServiceSettings.CatalogFolder, Connectors.All).Models;

    static IEnumerable<string> Slugs => Shipped.Select(model => model.Slug);

    [Test]
    public void The_shipped_models_have_no_fault() =>
        Assert.That(ModelCatalog.Read(ServiceSettings.CatalogFolder, Connectors.All).Faults, Is.Empty);

    [Test]
    public void The_same_files_give_the_same_tag()
    {
        var tags = Enumerable.Range(0, 2).Select(_ => ModelCatalog.Load(ServiceSettings.CatalogFolder, Connectors.All).ETag).ToList();
        Assert.That(tags[0], Is.EqualTo(tags[1]).And.Match("^\"[0-9a-f]{32}\"$"));
    }

    [TestCaseSource(nameof(Slugs))]
    public async Task The_validator_of_jobs_reads_every_schema_and_takes_its_defaults(string slug)
    {
        var model = Shipped.Single(each => each.Slug == slug);
        var schema = await JsonSchema.FromJsonAsync(model.InputSchema.GetRawText());
        var input = new JsonObject();
        foreach (var property in model.InputSchema.GetProperty("properties").EnumerateObject())
        {
            if (property.Value.TryGetProperty("default", out var value)) input[property.Name] = JsonNode.Parse(value.GetRawText());
            else if (property.Value.GetProperty("type").GetString() == "array") input[property.Name] = new JsonArray("a", "b");
            else if (model.InputSchema.GetProperty("required").EnumerateArray().Any(name => name.GetString() == property.Name)) input[property.Name] = "some text";
        }

        Assert.That(schema.Validate(input.ToJsonString()), Is.Empty);
        input["no_such_input"] = 1;
        Assert.That(schema.Validate(input.ToJsonString()), Has.Count.EqualTo(1));
    }

    [TestCase("wan2.1", "negative_prompt", "\"\"", null, null)]
    [TestCase("wan2.1", "cfg", "7.5", 1, 20)]
    [TestCase("wan2.1", "width", "1280", 256, 1920)]
    [TestCase("wan2.1", "height", "720", 256, 1920)]
    [TestCase("wan2.1", "length", "81", 1, 257)]
    [TestCase("wan2.1", "steps", "30", 1, 100)]
    [TestCase("wan2.1", "seed", "42", 0, 9007199254740991.0)]
    [TestCase("veo3.1", "duration_seconds", "4", null, null)]
    [TestCase("veo3.1", "resolution", "\"720p\"", null, null)]
    [TestCase("veo3.1", "person_generation", "\"allow_adult\"", null, null)]
    [TestCase("veo3.1", "generate_audio", "false", null, null)]
    [TestCase("veo3.1", "enhance_prompt", "false", null, null)]
    public void Parameters_have_the_documented_defaults_and_ranges(string slug, string name, string expected, double? minimum, double? maximum)
    {
        var property = Shipped.Single(model => model.Slug == slug).InputSchema.GetProperty("properties").GetProperty(name);
        Assert.That(property.GetProperty("default").GetRawText(), Is.EqualTo(expected));
        Assert.That(property.TryGetProperty("minimum", out var low) ? low.GetDouble() : (double?)null, Is.EqualTo(minimum));
        Assert.That(property.TryGetProperty("maximum", out var high) ? high.GetDouble() : (double?)null, Is.EqualTo(maximum));
    }

    [TestCase("wan2.1", "prompt,image,negative_prompt,cfg,width,height,length,steps,seed")]
    [TestCase("veo3.1", "prompt,image,duration_seconds,resolution,camera_motion,subject_animation,environmental_animation,person_generation,generate_audio,enhance_prompt")]
    public void Models_have_exactly_the_documented_parameters(string slug, string names) =>
        Assert.That(Shipped.Single(model => model.Slug == slug).InputSchema.GetProperty("properties").EnumerateObject().Select(property => property.Name),
            Is.EquivalentTo(names.Split(',')));

    [Test]
    public void A_month_of_the_free_plan_buys_more_than_one_video() =>
        Assert.That(Shipped.Where(model => model.Slug is "wan2.1" or "veo3.1").Select(model => model.Price.Minimum), Has.All.InRange(1, 100));
}
