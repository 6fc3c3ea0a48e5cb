using System.Text.Json.Nodes;

namespace VideoGen.VendorSimulators.Apis;

/// <summary>BytePlus Ark: content in parts, a DELETE that cancels what waits and deletes what has ended.</summary>
internal sealed class ArkApi : IWireApi
{
    static readonly string[] Known = ["model", "content", "ratio", "resolution", "duration", "seed", "camera_fixed", "watermark",
        "generate_audio", "service_tier", "execution_expires_after", "callback_url"];

    public string Name => "ark";

    public void Map(RouteGroupBuilder routes, SimulatedVendor vendor)
    {
        const string Tasks = "/contents/generations/tasks";
        routes.MapPost(Tasks, http => vendor.CreateAsync(http, "video", job => Reply.Ok(new { id = job.Id }), Refused, Check));
        // The list shows one tier only, and not the cheaper one unless it is asked for.
        routes.MapGet(Tasks, http =>
        {
            var tier = (string?)http.Request.Query["filter.service_tier"] ?? "default";
            var jobs = vendor.Jobs.Where(job => (job.Text("service_tier") ?? "default") == tier).ToList();
            return SimulatedVendor.WriteAsync(http, Reply.Ok(new
            {
                items = jobs.Select(job =>
                    new { id = job.Id, model = job.Text("model"), status = "running", created_at = job.CreatedAt.ToUnixTimeSeconds() }),
                total = jobs.Count,
            }));
        });
        routes.MapGet(Tasks + "/{id}", (HttpContext http, string id) => vendor.ReadAsync(http, id, Read, Unknown));
        routes.MapDelete(Tasks + "/{id}", (HttpContext http, string id) =>
            vendor.CancelAsync(http, id, _ => new Reply(200, new JsonObject()), Unknown));
    }

    static Reply Unknown { get; } = Error(404, "ResourceNotFound");

    /// <summary>A field that the model does not know is a 400; frames and references exclude each other.</summary>
    static string? Check(JsonObject body)
    {
        if (body.Select(member => member.Key)
            .FirstOrDefault(name => !Known.Contains(name)) is { } unknown) return $"unknown field {unknown}";
        if (body["content"] is not JsonArray { Count: > 0 } content) return "content is missing";
        var roles = content.Select(part => (string?)part!["role"] ?? "").ToList();
        return roles.Exists(role => role.EndsWith("frame", StringComparison.Ordinal))
            && roles.Exists(role => role.StartsWith("reference", StringComparison.Ordinal)) ? "roles" : null;
    }

    static Reply Read(Job job, Stage stage) => Reply.Ok(new
    {
        id = job.Id,
        status = stage switch { Stage.Waiting => "queued", Stage.Running => "running", Stage.Done => "succeeded", Stage.Cancelled =>
            "cancelled", _ => "failed" },
        content = stage == Stage.Done ? new { video_url = job.Url } : null,
        usage = stage == Stage.Done ? new { completion_tokens = 108900 } : null,
        error = stage switch { Stage.Failed => new { code = "InternalServiceError", message = "x" }, Stage.FailedContent =>
            new { code = "OutputVideoSensitiveContentDetected.PolicyViolation", message = "x" }, _ => null },
    });

    static Reply Refused(Behaviour why) => why switch
    {
        Behaviour.RefuseContent => Error(400, "InputTextSensitiveContentDetected.Unknown"),
        Behaviour.RefuseInput => Error(400, "InvalidParameter"),
        Behaviour.RefuseMoney => Error(429, "QuotaExceeded"),
        Behaviour.RefuseKey => Error(401, "AuthenticationError"),
        Behaviour.Busy => Error(429, "RequestBurstTooFast"),
        _ => Error(404, "InvalidEndpointOrModel.NotFound"),
    };

    static Reply Error(int status, string code) => Reply.Of(status, new { error = new { code, message = "x" } });
}

/// <summary>MiniMax: V2 like Ark, V1 with errors in a 200 and a file that is read for itself.</summary>
internal sealed class MiniMaxApi : IWireApi
{
    public string Name => "minimax";

    public void Map(RouteGroupBuilder routes, SimulatedVendor vendor)
    {
        routes.MapPost("/v2/video_generation", http =>
            vendor.CreateAsync(http, "v2", job => Reply.Ok(new { task_id = job.Id }), RefusedV2, body =>
            OpenAiApi.Missing(body, "model", "content")));
        routes.MapGet("/v2/query/video_generation/{id}", (HttpContext http, string id) =>
            vendor.ReadAsync(http, id, ReadV2, new Reply(404, new JsonObject())));
        routes.MapDelete("/v2/video_generation/{id}", (HttpContext http, string id) =>
            vendor.CancelAsync(http, id, _ => new Reply(200, new JsonObject()), new Reply(404, new JsonObject())));
        routes.MapPost("/v1/video_generation", http =>
            vendor.CreateAsync(http, "v1", job => Based(0, new JsonObject { ["task_id"] = job.Id }), RefusedV1, body =>
            OpenAiApi.Missing(body, "model", "prompt")));
        routes.MapGet("/v1/query/video_generation", (HttpContext http, string task_id) =>
            vendor.ReadAsync(http, task_id, ReadV1, new Reply(404, new JsonObject())));
        routes.MapGet("/v1/files/retrieve", (HttpContext http, string file_id) => SimulatedVendor.WriteAsync(
            http, vendor.Find(file_id) is { } job ? Based(0, new JsonObject { ["file"] = new JsonObject { ["download_url"] = job.Url } })
                : Based(2013)));
    }

