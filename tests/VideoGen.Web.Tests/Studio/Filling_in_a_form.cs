using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using VideoGen.Testing;
using VideoGen.Web.Studio;

namespace VideoGen.Web.Tests.Studio;

[TestFixture]
public sealed class Filling_in_a_form
{
    static readonly JsonElement Schema = JsonSerializer.Deserialize<JsonElement>(
        """
        {"required":["prompt"],"properties":{
          "prompt":{"type":"string","maxLength":4000},"seconds":{"type":"integer","enum":[4,6]},
          "guidance":{"type":"number","minimum":1,"maximum":20,"default":7.5},
          "seed":{"type":"integer"},"sound":{"type":"boolean"},"image":{"type":"string","format":"asset","x-media":["image"]},
          "more":{"type":"array","items":{"type":"string","format":"asset","x-media":["image","video"]}},
          "tags":{"type":"array","items":{"type":"string"}}}}
        """);

    [Test]
    public void Gives_each_input_its_type_and_leaves_out_what_is_empty()
    {
        var input = Read(("prompt", "Two\r\nlines"), ("seconds", "6"), ("guidance", "8.5"), ("seed", ""), ("image", ""), ("more", "a"),
            ("more", "b"), ("tags", "x\r\n\r\n y "));
        Assert.That(input,
            Is.EqualTo("""{"prompt":"Two\nlines","seconds":6,"guidance":8.5,"sound":false,"more":["a","b"],"tags":["x","y"]}"""));
    }

    [Test]
    public void Leaves_what_does_not_fit_for_the_API_to_refuse() =>
        Assert.That(Read(("seconds", "six"), ("guidance", "1e999"), ("strange", "5")),
            Is.EqualTo("""{"seconds":"six","guidance":"1e999","sound":false}"""));

    [Test]
    public void Every_input_of_every_model_has_a_field_that_can_hold_its_default()
    {
        foreach (var file in Directory.GetFiles(Path.Combine(Repository.Root, "catalog/models"), "*.json"))
        {
            var schema = JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(file)).GetProperty("input_schema");
            foreach (var field in Field.Of(schema))
            {
                var fits = field.Kind is not (FieldKind.Pills or FieldKind.Select) || field.Default.Length == 0
                    || field.Choices.Contains(field.Default, StringComparer.Ordinal);
                Assert.That(fits && field.Title.Length > 0, $"{Path.GetFileName(file)}: {field.Name}");
            }
        }
    }

    [Test]
    public void A_program_holds_a_hostile_text_as_a_text()
    {
        var input = JsonSerializer.SerializeToElement(new { prompt = "it's \"quoted\" \\ $(rm -rf /) 😀\n'; --" });
        var curl = Snippet.Of("https://gateway.example", "veo3.1", input)[0].Code;
        var body = curl[(curl.IndexOf("-d '", StringComparison.Ordinal) + 4)..^1].Replace("'\\''", "'", StringComparison.Ordinal);
        Assert.That(JsonSerializer.Deserialize<JsonElement>(body).GetProperty("input").GetRawText(), Is.Not.Empty);
        Assert.That(Snippet.Of("https://gateway.example", "veo3.1", input)[1].Code,
            Does.Contain("\"it's \\\"quoted\\\" \\\\ $(rm -rf /) 😀\\u000a'; --\""));
    }

    static string Read(params (string Name, string Value)[] fields)
    {
        var form = new FormCollection(fields.GroupBy(field => field.Name, StringComparer.Ordinal)
            .ToDictionary(group => FormInput.Prefix + group.Key, group =>
                new StringValues([.. group.Select(field => field.Value)]), StringComparer.Ordinal));
        return FormInput.Of(Schema, form).ToJsonString(
            new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }
}
