using System.Text.Json.Nodes;

namespace VideoGen.Gateway.Tests.Dialects.Vydra;

/// <summary>Models in the manner of the document, one that takes no jobs, and one that Vydra does not know.</summary>
internal static class VydraCatalog
{
    public static void Serve(FakeServices services) => services.On("providers", "GET", "/internal/catalog", 200, new JsonObject
    {
        ["models"] = new JsonArray(
            Model("veo3", "video", "veo", "kie-ai", 175, "video", """{"type":"object","required":["prompt"],"properties":{"prompt":{"type":"string"},"aspect_ratio":{"type":"string","default":"16:9"}}}"""),
            Model("grok-imagine", "image", "grok", "xai", 8, "image",
                """{"type":"object","required":["prompt"],"anyOf":[{"properties":{"model":{"enum":["text-to-image"]}}},{"required":["image_url"]}],"properties":{"prompt":{"type":"string"},"model":{"type":"string"},"image_url":{"type":["string","null"]},"duration":{"type":"integer"}}}"""),
            Model("kling-motion-control", "video", "kling", "kie-ai", 350, "video",
                """{"type":"object","required":["image_url","video_url"],"properties":{"image_url":{"type":"string"},"video_url":{"type":"string"},"prompt":{"type":"string"},"keep_original_sound":{"type":"boolean"}}}"""),
            Model("asmr-generator", "video", "asmr", "kie-ai", 175, "video",
                """{"type":"object","anyOf":[{"required":["theme"]},{"required":["customPrompt"]}],"properties":{"theme":{"type":"string"},"customPrompt":{"type":"string"}}}"""),
            Model("elevenlabs-tts", "audio", "elevenlabs", "elevenlabs", 5, "audio", """{"type":"object","required":["text"],"properties":{"text":{"type":"string"}}}"""),
            Model("whisper", "text", "whisper", "openai", 3, "minute", """{"type":"object","required":["audio_url","count"],"properties":{"audio_url":{"type":"string"},"count":{"enum":[1,2]}}}"""),
            Model("retired", "video", "old", "fal-ai", 9, "video", """{"type":"object","properties":{}}""", active: false),
            Model("musicgen", "audio", "musicgen", "meta", 9, "audio", """{"type":"object","properties":{}}""", dialect: "vsl")),
    }.ToJsonString(), ("ETag", "\"1\""));

    static JsonObject Model(string slug, string kind, string family, string vendor, int credits, string unit, string schema, bool active = true, string dialect = "vydra") => new()
    {
        ["slug"] = slug,
        ["name"] = $"The {slug}",
        ["kind"] = kind,
        ["family"] = family,
        ["vendor"] = vendor,
        ["description"] = $"About {slug}",
        ["price"] = new JsonObject { ["version"] = 1, ["credits"] = credits, ["unit"] = unit },
        ["input_schema"] = JsonNode.Parse(schema),
        ["expected_seconds"] = 60,
        ["deadline_seconds"] = 600,
        ["capabilities"] = new JsonObject(),
        ["dialects"] = new JsonObject { [dialect] = slug },
        ["active"] = active,
    };
}
