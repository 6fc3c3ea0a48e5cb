namespace VideoGen.VendorSimulators.Apis;

/// <summary>OpenAI: images, speech, transcription. The answer is the result.</summary>
internal sealed class OpenAiApi : IWireApi
{
    public string Name => "openai";

    public void Map(RouteGroupBuilder routes, SimulatedVendor vendor)
    {
        routes.MapPost("/images/generations", http =>
            vendor.CreateAsync(http, "image", Images, Refused, body => Missing(body, "model", "prompt")));
        routes.MapPost("/images/edits", http => vendor.CreateAsync(http, "image_edit", Images, Refused,
            body => http.Request.HasFormContentType ? Missing(body, "model", "prompt", "image[]") : "an edit is multipart"));
        routes.MapPost("/audio/speech", http =>
            vendor.CreateAsync(http, "speech", _ => Reply.File("audio/mpeg"), Refused, body => Missing(body, "model", "input", "voice")));
        routes.MapPost("/audio/transcriptions", http => vendor.CreateAsync(http, "transcription",
            _ => Reply.Ok(new { text = "Imagine the wildest idea that you've ever had.",
                usage = new { type = "duration", seconds = 4 } }), Refused,
            body => http.Request.HasFormContentType ? Missing(body, "model", "file")
                ?? (Ending(body) ? null : "the file's ending is what is checked") : "it is multipart"));
    }

    static bool Ending(System.Text.Json.Nodes.JsonObject body) =>
        ((string?)body["file"])!.Split(' ')[0].EndsWith(".mp3", StringComparison.Ordinal);

    static Reply Images(Job job) =>
        Reply.Ok(new { created = 1, data = new[] { new { b64_json = Convert.ToBase64String(SimulatedVendors.File) } },
        usage = new { total_tokens = 12 } });

    static Reply Refused(Behaviour why) => why switch
    {
        Behaviour.RefuseContent =>
            Error(400, "Your request was rejected by our safety system.", "image_generation_user_error", "moderation_blocked"),
        Behaviour.RefuseInput => Error(400, "Unsupported value", "invalid_request_error", "unsupported_value"),
        Behaviour.RefuseMoney =>
            Error(429, "You exceeded your current quota, please check your plan and billing details.", "insufficient_quota",
            "insufficient_quota"),
        Behaviour.RefuseKey => Error(401, "Incorrect API key provided: sk-***.", "invalid_request_error", "invalid_api_key"),
        Behaviour.Busy => Error(429, "Rate limit reached. Please try again in 6s.", "requests", "rate_limit_exceeded"),
        _ => Error(404, "The model `x` does not exist or you do not have access to it.", "invalid_request_error", "model_not_found"),
    };

    static Reply Error(int status, string message, string type, string code) =>
        Reply.Of(status, new { error = new { message, type, param = (string?)null, code } });

    internal static string? Missing(System.Text.Json.Nodes.JsonObject body, params ReadOnlySpan<string> names)
    {
        foreach (var name in names) if (body[name] is null) return $"{name} is missing";
        return null;
    }
}

/// <summary>ElevenLabs: the answer is the sound, its cost a header.</summary>
internal sealed class ElevenLabsApi : IWireApi
{
    public string Name => "elevenlabs";

    public void Map(RouteGroupBuilder routes, SimulatedVendor vendor)
    {
        routes.MapPost("/v1/text-to-speech/{voice}", http => CreateAsync(http, "speech", "text"));
        routes.MapPost("/v1/speech-to-speech/{voice}", http => CreateAsync(http, "voice", "audio"));
        routes.MapPost("/v1/sound-generation", http => CreateAsync(http, "sound", "text"));
        routes.MapPost("/v1/music", http => CreateAsync(http, "music", "prompt"));
        Task CreateAsync(HttpContext http, string task, string wants) =>
            vendor.CreateAsync(http, task, job => Reply.File("audio/mpeg", "49"), Refused,
            body => http.Request.Headers["xi-api-key"].Count == 1 ? OpenAiApi.Missing(body, wants) : "the key is in xi-api-key");
    }

    static Reply Refused(Behaviour why) => why switch
    {
        Behaviour.RefuseContent => Detail(403, "authorization_error", "x", "This voice or text violates our Terms of Service."),
        Behaviour.RefuseInput =>
            Reply.Of(422, new { detail = new[] { new { loc = new[] { "body", "text" }, msg = "Field required", type = "missing" } } }),
        // The legacy form, which is still seen.
        Behaviour.RefuseMoney =>
            Reply.Of(401, new { detail = new { status = "quota_exceeded", message = "This request exceeds your quota of 10000." } }),
        Behaviour.RefuseKey => Detail(401, "authentication_error", "invalid_api_key", "Invalid API key"),
        Behaviour.Busy => Detail(429, "rate_limit_error", "concurrent_limit_exceeded", "Too many concurrent requests"),
        _ => Detail(404, "not_found", "model_not_found", "A model with this id was not found."),
    };

    static Reply Detail(int status, string type, string code, string message) =>
        Reply.Of(status, new { detail = new { type, code, message, status = code, request_id = "r" } });
}
