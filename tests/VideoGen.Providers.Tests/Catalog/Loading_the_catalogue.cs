using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;
using VideoGen.Providers.Catalog;
using VideoGen.Providers.Contracts;
using VideoGen.Providers.Tests.Harness;

namespace VideoGen.Providers.Tests.Catalog;

[TestFixture]
internal sealed class Loading_the_catalogue
{
    static readonly FakeConnectors Connectors = new();

    static readonly IReadOnlyList<CatalogModel> Shipped = ModelCatalog.Read(ServiceSettings.CatalogFolder, Connectors.All).Models;

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
    public void The_validator_of_jobs_reads_every_schema_and_takes_its_defaults(string slug)
    {
        var model = Shipped.Single(each => each.Slug == slug);
        var schema = Compiled(slug);
        var input = new JsonObject();
        foreach (var property in model.InputSchema.GetProperty("properties").EnumerateObject())
        {
            if (property.Value.TryGetProperty("default", out var value)) input[property.Name] = JsonNode.Parse(value.GetRawText());
            else if (property.Value.GetProperty("type").GetString() == "array") input[property.Name] = new JsonArray("a", "b");
            else if (model.InputSchema.GetProperty("required").EnumerateArray().Any(name => name.GetString() == property.Name)) input[property.Name] = property.Value.TryGetProperty("enum", out var values) ? values[0].GetString() : "some text";
        }

        // One of the alternatives, where the model has any.
        if (model.InputSchema.TryGetProperty("anyOf", out var alternatives) && alternatives[0].TryGetProperty("required", out var one))
            input[one[0].GetString()!] = OneOf(model.InputSchema, one[0].GetString()!);

        Assert.That(FaultsOf(schema, input.ToJsonString()), Is.Empty);
        input["no_such_input"] = 1;
        Assert.That(FaultsOf(schema, input.ToJsonString()), Has.Count.EqualTo(1));
    }

    [TestCase("asmr-generator", "{}", 1)]
    [TestCase("asmr-generator", """{"theme":"kinetic_sand"}""", 0)]
    [TestCase("asmr-generator", """{"customPrompt":"rain on glass"}""", 0)]
    [TestCase("grok-imagine", """{"prompt":"x","model":"text-to-video"}""", 0)]
    [TestCase("grok-imagine", """{"prompt":"x","model":"image-to-video"}""", 1)]
    [TestCase("grok-imagine", """{"prompt":"x","model":"image-to-video","image_url":"http://x/y.png"}""", 0)]
    [TestCase("veo-3.1-fast-generate-preview", """{"resolution":"720p","aspectRatio":"16:9"}""", 1)]
    [TestCase("veo-3.1-fast-generate-preview", """{"resolution":"720p","aspectRatio":"16:9","initialImage":"http://x/y.png"}""", 0)]
    [TestCase("veo-3.1-fast-generate-preview", """{"resolution":"720p","aspectRatio":"16:9","prompt":"x","durationSeconds":6}""", 1)]
    [TestCase("veo-3.1-fast-generate-preview", """{"resolution":"720p","aspectRatio":"16:9","prompt":"x"}""", 0)]
    [TestCase("veo-3.1-fast-generate-preview", """{"resolution":"720p","aspectRatio":"16:9","prompt":"x","endFrame":"http://x/y.png"}""", 1)]
    [TestCase("veo-3.1-fast-generate-preview", """{"resolution":"720p","aspectRatio":"16:9","endFrame":"http://x/y.png"}""", 1)]
    [TestCase("veo-3.1-fast-generate-preview", """{"resolution":"720p","aspectRatio":"16:9","initialImage":"http://x/y.png","endFrame":"http://x/y.png"}""", 0)]
    public void The_validator_of_jobs_obeys_the_alternatives(string slug, string input, int faults)
    {
        Assert.That(FaultsOf(Compiled(slug), input), Has.Count.EqualTo(faults));
    }

