using System.Text.Json.Nodes;

namespace VideoGen.VendorSimulators.Apis;

/// <summary>LTX: 202 for a task; its first version answers with the film itself.</summary>
internal sealed class LtxApi : IWireApi
{
    public string Name => "ltx";

    public void Map(RouteGroupBuilder routes, SimulatedVendor vendor)
    {
        foreach (var kind in (string[])["text-to-video", "image-to-video", "audio-to-video", "extend", "retake"])
        {
            routes.MapPost($"/v2/{kind}", http =>
                vendor.CreateAsync(http, kind, job => Reply.Of(202, new { id = job.Id }), Refused, body =>
                OpenAiApi.Missing(body, "model")));
            routes.MapGet($"/v2/{kind}/{{id}}", (HttpContext http, string id) =>
                vendor.ReadAsync(http, id, Read, Reply.Of(404, new { error = new { message = "not found" } })));
        }

        routes.MapPost("/v1/text-to-video", http =>
            vendor.CreateAsync(http, "now", _ => Reply.File("video/mp4"), Refused, body => OpenAiApi.Missing(body, "model", "prompt")));
    }

    static Reply Read(Job job, Stage stage) => Reply.Ok(new
    {
        id = job.Id,
        status = stage switch { Stage.Waiting => "pending", Stage.Running => "processing", Stage.Done => "completed", _ => "failed" },
        result = stage == Stage.Done ? new { video_url = job.Url } : null,
        error = stage switch { Stage.Failed => new { type = "api_error", message = "x" }, Stage.FailedContent =>
            new { type = "content_filtered_error", message = "x" }, _ => null },
    });

    static Reply Refused(Behaviour why) => why switch
    {
        Behaviour.RefuseContent => Error(422, "content_filtered_error"),
        Behaviour.RefuseInput => Error(400, "invalid_request_error"),
        Behaviour.RefuseMoney => Error(402, "insufficient_funds_error"),
        Behaviour.RefuseKey => Error(401, "authentication_error"),
        Behaviour.Busy => Error(429, "rate_limit_error"),
        _ => Error(404, "not_found_error"),
    };

    static Reply Error(int status, string type) => Reply.Of(status, new { error = new { type, message = "x" } });
}

/// <summary>Luma's Agents API.</summary>
internal sealed class LumaApi : IWireApi
{
    public string Name => "luma";

    public void Map(RouteGroupBuilder routes, SimulatedVendor vendor)
    {
        routes.MapPost("/v1/generations", http =>
            vendor.CreateAsync(http, "video", job => Generation(job, Stage.Waiting) with { Status = 201 }, Refused, body =>
            OpenAiApi.Missing(body, "model", "type")));
        routes.MapGet("/v1/generations/{id}", (HttpContext http, string id) =>
            vendor.ReadAsync(http, id, Generation, Reply.Of(404, new { detail = "Generation not found" })));
    }

    static Reply Generation(Job job, Stage stage) => Reply.Ok(new
    {
        id = job.Id,
        state = stage switch { Stage.Waiting => "queued", Stage.Running => "processing", Stage.Done => "completed", _ => "failed" },
        output = stage == Stage.Done ? new[] { new { type = "video", url = job.Url } } : [],
        failure_reason = stage switch
        {
            Stage.Failed => "Generation failed",
            Stage.FailedContent => "Generation output was flagged by our content moderation system.",
            _ => null,
        },
        failure_code = stage switch { Stage.Failed => "generation_failed", Stage.FailedContent => "content_moderated", _ => null },
    });

    /// <summary>Content is judged later, never in the answer to a create.</summary>
    static Reply Refused(Behaviour why) => why switch
    {
        Behaviour.RefuseContent or Behaviour.RefuseInput =>
            Reply.Of(400, new { detail = "Prompt must be between 1 and 6000 characters" }),
        Behaviour.RefuseMoney => Reply.Of(402, new { detail = "Insufficient credits. Please add credits to continue." }),
        Behaviour.RefuseKey => Reply.Of(401, new { detail = "Missing or invalid API key" }),
        Behaviour.Busy => Reply.Of(429, new { detail = "Too many concurrent jobs" }),
        _ => Reply.Of(400, new { detail = "Unknown model: some-model" }),
    };
}

/// <summary>Luma's older API: a list with the prompts, a DELETE.</summary>
internal sealed class LumaDreamMachineApi : IWireApi
{
    public string Name => "luma-dream-machine";

