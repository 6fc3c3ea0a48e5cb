using System.Text.Json;
using VideoGen.Providers.Catalog;
using VideoGen.Providers.Contracts;
using VideoGen.Providers.Tests.Harness;

namespace VideoGen.Providers.Tests.Catalog;

[TestFixture]
internal sealed class Naming_the_characters
{
    const string Good = """{"id":"robot","name":"R","description":"d","actions":["a"],"emotions":[],"backgrounds":["b"]}""";

    static readonly FakeConnectors Connectors = new();

    string _folder = "";

    [SetUp]
    public void Copy_the_model_that_uses_them()
    {
        _folder = Directory.CreateTempSubdirectory("videogen-characters-").FullName;
        Directory.CreateDirectory(Path.Combine(_folder, "models"));
        File.Copy(Path.Combine(ServiceSettings.CatalogFolder, "models", "character-animation.json"), Path.Combine(_folder, "models", "character-animation.json"));
    }

    [TearDown]
    public void Remove() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void The_shipped_file_knows_the_assistant()
    {
        var model = ModelCatalog.Read(ServiceSettings.CatalogFolder, Connectors.All).Models.Single(one => one.Slug == "character-animation");
        var assistant = model.Capabilities.GetProperty("characters").EnumerateArray().Single(one => one.GetProperty("id").ValueEquals("assistant"));
        Assert.Multiple(() =>
        {
            Assert.That(AllowedBy(model), Does.Contain("assistant"));
            Assert.That(Texts(assistant.GetProperty("actions")), Does.Contain("greeting"));
            Assert.That(Texts(assistant.GetProperty("emotions")), Does.Contain("happy"));
            Assert.That(Texts(assistant.GetProperty("backgrounds")), Does.Contain("office"));
        });
    }

    [Test]
    public void A_character_more_in_the_file_is_one_more_for_the_model()
    {
        var (models, faults) = With($$"""{"characters":[{{Good.Replace("robot", "fox", StringComparison.Ordinal)}},{{Good}}]}""");
        Assert.Multiple(() =>
        {
            Assert.That(faults, Is.Empty);
            Assert.That(AllowedBy(models.Single()), Is.EqualTo(new[] { "fox", "robot" }));
            Assert.That(models.Single().Capabilities.GetProperty("characters").GetArrayLength(), Is.EqualTo(2));
            Assert.That(models.Single().InputSchema.GetProperty("properties").GetProperty("character_id").TryGetProperty("x-catalog", out _), Is.False);
        });
    }

    [TestCase("""{"characters":[]}""", "character-animation.json: $.input_schema.properties.character_id['x-catalog']: characters.json names nobody")]
    [TestCase("""{"characters":[{"id":"Robot"}]}""", "characters.json: $.characters[0].id: must be lower-case letters, digits, '_' and '-', at most 64")]
    [TestCase("""{"characters":[{"id":"a","name":"x"}]}""", "characters.json: $.characters[0].actions: is missing")]
    [TestCase("""{"characters":[7]}""", "characters.json: $.characters[0]: must be an object")]
    [TestCase("""{"people":[]}""", "characters.json: $.people: is not a known property here")]
    [TestCase("[", "characters.json: line 1, byte 1: is not JSON: ")]
    public void Says_what_is_wrong_in_the_file(string json, string fault) =>
        Assert.That(With(json).Faults.Select(one => one.ToString()), Has.Some.StartsWith(fault));

    [Test]
    public void Nobody_is_named_twice() =>
        Assert.That(With($$"""{"characters":[{{Good}},{{Good}}]}""").Faults.Select(fault => fault.ToString()), Does.Contain("characters.json: $.characters[1].id: robot is named twice"));

    [Test]
    public void Without_the_file_the_model_that_needs_it_is_at_fault() =>
        Assert.That(ModelCatalog.Read(_folder, Connectors.All).Faults.Single().Message, Is.EqualTo("characters.json names nobody"));

    (IReadOnlyList<CatalogModel> Models, IReadOnlyList<CatalogFault> Faults) With(string json)
    {
        File.WriteAllText(Path.Combine(_folder, "characters.json"), json);
        return ModelCatalog.Read(_folder, Connectors.All);
    }

    static IEnumerable<string?> AllowedBy(CatalogModel model) => Texts(model.InputSchema.GetProperty("properties").GetProperty("character_id").GetProperty("enum"));

    static IEnumerable<string?> Texts(JsonElement list) => list.EnumerateArray().Select(item => item.GetString());
}