    [TestCase("veo3", "aspect_ratio", "\"16:9\"", null, null)]
    [TestCase("grok-imagine", "duration", "10", 1, 15)]
    [TestCase("kling-motion-control", "keep_original_sound", "true", null, null)]
    [TestCase("veo-3.1-fast-generate-preview", "durationSeconds", "8", null, null)]
    [TestCase("veo-3.1-fast-generate-preview", "generateAudio", "false", null, null)]
    [TestCase("stability-video", "motion_bucket_id", "127", 1, 255)]
    [TestCase("stability-video", "fps", "24", 5, 30)]
    [TestCase("stability-video", "num_frames", "25", 14, 25)]
    [TestCase("flux-schnell", "width", "1024", 256, 1536)]
    [TestCase("flux-schnell", "num_outputs", "1", 1, 4)]
    [TestCase("sdxl", "num_inference_steps", "50", 1, 500)]
    [TestCase("sdxl", "guidance_scale", "7.5", 1, 50)]
    [TestCase("musicgen", "duration", "8", 1, 30)]
    [TestCase("musicgen", "temperature", "1.0", 0, 2)]
    [TestCase("musicgen", "top_k", "250", 0, 2048)]
    [TestCase("musicgen", "top_p", "0.0", 0, 1)]
    [TestCase("stable-video-diffusion", "width", "1024", 256, 1024)]
    [TestCase("stable-video-diffusion", "num_frames", "24", 1, 300)]
    [TestCase("stable-video-diffusion", "fps", "8", 8, 30)]
    [TestCase("stable-video-diffusion", "num_inference_steps", "25", 10, 50)]
    [TestCase("stable-video-diffusion", "guidance_scale", "7.5", 1, 20)]
    [TestCase("animatediff", "duration_seconds", "3", 1, 5)]
    [TestCase("animatediff", "fps", "24", 8, 30)]
    [TestCase("animatediff", "motion_strength", "0.7", 0, 1)]
    [TestCase("character-animation", "duration_seconds", "5", 1, 10)]
    [TestCase("character-animation", "resolution", "\"1024x1024\"", null, null)]
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

    [TestCase("veo3", "prompt,aspect_ratio")]
    [TestCase("grok-imagine", "prompt,model,aspect_ratio,duration,image_url")]
    [TestCase("kling-motion-control", "image_url,video_url,prompt,keep_original_sound")]
    [TestCase("asmr-generator", "theme,customPrompt")]
    [TestCase("veo-3.1-fast-generate-preview", "prompt,resolution,aspectRatio,durationSeconds,generateAudio,initialImage,endFrame,referenceImages")]
    [TestCase("stability-video", "image,motion_bucket_id,fps,num_frames")]
    [TestCase("flux-schnell", "prompt,width,height,num_outputs")]
    [TestCase("sdxl", "prompt,negative_prompt,width,height,num_inference_steps,guidance_scale")]
    [TestCase("musicgen", "prompt,duration,temperature,top_k,top_p")]
    [TestCase("stable-video-diffusion", "prompt,negative_prompt,width,height,num_frames,fps,num_inference_steps,guidance_scale,seed,style")]
    [TestCase("animatediff", "image,motion_prompt,duration_seconds,fps,motion_strength")]
    [TestCase("character-animation", "character_id,action,emotion,background,duration_seconds,resolution,animation_style")]
    [TestCase("wan2.1", "prompt,image,negative_prompt,cfg,width,height,length,steps,seed")]
    [TestCase("veo3.1", "prompt,image,duration_seconds,resolution,camera_motion,subject_animation,environmental_animation,person_generation,generate_audio,enhance_prompt")]
    public void Models_have_exactly_the_documented_parameters(string slug, string names) =>
        Assert.That(Shipped.Single(model => model.Slug == slug).InputSchema.GetProperty("properties").EnumerateObject().Select(property => property.Name),
            Is.EquivalentTo(names.Split(',')));

    [Test]
    public void A_month_of_the_free_plan_buys_more_than_one_video() =>
        Assert.That(Shipped.Where(model => model.Slug is "wan2.1" or "veo3.1").Select(model => model.Price.Minimum), Has.All.InRange(1, 100));

    static JsonSchema Compiled(string slug) =>
        JsonSchema.Build(Shipped.Single(model => model.Slug == slug).InputSchema, new BuildOptions { SchemaRegistry = new SchemaRegistry() });

    /// <summary>The places that are wrong by themselves; alternatives of which none fits count as one.</summary>
    static List<string> FaultsOf(JsonSchema schema, string input)
    {
        using var document = JsonDocument.Parse(input);
        var result = schema.Evaluate(document.RootElement, new EvaluationOptions { OutputFormat = OutputFormat.Hierarchical });
        var parts = (result.Details ?? []).ToLookup(part => part.EvaluationPath.ToString().StartsWith("/anyOf/", StringComparison.Ordinal));
        var faults = parts[false].Where(part => !part.IsValid).Select(part => part.InstanceLocation.ToString()).ToList();
        if (parts[true].Any() && parts[true].All(alternative => !alternative.IsValid)) faults.Add("anyOf");
        if (result.Errors?.ContainsKey("required") == true) faults.Add("required");
        Assert.That(result.IsValid, Is.EqualTo(faults.Count == 0));
        return faults;
    }

    static string OneOf(JsonElement schema, string name) =>
        schema.GetProperty("properties").GetProperty(name).TryGetProperty("enum", out var values) ? values[0].GetString()! : "some text";
}
