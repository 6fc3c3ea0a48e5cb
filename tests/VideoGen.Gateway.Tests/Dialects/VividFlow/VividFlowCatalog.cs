using System.Text.Json.Nodes;

namespace VideoGen.Gateway.Tests.Dialects.VividFlow;

/// <summary>The two models of the document and one that Vivid Flow does not know, as Providers would serve them.</summary>
internal static class VividFlowCatalog
{
    public static void Serve(FakeServices services, string wan = "wan2.1") =>
        services.On("providers", "GET", "/internal/catalog", 200, new JsonObject { ["models"] = new JsonArray(Wan(wan), Veo(), Other()) }.ToJsonString(), ("ETag", "\"1\""));

    static JsonObject Wan(string slug) => Model(slug, "vivid-flow", ("prompt", "string"), ("image", "string"), ("negative_prompt", "string"), ("cfg", "number"), ("width", "integer"),
        ("height", "integer"), ("length", "integer"), ("steps", "integer"), ("seed", "integer"));

    static JsonObject Veo() => Model("veo3.1", "vivid-flow", ("prompt", "string"), ("image", "string"), ("duration_seconds", "integer"), ("resolution", "720p|1080p"),
        ("camera_motion", "string"), ("subject_animation", "string"), ("environmental_animation", "string"), ("person_generation", "allow_adult|allow_all|deny"),
        ("generate_audio", "boolean"), ("enhance_prompt", "boolean"));

    static JsonObject Other() => Model("musicgen", "vsl", ("prompt", "string"));

    static JsonObject Model(string slug, string dialect, params (string Name, string Type)[] inputs) => new()
    {
        ["slug"] = slug,
        ["name"] = slug,
        ["kind"] = "video",
        ["family"] = "f",
        ["vendor"] = "v",
        ["description"] = "d",
        ["price"] = new JsonObject { ["version"] = 1, ["credits"] = 40, ["unit"] = "video" },
        ["input_schema"] = new JsonObject
        {
            ["type"] = "object",
            ["additionalProperties"] = false,
            ["properties"] = new JsonObject(inputs.Select(input => KeyValuePair.Create(input.Name, (JsonNode?)Property(input.Type)))),
        },
        ["expected_seconds"] = 60,
        ["deadline_seconds"] = 600,
        ["capabilities"] = new JsonObject(),
        ["dialects"] = new JsonObject { [dialect] = slug },
        ["active"] = true,
    };

    static JsonObject Property(string type) => type.Contains('|')
        ? new() { ["type"] = "string", ["enum"] = new JsonArray([.. type.Split('|').Select(value => (JsonNode)value)]) }
        : new() { ["type"] = type };
}
