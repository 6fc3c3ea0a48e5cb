using System.Text;
using System.Text.Json;
using VideoGen.HttpApi;
using VideoGen.HttpApi.Requests;
using VideoGen.Jobs.Submit;
using VideoGen.Pricing;
using VideoGen.Providers.Contracts;

namespace VideoGen.Jobs.Tests.Submit;

[TestFixture]
public sealed class Checking_an_input
{
    const string Schema = """
        {"type":"object","additionalProperties":false,"required":["prompt"],"properties":{
          "prompt":{"type":"string","minLength":1,"maxLength":9},
          "frames":{"type":"integer","minimum":1,"maximum":257},
          "width":{"type":"integer","minimum":256,"maximum":1920,"multipleOf":8,"default":1280},
          "cfg":{"type":"number","minimum":1.5,"exclusiveMaximum":20},
          "size":{"type":"string","enum":["720p","1080p"],"default":"720p"},
          "seconds":{"type":"integer","enum":[4,6,8]},
          "sound":{"type":"boolean"},
          "code":{"type":"string","pattern":"^[a-z]+$"},
          "seed":{"type":["integer","null"]},
          "image":{"type":"string","format":"asset","x-media":["image"]},
          "clips":{"type":"array","minItems":2,"maxItems":3,"items":{"type":"string","format":"asset","x-media":["video","image"]}},
          "frame":{"type":"object","required":["x"],"properties":{"x":{"type":"integer","minimum":0},"y":{"type":"integer","default":7}}}}}
        """;

    [TestCase("{}", "input.prompt is required: a text of 1 to 9 characters")]
    [TestCase("""{"prompt":""}""", "input.prompt must be a text of 1 to 9 characters")]
    [TestCase("""{"prompt":"🎬🎬🎬🎬🎬🎬🎬🎬🎬🎬"}""", "input.prompt must be a text of 1 to 9 characters")]
    [TestCase("""{"prompt":7}""", "input.prompt must be a text of 1 to 9 characters")]
    [TestCase("""{"prompt":null}""", "input.prompt must be a text of 1 to 9 characters")]
    [TestCase("""{"prompt":"1234567890"}""", "input.prompt must be a text of 1 to 9 characters")]
    [TestCase("""{"prompt":"a","frames":0}""", "input.frames must be a whole number from 1 to 257")]
    [TestCase("""{"prompt":"a","frames":"5"}""", "input.frames must be a whole number from 1 to 257")]
    [TestCase("""{"prompt":"a","frames":5.5}""", "input.frames must be a whole number from 1 to 257")]
    [TestCase("""{"prompt":"a","frames":99999999999999999999999}""", "input.frames must be a whole number from 1 to 257")]
    [TestCase("""{"prompt":"a","width":257}""", "input.width must be a whole number from 256 to 1920, a multiple of 8")]
    [TestCase("""{"prompt":"a","cfg":20}""", "input.cfg must be a number of at least 1.5 below 20")]
    [TestCase("""{"prompt":"a","size":"4k"}""", "input.size must be one of 720p, 1080p")]
    [TestCase("""{"prompt":"a","seconds":5}""", "input.seconds must be one of 4, 6, 8")]
    [TestCase("""{"prompt":"a","sound":"true"}""", "input.sound must be true or false")]
    [TestCase("""{"prompt":"a","code":"A1"}""", "input.code must be a text that matches ^[a-z]+$")]
    [TestCase("""{"prompt":"a","seed":"x"}""", "input.seed must be a whole number, or null")]
    [TestCase("""{"prompt":"a","image":5}""", "input.image must be the id of an asset, an http(s) URL or a data URI")]
    [TestCase("""{"prompt":"a","clips":["x"]}""",
        "input.clips must be a list of 2 to 3 items, each the id of an asset, an http(s) URL or a data URI")]
    [TestCase("""{"prompt":"a","clips":["x",5]}""", "input.clips[1] must be the id of an asset, an http(s) URL or a data URI")]
    [TestCase("""{"prompt":"a","frame":{"x":-1}}""", "input.frame.x must be a whole number of at least 0")]
    [TestCase("""{"prompt":"a","frame":{}}""", "input.frame.x is required: a whole number of at least 0")]
    [TestCase("""{"prompt":"a","seed":1e400}""", "input.seed is a number beyond all bounds")]
    [TestCase("""{"prompt":"a","clips":"x"}""",
        "input.clips must be a list of 2 to 3 items, each the id of an asset, an http(s) URL or a data URI")]
    [TestCase("""{"prompt":"a","colour":"red"}""",
        "input.colour is not an input of this model; allowed: prompt, frames, width, cfg, size, seconds, sound, code, seed, image, clips, frame")]
    public void Says_what_would_be_right(string input, string fault) => Assert.That(FaultsOf(input), Is.EqualTo(new[] { fault }));

    [TestCase("""{"prompt":"a"}""")]
    [TestCase("""{"prompt":"🎬🎬🎬🎬"}""")]
    [TestCase("""{"prompt":"🎬🎬🎬🎬🎬🎬🎬🎬🎬"}""")]
    [TestCase("""{"prompt":"é👩‍🚀́éé"}""")]
    [TestCase("""{"prompt":"مرحبا"}""")]
    [TestCase("""{"prompt":"a","frames":5.0,"width":2.56e2,"cfg":1.5,"seconds":8,"sound":false,"seed":null}""")]
    [TestCase("""{"prompt":"a","code":"abc","clips":["a","b","c"],"frame":{"x":0}}""")]
    [TestCase("""{"prompt":"2026-01"}""")]
    public void Takes_what_is_right(string input) => Assert.That(FaultsOf(input), Is.Empty);

