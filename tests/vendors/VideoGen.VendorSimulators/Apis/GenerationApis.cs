using System.Text.Json.Nodes;

namespace VideoGen.VendorSimulators.Apis;

/// <summary>Replicate's predictions.</summary>
internal sealed class ReplicateApi : IWireApi
{
    public string Name => "replicate";

    public void Map(RouteGroupBuilder routes, SimulatedVendor vendor)
    {
        routes.MapPost("/models/{owner}/{name}/predictions", http =>
            vendor.CreateAsync(http, "model", job => Prediction(job, Stage.Waiting, 201), Refused, body =>
            Only(body, "input", "webhook", "webhook_events_filter")));
        routes.MapPost("/predictions", http => vendor.CreateAsync(http, "version", job => Prediction(job, Stage.Waiting, 201), Refused,
            body => OpenAiApi.Missing(body, "version") ?? Only(body, "version", "input", "webhook", "webhook_events_filter")));
        routes.MapGet("/predictions/{id}", (HttpContext http, string id) =>
            vendor.ReadAsync(http, id, (job, stage) => Prediction(job, stage, 200), Unknown));
        // Asynchronous: the answer may still say processing.
        routes.MapPost("/predictions/{id}/cancel", (HttpContext http, string id) =>
            vendor.CancelAsync(http, id, job => Prediction(job, Stage.Running, 200), Unknown));
    }

    static Reply Unknown { get; } = Reply.Of(404,
        new { title = "Not found", detail = "The requested resource could not be found.", status = 404 });

    static string? Only(JsonObject body, params IReadOnlyList<string> names) =>
        body.Select(member => member.Key).FirstOrDefault(name => !names.Contains(name)) is { } unknown
            ? $"Additional property {unknown} is not allowed" : body["input"] is JsonObject ? null : "input is required";

    static Reply Prediction(Job job, Stage stage, int status) => Reply.Of(status, new
    {
        id = job.Id,
        version = "hidden",
        logs = "",
        output = stage == Stage.Done ? new[] { job.Url } : null,
        data_removed = false,
        error = stage switch { Stage.Failed => "Prediction interrupted; please retry (code: PA)", Stage.FailedContent =>
            "The input or output was flagged as sensitive. (E005)", _ => null },
        status = stage switch { Stage.Waiting => "starting", Stage.Running => "processing", Stage.Done => "succeeded", Stage.Cancelled =>
            "canceled", _ => "failed" },
        metrics = stage == Stage.Done ? new { predict_time = 0.86 } : null,
    });

    static Reply Refused(Behaviour why) => why switch
    {
        Behaviour.RefuseContent =>
            Reply.Of(422, new { title = "Input validation failed", detail = "The input or output was flagged as sensitive. (E005)",
            status = 422 }),
        Behaviour.RefuseInput =>
            Reply.Of(422, new { detail = "- input.output_format: must be one of", status = 422, title = "Input validation failed" }),
        Behaviour.RefuseMoney =>
            Reply.Of(402, new { title = "Insufficient credit", detail = "You have insufficient credit to run this model.", status = 402 }),
        Behaviour.RefuseKey =>
            Reply.Of(401, new { title = "Unauthenticated", detail = "You did not pass a valid authentication token", status = 401 }),
        Behaviour.Busy => Reply.Of(429, new { detail = "Request was throttled. Your rate limit resets in ~30s.", status = 429 }),
        _ => Reply.Of(422, new { title = "Invalid version or not permitted", detail = "The specified version does not exist",
            status = 422 }),
    };
}

/// <summary>xAI: videos by polling, with 202 while pending; images at once.</summary>
internal sealed class XAiApi : IWireApi
{
    public string Name => "xai";

    public void Map(RouteGroupBuilder routes, SimulatedVendor vendor)
    {
        foreach (var operation in (string[])["generations", "edits", "extensions"])
            routes.MapPost($"/videos/{operation}", http =>
                vendor.CreateAsync(http, "video", job => Reply.Ok(new { request_id = job.Id }), Refused, body =>
                OpenAiApi.Missing(body, "model")));
        routes.MapGet("/videos/{id}", (HttpContext http, string id) =>
            vendor.ReadAsync(http, id, Video, Reply.Of(404, new { code = "not-found", error = "not found" })));
        routes.MapPost("/images/generations", http => vendor.CreateAsync(http, "image",
            job => Reply.Ok(new { data = new[] { new { url = job.Url, mime_type = "image/jpeg", respect_moderation = true } },
                usage = new { cost_in_usd_ticks = 400_000_000L } }), Refused));
    }

    static Reply Video(Job job, Stage stage) => stage switch
    {
        Stage.Waiting => new Reply(202),
        Stage.Running => Reply.Of(202, new { status = "pending", progress = 42 }),
        Stage.Done => Reply.Ok(new { status = "done", progress = 100,
            video = new { url = job.Url, duration = 8, respect_moderation = true }, usage = new { cost_in_usd_ticks = 6_400_000_000L } }),
        Stage.FailedContent => Reply.Ok(new { status = "done", video = new { url = "", respect_moderation = false } }),
        _ => Reply.Ok(new { status = "failed", error = new { code = "internal_error", message = "boom" } }),
    };

    static Reply Refused(Behaviour why) => why switch
    {
        Behaviour.RefuseContent =>
            Reply.Of(400, new { code = "imagine:content-moderated", error = "Generated image rejected by content moderation.",
            usage = new { cost_in_usd_ticks = 900_000_000L } }),
        Behaviour.RefuseInput =>
            Reply.Of(422, new { code = "invalid-argument",
            error = "Failed to deserialize the JSON body into the target type: duration: invalid type" }),
        Behaviour.RefuseMoney =>
            Reply.Of(429, new { code = "resource-exhausted",
            error = "Your team has either used all available credits or reached its monthly spending limit." }),
        Behaviour.RefuseKey => Reply.Of(400, new { code = "invalid-argument", error = "Incorrect API key provided: xa***==." }),
        Behaviour.Busy => Reply.Of(429, new { code = "resource-exhausted", error = "Too many requests for team t and model m." }),
        _ => Reply.Of(404, new { code = "not-found", error = "The model does not exist" }),
    };
}