    static Reply ReadV2(Job job, Stage stage) => Reply.Ok(new
    {
        task = new
        {
            usage = stage == Stage.Done ? new { total_seconds = 5, input_seconds = 0, output_seconds = 5 } : null,
            status = stage switch { Stage.Waiting => "queued", Stage.Running => "running", Stage.Done => "succeeded", Stage.Cancelled =>
                "cancelled", _ => "failed" },
            content = stage == Stage.Done ? new { url = job.Url } : null,
        },
    });

    static Reply ReadV1(Job job, Stage stage) => stage == Stage.FailedContent
        ? Based(1027, new JsonObject { ["status"] = "Fail" })
        : Based(0, new JsonObject
        {
            ["status"] = stage switch { Stage.Waiting => "Queueing", Stage.Running => "Processing", Stage.Done => "Success", _ => "Fail" },
            ["file_id"] = stage == Stage.Done ? job.Id : null,
        });

    static Reply RefusedV2(Behaviour why) =>
        new(why switch { Behaviour.RefuseKey or Behaviour.RefuseMoney => 401, Behaviour.Busy => 429, Behaviour.Retired => 404, _ =>
        400 }, new JsonObject());

    static Reply RefusedV1(Behaviour why) => Based(why switch
    {
        Behaviour.RefuseContent => 1026,
        Behaviour.RefuseInput => 2013,
        Behaviour.RefuseMoney => 1008,
        Behaviour.RefuseKey => 1004,
        Behaviour.Busy => 1002,
        _ => 2013,
    });

    static Reply Based(int code, JsonObject? rest = null)
    {
        rest ??= [];
        rest["base_resp"] = new JsonObject { ["status_code"] = code, ["status_msg"] = code == 0 ? "success" : "x" };
        return new Reply(200, rest);
    }
}

/// <summary>Kling: an envelope, whose code counts whatever the status; our own id finds the work.</summary>
internal sealed class KlingApi : IWireApi
{
    public string Name => "kling";

    public void Map(RouteGroupBuilder routes, SimulatedVendor vendor)
    {
        foreach (var kind in (string[])["text2video", "image2video", "omni-video", "motion-control"])
        {
            routes.MapPost($"/v1/videos/{kind}", http =>
                vendor.CreateAsync(http, kind, job => Envelope(200, 0, new { task_id = job.Id, task_status = "submitted" }), Refused,
                Check));
            routes.MapGet($"/v1/videos/{kind}/{{id}}", (HttpContext http, string id) => vendor.ReadAsync(
                http, vendor.Jobs.FirstOrDefault(job => job.Text("external_task_id") == id)?.Id ?? id, Read, Envelope(404, 1203, null)));
        }
    }

    static string? Check(JsonObject body) =>
        OpenAiApi.Missing(body, "model_name")
        ?? (body["duration"] is null || body["duration"]!.GetValueKind() == System.Text.Json.JsonValueKind.String ? null
        : "duration is a text");

    static Reply Read(Job job, Stage stage) => Envelope(200, 0, new
    {
        task_id = job.Id,
        task_status = stage switch { Stage.Waiting => "submitted", Stage.Running => "processing", Stage.Done => "succeed", _ => "failed" },
        task_status_msg = stage == Stage.FailedContent ? "Failure to pass the risk control system" : "",
        final_unit_deduction = stage == Stage.Done ? "3.5" : null,
        task_result = stage == Stage.Done ? new { videos = new[] { new { id = "v", url = job.Url, duration = "5" } } } : null,
    });

    static Reply Refused(Behaviour why) => why switch
    {
        Behaviour.RefuseContent => Envelope(400, 1301, null),
        Behaviour.RefuseInput => Envelope(400, 1201, null),
        Behaviour.RefuseMoney => Envelope(200, 1102, null),
        Behaviour.RefuseKey => Envelope(401, 1000, null),
        Behaviour.Busy => Envelope(429, 1303, null),
        _ => Envelope(404, 1203, null, "The requested model does not exist"),
    };

    static Reply Envelope(int status, int code, object? data, string message = "x") =>
        Reply.Of(status, new { code, message = code == 0 ? "SUCCEED" : message, request_id = "r", data });
}

