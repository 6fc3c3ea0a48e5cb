using System.Text.Json.Nodes;

namespace VideoGen.Gateway.Tests.Dialects.Visualizr;

/// <summary>Models in the manner of the document, one that takes no jobs, and one that Visualizr does not know.</summary>
internal static class VisualizrCatalog
{
    const string Svd = """
        {"type":"object","required":["prompt"],"properties":{"prompt":{"type":"string"},"negative_prompt":{"type":"string"},
          "width":{"type":"integer","description":"Width","minimum":256,"maximum":1024,"default":1024},"height":{"type":"integer"},"num_frames":{"type":"integer"},
          "fps":{"type":"integer","minimum":8,"maximum":30,"default":8},
          "guidance_scale":{"type":"number","description":"Controls adherence to prompt","minimum":1.0,"maximum":20.0,"default":7.5},"seed":{"type":"integer"}}}
        """;

    const string Animate = """
        {"type":"object","required":["image"],"properties":{"image":{"type":"string","format":"asset","x-media":["image"]},"motion_prompt":{"type":"string"},
          "duration_seconds":{"type":"number"},"fps":{"type":"integer"},"motion_strength":{"type":"number"}}}
        """;

    const string Character = """
        {"type":"object","required":["character_id","action"],"properties":{"character_id":{"type":"string","enum":["assistant"]},"action":{"type":"string"},"emotion":{"type":"string"}}}
        """;

    public static void Serve(FakeServices services) => services.On("providers", "GET", "/internal/catalog", 200, new JsonObject
    {
        ["models"] = new JsonArray(
            Model("animatediff", "AnimateDiff", "Animation generation from static images", 20, Animate,
                """{"modes":["image_to_video"],"type":"image-to-video","max_width":512,"max_height":512,"max_duration_seconds":5,"formats":["mp4"],"gpu_memory_gb":6}"""),
            Model("character-animation", "Character Animation", "Lets a known character act", 45, Character, """
                {"modes":["text_to_video"],"type":"character-animation","characters":[{"id":"assistant"}],"fps":24,"max_width":1280,"max_height":1280,
                  "min_duration_seconds":1,"max_duration_seconds":10,"formats":["mp4"]}
                """),
            Model("retired", "Retired", "Old", 9, Svd, "{}", active: false),
            Model("stable-video-diffusion", "Stable Video Diffusion", "High-quality text-to-video generation", 30, Svd, """
                {"modes":["text_to_video"],"type":"text-to-video","version":"1.1","min_width":256,"min_height":256,"max_width":1024,"max_height":1024,
                  "min_duration_seconds":1,"max_duration_seconds":10,"min_fps":8,"max_fps":30,"formats":["mp4"],"negative_prompt":true,"style":true,
                  "gpu_memory_gb":8,"vram_usage_gb":6,"load_seconds":15}
                """),
            Model("veo3", "Veo", "Another API's", 60, Svd, "{}", dialect: "vydra")),
    }.ToJsonString(), ("ETag", "\"1\""));

    static JsonObject Model(string slug, string name, string description, int seconds, string schema, string capabilities, bool active = true, string dialect = "visualizr") => new()
    {
        ["slug"] = slug,
        ["name"] = name,
        ["kind"] = "video",
        ["family"] = slug,
        ["vendor"] = "comfyui",
        ["description"] = description,
        ["price"] = new JsonObject { ["version"] = 1, ["credits"] = 25, ["unit"] = "video" },
        ["input_schema"] = JsonNode.Parse(schema),
        ["expected_seconds"] = seconds,
        ["deadline_seconds"] = 600,
        ["capabilities"] = JsonNode.Parse(capabilities),
        ["dialects"] = new JsonObject { [dialect] = slug },
        ["active"] = active,
    };
}