/// <summary>Black Forest Labs: the answer says where the work is read.</summary>
internal sealed class BflApi : IWireApi
{
    public string Name => "bfl";

    public void Map(RouteGroupBuilder routes, SimulatedVendor vendor)
    {
        routes.MapPost("/v1/{model}", (HttpContext http, string model) =>
            vendor.CreateAsync(http, model, Created, Refused, body =>
            http.Request.Headers["x-key"].Count == 1 ? OpenAiApi.Missing(body, "prompt") : "the key is in x-key"));
        // Only here: a description that builds the address itself finds nothing.
        routes.MapGet("/elsewhere/{id}", (HttpContext http, string id) => vendor.ReadAsync(http, id, Read, new Reply(404)));
        routes.MapGet("/v1/get_result", (HttpContext http, string id) =>
            vendor.Find(id) is null ? SimulatedVendor.WriteAsync(http, Reply.Ok(new { id, status = "Task not found" }))
            : SimulatedVendor.WriteAsync(http, new Reply(404)));
    }

    static Reply Created(Job job) => Reply.Ok(new { id = job.Id, polling_url = $"{job.Origin}/bfl/elsewhere/{job.Id}", cost = 4 });

    static Reply Read(Job job, Stage stage) => Reply.Ok(new
    {
        id = job.Id,
        status = stage switch { Stage.Waiting or Stage.Running => "Pending", Stage.Done => "Ready", Stage.FailedContent =>
            "Content Moderated", _ => "Error" },
        progress = stage == Stage.Running ? 0.3 : 0,
        result = stage == Stage.Done ? new { sample = job.Url } : null,
    });

    static Reply Refused(Behaviour why) => why switch
    {
        Behaviour.RefuseInput =>
            Reply.Of(422, new { detail = new[] { new { loc = new[] { "body", "prompt" }, msg = "Field required", type = "missing" } } }),
        Behaviour.RefuseMoney => Reply.Of(402, new { detail = "Insufficient credits" }),
        Behaviour.RefuseKey => Reply.Of(403, new { detail = "Not authenticated" }),
        Behaviour.Busy => Reply.Of(429, new { detail = "Rate limit exceeded" }),
        _ => Reply.Of(404, new { detail = "Not Found" }),
    };
}

/// <summary>Servers that speak the shape of OpenAI's videos.</summary>
internal sealed class OpenAiVideosApi : IWireApi
{
    public string Name => "openai-videos";

    public void Map(RouteGroupBuilder routes, SimulatedVendor vendor)
    {
        routes.MapPost("/v1/videos", http =>
            vendor.CreateAsync(http, http.Request.HasFormContentType ? "multipart" : "json", job =>
            Video(job, Stage.Waiting), Refused, body => OpenAiApi.Missing(body, "prompt")));
        routes.MapGet("/v1/videos", http =>
            SimulatedVendor.WriteAsync(http,
            Reply.Ok(new { @object = "list", data = vendor.Jobs.Select(job => Video(job, Stage.Running).Body), has_more = false })));
        routes.MapGet("/v1/videos/{id}", (HttpContext http, string id) => vendor.ReadAsync(http, id, Video, Unknown));
        routes.MapGet("/v1/videos/{id}/content", (HttpContext http, string id) =>
            SimulatedVendor.WriteAsync(http, vendor.Find(id) is { } job ? vendor.Made(Reply.File("video/mp4"), job) : Unknown));
        routes.MapDelete("/v1/videos/{id}", (HttpContext http, string id) =>
            vendor.CancelAsync(http, id, job => Reply.Ok(new { id, @object = "video.deleted", deleted = true }), Unknown));
        routes.MapPost("/video", http =>
            vendor.CreateAsync(http, "local_ai", job =>
            Reply.Ok(new { created = 1, data = new[] { new { b64_json = Convert.ToBase64String(SimulatedVendors.File) } } }), Refused));
    }

    static Reply Unknown { get; } = Reply.Of(404, new { error = new { message = "Video not found" } });

    static Reply Video(Job job, Stage stage) => stage == Stage.Cancelled ? Unknown : Reply.Ok(new
    {
        id = job.Id,
        @object = "video",
        prompt = job.Text("prompt"),
        model = job.Text("model"),
        status = stage switch { Stage.Waiting => "queued", Stage.Running => "in_progress", Stage.Done => "completed", _ => "failed" },
        progress = stage switch { Stage.Running => 33, Stage.Done => 100, _ => 0 },
        created_at = job.CreatedAt.ToUnixTimeSeconds(),
        error = stage switch { Stage.Failed => new { code = "internal_error", message = "CUDA out of memory" }, Stage.FailedContent =>
            new { code = "moderation_blocked", message = "x" }, _ => null },
    });

    static Reply Refused(Behaviour why) => why switch
    {
        Behaviour.RefuseContent => Reply.Of(400, new { error = new { code = "content_policy_violation", message = "x" } }),
        Behaviour.RefuseInput => Reply.Of(422, new { detail = "size must be" }),
        Behaviour.RefuseMoney or Behaviour.RefuseKey => Reply.Of(401, new { error = new { message = "Unauthorized" } }),
        Behaviour.Busy => Reply.Of(429, new { error = new { message = "busy" } }),
        _ => Reply.Of(404, new { error = new { code = "model_not_found", message = "The model does not exist" } }),
    };
}
