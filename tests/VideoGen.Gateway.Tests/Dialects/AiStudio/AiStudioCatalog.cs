using System.Text.Json.Nodes;

namespace VideoGen.Gateway.Tests.Dialects.AiStudio;

/// <summary>The model of the document, one that takes no jobs, and some that AI Studio does not know, as Providers would serve them.</summary>
internal static class AiStudioCatalog
{
    const string VeoSchema = """
        {"type":"object","additionalProperties":false,"required":["resolution","aspectRatio"],
         "anyOf":[{"required":["initialImage"]},{"required":["prompt"],"not":{"required":["endFrame"]}}],
         "properties":{
          "prompt":{"type":"string","minLength":1,"maxLength":4000},
          "resolution":{"type":"string","enum":["720p","1080p"]},
          "aspectRatio":{"type":"string","enum":["16:9","9:16"]},
          "durationSeconds":{"type":"integer","enum":[4,8],"default":8},
          "generateAudio":{"type":"boolean","default":false},
          "initialImage":{"type":"string","format":"asset","x-media":["image"]},
          "endFrame":{"type":"string","format":"asset","x-media":["image"]},
          "referenceImages":{"type":"array","maxItems":3,"items":{"type":"string","format":"asset","x-media":["image"]}}}}
        """;

    public static void Serve(FakeServices services) => services.On("providers", "GET", "/internal/catalog", 200, new JsonObject
    {
        ["models"] = new JsonArray(
            Model("veo-3.1-fast-generate-preview", "Veo 3.1 Fast (Preview)", "video", "veo", "google", VeoSchema),
            Model("veo-retired", "Retired", "video", "veo", "google", VeoSchema, active: false),
            Model("wan2.1", "Wan 2.1", "video", "wan", "alibaba", """{"type":"object","properties":{}}""", dialect: "vivid-flow"),
            Model("nano-banana", "Nano Banana", "image", "gemini", "google", """{"type":"object","properties":{}}""", dialect: "vydra")),
    }.ToJsonString(), ("ETag", "\"1\""));

    static JsonObject Model(
        string slug, string name, string kind, string family, string vendor, string schema, bool active = true, string dialect = "ai-studio") => new()
    {
        ["slug"] = slug,
        ["name"] = name,
        ["kind"] = kind,
        ["family"] = family,
        ["vendor"] = vendor,
        ["description"] = "d",
        ["price"] = new JsonObject { ["version"] = 1, ["credits"] = 50, ["unit"] = "video" },
        ["input_schema"] = JsonNode.Parse(schema),
        ["expected_seconds"] = 120,
        ["deadline_seconds"] = 1800,
        ["capabilities"] = new JsonObject(),
        ["dialects"] = new JsonObject { [dialect] = slug },
        ["active"] = active,
    };
}