    [Test]
    public void Names_every_fault_at_once()
    {
        var faults = FaultsOf("""{"frames":0,"width":3,"size":"x","sound":1,"clips":[],"colour":1}""");
        Assert.That(faults.Select(fault => fault.Split(' ')[0]), Is.EquivalentTo(
            new[] { "input.prompt", "input.frames", "input.width", "input.size", "input.sound", "input.clips", "input.colour" }));
    }

    [Test]
    public void Fills_in_the_defaults_and_leaves_the_rest_as_it_was()
    {
        var schema = InputSchema.Compile(JsonSerializer.Deserialize<JsonElement>(Schema));
        var filled = schema.WithDefaults(JsonSerializer.Deserialize<JsonElement>("""{"size":"1080p","cfg":2.50,"prompt":"a","frame":{"x":1}}"""));
        Assert.That(filled.ToJsonString(), Is.EqualTo("""{"size":"1080p","cfg":2.50,"prompt":"a","frame":{"x":1,"y":7},"width":1280}"""));
    }

    [Test]
    public void Finds_the_inputs_that_name_assets()
    {
        var schema = InputSchema.Compile(JsonSerializer.Deserialize<JsonElement>(Schema));
        Assert.That(schema.AssetFields.Select(field => $"{field.Name} {field.IsList} {string.Join(',', field.Kinds)}"),
            Is.EqualTo(new[] { "image False image", "clips True video,image" }));
    }

    [Test]
    public void Explains_alternatives()
    {
        var schema = InputSchema.Compile(JsonSerializer.Deserialize<JsonElement>("""
            {"type":"object","properties":{"prompt":{"type":"string"},"theme":{"type":"string"}},"anyOf":[{"required":["prompt"]},{"required":["theme"]}]}
            """));
        var faults = new Faults();
        schema.Check([], faults);
        Assert.That(faults.ByField["input"], Is.EqualTo(new[] { "needs one of these: input.prompt is required; or: input.theme is required" }));
    }

    [Test]
    public void A_schema_that_is_no_schema_is_not_compiled() =>
        Assert.That(() => InputSchema.Compile(JsonSerializer.Deserialize<JsonElement>("""{"type":5}""")), Throws.InstanceOf<JsonException>());

    [Test]
    public void Names_what_excludes_another_input()
    {
        var schema = InputSchema.Compile(JsonDocument.Parse("""
            {"type":"object","properties":{"prompt":{"type":"string"},"first":{"type":"string"},"last":{"type":"string"}},
             "anyOf":[{"required":["first"]},{"required":["prompt"],"not":{"required":["last"]}}]}
            """).RootElement);
        var faults = new Faults();
        schema.Check(schema.WithDefaults(JsonDocument.Parse("""{"prompt":"a","last":"b"}""").RootElement), faults);
        Assert.That(faults.ByField["input"], Is.EqualTo(new[] { "needs one of these: input.first is required; or: must not have last" }));
    }

    [Test]
    public async Task Every_model_of_the_catalogue_compiles_and_has_a_price()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!Directory.Exists(Path.Combine(folder!.FullName, "catalog", "models"))) folder = folder.Parent;
        var files = Directory.GetFiles(Path.Combine(folder.FullName, "catalog", "models"), "*.json");
        Assert.That(files, Is.Not.Empty);
        foreach (var file in files)
        {
            var model = JsonSerializer.Deserialize<CatalogModel>(await File.ReadAllTextAsync(file), ApiJson.Options)!;
            var schema = InputSchema.Compile(model.InputSchema);
            var filled = schema.WithDefaults(JsonSerializer.Deserialize<JsonElement>("{}"));
            Assert.That(PriceDecision.Decide(model.Price, filled, []), Is.InstanceOf<PriceOutcome.Priced>(), file);
        }
    }

    [TestCase("""{"a":"x\u0000y"}""", "a must not contain the NUL character")]
    [TestCase("""{"a":{"b":["x","\ud83c"]}}""", "a.b[1] must not contain half of a surrogate pair")]
    [TestCase("""{"a":"\udfac\ud83c"}""", "a must not contain half of a surrogate pair")]
    [TestCase("""{"a":"\ud83cx"}""", "a must not contain half of a surrogate pair")]
    [TestCase("""{"a":{"\u0000":1}}""", "a has a property whose name must not contain the NUL character")]
    [TestCase("""{"a":[{"b":"\u0000"},"\u0000"]}""", "a[0].b must not contain the NUL character|a[1] must not contain the NUL character")]
    [TestCase("""{"a":"\ud83c\udfac \\u0000 \u00e9"}""", "")]
    public void Finds_text_that_nobody_can_store(string json, string expected)
    {
        var faults = new Faults();
        JsonScan.Check(Encoding.UTF8.GetBytes(json), faults);
        Assert.That(string.Join('|', Sentences(faults)), Is.EqualTo(expected));
    }

    static List<string> FaultsOf(string input)
    {
        var schema = InputSchema.Compile(JsonSerializer.Deserialize<JsonElement>(Schema));
        var faults = new Faults();
        schema.Check(schema.WithDefaults(JsonSerializer.Deserialize<JsonElement>(input)), faults);
        return [.. Sentences(faults)];
    }

    static IEnumerable<string> Sentences(Faults faults) => faults.ByField.SelectMany(pair => pair.Value, (pair, text) => $"{pair.Key} {text}");
}
