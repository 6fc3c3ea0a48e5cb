using System.Net.Http.Json;
using System.Text.Json.Nodes;
using VideoGen.System.Tests.Stage;

namespace VideoGen.System.Tests.Crossing;

/// <summary>A small job as the clients of one API submit it. A new dialect adds a row.</summary>
/// <param name="Id">Where the answer shows the job's id.</param>
sealed record Maker(Door Door, string Path, Func<HttpContent> Body, string Id)
{
    public static IReadOnlyList<Maker> All { get; } =
    [
        new(Door.Native, "jobs", () => Json(new { model = "wan2.1", input = new { prompt = "native", width = 256, height = 256, length = 9 } }), "id"),
        new(Door.VividFlow, "generate", () => new MultipartFormDataContent
        {
            { TheSystem.Files.Part("picture.jpg"), "image", "picture.jpg" },
            { new StringContent("vivid"), "prompt" },
            { new StringContent("256"), "width" },
            { new StringContent("256"), "height" },
            { new StringContent("9"), "length" },
        }, "job_id"),
        new(Door.Vydra, "models/kling-motion-control", () => Json(new
        {
            image_url = TheSystem.Files.UrlOf("picture.jpg"),
            video_url = TheSystem.Files.UrlOf("clip.mp4"),
        }), "jobId"),
        new(Door.AiStudio, "video-jobs", () => new MultipartFormDataContent
        {
            { new StringContent("studio"), "prompt" },
            { new StringContent("veo-3.1-fast-generate-preview"), "model" },
            { new StringContent("720p"), "resolution" },
            { new StringContent("9:16"), "aspectRatio" },
            { new StringContent("4"), "durationSeconds" },
        }, "id"),
        new(Door.Vsl, "generate-media", () => Json(new
        {
            userId = "someone",
            mediaType = "image",
            modelId = "flux-schnell",
            parameters = new { prompt = "vsl", width = 256, height = 256 },
        }), "jobId"),
        new(Door.Visualizr, "api/v1/generate/video", () => Json(new { prompt = "visualizr", width = 256, height = 256, num_frames = 9, fps = 9 }), "request_id"),
    ];

    public async Task<Guid> SubmitAsync(Customer customer)
    {
        using var http = customer.Open(Door);
        using var body = Body();
        using var answer = await http.PostAsync(Path, body);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.That(answer.IsSuccessStatusCode, Is.True, $"{Door}: {text}");
        return JobStory.NativeId(JsonNode.Parse(text)![Id]!.GetValue<string>());
    }

    public override string ToString() => Door.Name;

    static JsonContent Json(object body) => JsonContent.Create(body);
}