/// <summary>Alibaba's DashScope: asynchronous only where a header asks for it; cancels only what waits.</summary>
internal sealed class DashScopeApi : IWireApi
{
    public string Name => "dashscope";

    public void Map(RouteGroupBuilder routes, SimulatedVendor vendor)
    {
        routes.MapPost("/api/v1/services/aigc/video-generation/video-synthesis", http => vendor.CreateAsync(
            http, "video", job => Reply.Ok(new { output = new { task_status = "PENDING", task_id = job.Id } }), Refused,
            body => http.Request.Headers["X-DashScope-Async"] == "enable" ? OpenAiApi.Missing(body, "model", "input")
                : "current user api does not support synchronous calls"));
        routes.MapGet("/api/v1/tasks/{id}", (HttpContext http, string id) =>
            vendor.ReadAsync(http, id, Read, Reply.Ok(new { output = new { task_status = "UNKNOWN" } })));
        routes.MapPost("/api/v1/tasks/{id}/cancel", (HttpContext http, string id) =>
            vendor.CancelAsync(http, id, _ => new Reply(200, new JsonObject()), new Reply(404)));
    }

    static Reply Read(Job job, Stage stage) => Reply.Ok(new
    {
        output = new
        {
            task_id = job.Id,
            task_status = stage switch { Stage.Waiting => "PENDING", Stage.Running => "RUNNING", Stage.Done =>
                "SUCCEEDED", Stage.Cancelled => "CANCELED", _ => "FAILED" },
            video_url = stage == Stage.Done ? job.Url : null,
            code = stage switch { Stage.Failed => "InternalError", Stage.FailedContent => "DataInspectionFailed", _ => null },
        },
        usage = stage == Stage.Done ? new { output_video_duration = 5 } : null,
    });

    static Reply Refused(Behaviour why) => why switch
    {
        Behaviour.RefuseContent => Reply.Of(400, new { code = "DataInspectionFailed", message = "x" }),
        Behaviour.RefuseInput => Reply.Of(400, new { code = "InvalidParameter", message = "x" }),
        Behaviour.RefuseMoney => Reply.Of(400, new { code = "Arrearage", message = "x" }),
        Behaviour.RefuseKey => Reply.Of(401, new { code = "InvalidApiKey", message = "x" }),
        Behaviour.Busy => Reply.Of(429, new { code = "Throttling.RateQuota", message = "x" }),
        _ => Reply.Of(404, new { code = "ModelNotFound", message = "x" }),
    };
}

/// <summary>Runway: a version in a header, a DELETE that cancels or deletes.</summary>
internal sealed class RunwayApi : IWireApi
{
    public string Name => "runway";

    public void Map(RouteGroupBuilder routes, SimulatedVendor vendor)
    {
        foreach (var kind in (string[])["text_to_video", "image_to_video", "video_to_video", "video_upscale", "text_to_image",
            "text_to_speech", "sound_effect"])
            routes.MapPost($"/v1/{kind}", http => vendor.CreateAsync(http, kind, job => Reply.Ok(new { id = job.Id }), Refused,
                body => http.Request.Headers["X-Runway-Version"].Count == 1 ? OpenAiApi.Missing(body, "model")
                    : "X-Runway-Version is missing"));
        routes.MapGet("/v1/tasks/{id}", (HttpContext http, string id) =>
            vendor.ReadAsync(http, id, Read, Reply.Of(404, new { error = "Not found" })));
        routes.MapDelete("/v1/tasks/{id}", (HttpContext http, string id) =>
            vendor.CancelAsync(http, id, _ => new Reply(204), new Reply(404)));
    }

    static Reply Read(Job job, Stage stage) => Reply.Ok(new
    {
        id = job.Id,
        status = stage switch { Stage.Waiting => "THROTTLED", Stage.Running => "RUNNING", Stage.Done => "SUCCEEDED", Stage.Cancelled =>
            "CANCELLED", _ => "FAILED" },
        progress = stage == Stage.Running ? 0.42 : 0,
        output = stage == Stage.Done ? new[] { job.Url } : null,
        failure = stage is Stage.Failed or Stage.FailedContent ? "An unexpected error occurred." : null,
        failureCode = stage switch { Stage.Failed => "INTERNAL.BAD_OUTPUT.CODE01", Stage.FailedContent => "SAFETY.OUTPUT.VIDEO", _ =>
            null },
    });

    static Reply Refused(Behaviour why) => why switch
    {
        // Content is judged later, never in the answer to a create.
        Behaviour.RefuseContent or Behaviour.RefuseInput => Reply.Of(400, new { error = "Validation of body failed" }),
        Behaviour.RefuseMoney => Reply.Of(400, new { error = "You do not have enough credits to run this task." }),
        Behaviour.RefuseKey => Reply.Of(401, new { error = "Unauthorized" }),
        Behaviour.Busy => Reply.Of(429, new { error = "Too many requests" }),
        _ => Reply.Of(404, new { error = "Not found" }),
    };
}
