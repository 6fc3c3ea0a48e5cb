using System.Text.Json.Nodes;
using VideoGen.Gateway.Callers;
using VideoGen.HttpApi.Errors;

namespace VideoGen.Gateway.OpenApi;

/// <summary>What the document says beside the services' operations.</summary>
internal static class OpenApiFrame
{
    const string Description = """
        One API over every media-generation model: submit a job, follow it, fetch the result from your own storage.

        Send an API key or a sign-in token as `Authorization: Bearer …`, or an API key as `X-API-Key`. Errors are
        `application/problem+json` with a `code` from one closed list. Every answer says how many requests are left in
        `RateLimit-Limit`, `RateLimit-Remaining` and `RateLimit-Reset` (seconds).

        Test and live are two worlds of an account. A test key (`vg_test_…`) sees and touches only what test keys made: jobs,
        files, events, webhooks, keys; a live key only what live ones made. What is of the other world answers 404. A session
        chooses with `X-VideoGen-Mode: test` or `live`; without it, it sees both, each marked by `test`, and makes live things.
        """;

    public static JsonObject Document(JsonObject paths, JsonObject schemas, IEnumerable<string> tags) => new()
    {
        ["openapi"] = "3.1.1",
        ["info"] = new JsonObject { ["title"] = "VideoGen API", ["version"] = "v1", ["description"] = Description },
        ["servers"] = new JsonArray(new JsonObject { ["url"] = "/" }),
        ["security"] = new JsonArray(new JsonObject { ["bearer"] = new JsonArray() }, new JsonObject { ["apiKey"] = new JsonArray() }),
        ["tags"] = new JsonArray([.. tags.Select(tag => new JsonObject { ["name"] = tag })]),
        ["paths"] = paths,
        ["components"] = new JsonObject
        {
            ["schemas"] = schemas,
            ["responses"] = new JsonObject { ["Problem"] = ProblemResponse() },
            ["securitySchemes"] = new JsonObject
            {
                ["bearer"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer", ["description"] = "An API key (`vg_live_…`, `vg_test_…`) or a token of `POST /v1/auth/token`." },
                ["apiKey"] = new JsonObject { ["type"] = "apiKey", ["in"] = "header", ["name"] = "X-API-Key", ["description"] = "An API key." },
            },
        },
    };

    public static JsonObject Reference(string kind, string name) => new() { ["$ref"] = $"#/components/{kind}/{name}" };

    /// <summary>The header by which a session chooses its world, on every operation that asks who is calling.</summary>
    public static JsonObject ModeParameter() => new()
    {
        ["name"] = Mode.Header,
        ["in"] = "header",
        ["description"] = "Which world of the account the request is of. A session that leaves it out sees both and makes live "
            + "things; with a key it may only repeat what the key is.",
        ["schema"] = new JsonObject { ["type"] = "string", ["enum"] = new JsonArray(Mode.Test, Mode.Live) },
    };

    /// <summary>The shape of every error, with the closed list of codes.</summary>
    public static JsonObject ProblemSchema() => new()
    {
        ["type"] = "object",
        ["description"] = "RFC 9457 problem details. Further members may carry facts, such as `credits_required`.",
        ["required"] = new JsonArray("type", "title", "status", "code", "detail", "retryable"),
        ["properties"] = new JsonObject
        {
            ["type"] = Text("A stable URN of the code."),
            ["title"] = Text("A short text, the same for every occurrence of the code."),
            ["status"] = new JsonObject { ["type"] = "integer", ["description"] = "The HTTP status." },
            ["code"] = Codes(),
            ["detail"] = Text("What was wrong this time."),
            ["retryable"] = new JsonObject { ["type"] = "boolean", ["description"] = "True when the same request may succeed later." },
            ["trace_id"] = new JsonObject { ["type"] = new JsonArray("string", "null"), ["description"] = "Under which the request was logged." },
            ["errors"] = new JsonObject
            {
                ["type"] = "object",
                ["description"] = "Every fault found: field to texts.",
                ["additionalProperties"] = new JsonObject { ["type"] = "array", ["items"] = new JsonObject { ["type"] = "string" } },
            },
        },
    };

    static JsonObject ProblemResponse() => new()
    {
        ["description"] = "An error.",
        ["content"] = new JsonObject { [Problems.ContentType] = new JsonObject { ["schema"] = Reference("schemas", "Problem") } },
    };

    static JsonObject Codes() => new()
    {
        ["type"] = "string",
        ["description"] = "An entry of the closed list of error codes.",
        ["enum"] = new JsonArray([.. ErrorCodes.All.Select(code => (JsonNode)code.Code)]),
    };

    static JsonObject Text(string description) => new() { ["type"] = "string", ["description"] = description };
}