    public void Map(RouteGroupBuilder routes, SimulatedVendor vendor)
    {
        routes.MapPost("/generations/video", http =>
            vendor.CreateAsync(http, "video", job => Generation(job, Stage.Waiting) with { Status = 201 }, Refused, body =>
            OpenAiApi.Missing(body, "model", "prompt")));
        routes.MapGet("/generations", http =>
            SimulatedVendor.WriteAsync(http,
            new Reply(200, new JsonObject {
            ["generations"] = new JsonArray([.. vendor.Jobs.Select(job => Generation(job, Stage.Running).Body)]) })));
        routes.MapGet("/generations/{id}", (HttpContext http, string id) =>
            vendor.ReadAsync(http, id, Generation, Reply.Of(404, new { detail = "not found" })));
        routes.MapDelete("/generations/{id}", (HttpContext http, string id) =>
            vendor.CancelAsync(http, id, _ => new Reply(204), new Reply(404)));
    }

    static Reply Generation(Job job, Stage stage) => stage == Stage.Cancelled ? Reply.Of(404, new { detail = "not found" }) : Reply.Ok(new
    {
        id = job.Id,
        state = stage switch { Stage.Waiting => "queued", Stage.Running => "dreaming", Stage.Done => "completed", _ => "failed" },
        created_at = job.CreatedAt.ToString("O"),
        model = job.Text("model"),
        request = new { prompt = job.Text("prompt") },
        assets = stage == Stage.Done ? new { video = job.Url } : null,
        failure_reason = stage switch { Stage.Failed => "internal", Stage.FailedContent => "Frame 0 moderation failed", _ => null },
    });

    static Reply Refused(Behaviour why) => why switch
    {
        Behaviour.RefuseContent => Reply.Of(400, new { detail = "Prompt not allowed because advanced moderation failed" }),
        Behaviour.RefuseInput => Reply.Of(400, new { detail = "duration must be 5s or 9s" }),
        Behaviour.RefuseMoney => Reply.Of(400, new { detail = "Insufficient credits" }),
        Behaviour.RefuseKey => Reply.Of(401, new { detail = "Not authenticated" }),
        Behaviour.Busy => Reply.Of(429, new { detail = "Too many requests" }),
        _ => Reply.Of(404, new { detail = "Model not found" }),
    };
}

/// <summary>Vidu: a key behind the word Token, creations in a list.</summary>
internal sealed class ViduApi : IWireApi
{
    public string Name => "vidu";

    public void Map(RouteGroupBuilder routes, SimulatedVendor vendor)
    {
        foreach (var kind in (string[])["text2video", "img2video", "start-end2video", "reference2video"])
            routes.MapPost($"/ent/v2/{kind}", http =>
                vendor.CreateAsync(http, kind, job => Reply.Ok(new { task_id = job.Id, state = "created", credits = 4 }), Refused,
                body => http.Request.Headers.Authorization.ToString().StartsWith("Token ", StringComparison.Ordinal)
                    ? OpenAiApi.Missing(body, "model") : "the key stands behind Token"));
        routes.MapGet("/ent/v2/tasks/{id}/creations", (HttpContext http, string id) =>
            vendor.ReadAsync(http, id, Read, Reply.Of(404, new { message = "task not found" })));
        routes.MapPost("/ent/v2/tasks/{id}/cancel", (HttpContext http, string id) =>
            vendor.CancelAsync(http, id, _ => new Reply(200, new JsonObject()), new Reply(404, new JsonObject())));
    }

    static Reply Read(Job job, Stage stage) => Reply.Ok(new
    {
        id = job.Id,
        state = stage switch { Stage.Waiting => "queueing", Stage.Running => "processing", Stage.Done => "success", _ => "failed" },
        err_code = stage switch { Stage.Failed => "SystemError", Stage.FailedContent => "CreationPolicyViolation",
            Stage.Cancelled => "Canceled", _ => "" },
        credits = 4,
        creations = stage == Stage.Done ? new[] { new { id = "c", url = job.Url, cover_url = "https://cdn.example/c.jpg" } } : [],
    });

    static Reply Refused(Behaviour why) => why switch
    {
        Behaviour.RefuseContent => Reply.Of(400, new { code = 400, reason = "AuditSubmitIllegal", message = "x" }),
        Behaviour.RefuseInput => Reply.Of(400, new { code = 400, reason = "FieldInvalid", message = "x" }),
        Behaviour.RefuseMoney => Reply.Of(400, new { code = 400, reason = "CreditInsufficient", message = "x" }),
        Behaviour.RefuseKey => Reply.Of(401, new { code = 401, reason = "Unauthorized", message = "x" }),
        Behaviour.Busy => Reply.Of(429, new { code = 429, reason = "TooManyRequests", message = "x" }),
        _ => Reply.Of(400, new { code = 400, reason = "ModelUnavailable", message = "x" }),
    };
}
