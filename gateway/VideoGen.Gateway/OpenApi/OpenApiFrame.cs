using System.Text.Json.Nodes;
using VideoGen.Gateway.Callers;
using VideoGen.Gateway.Routes;
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

    static readonly Dictionary<string, string> Tags = new(StringComparer.Ordinal)
    {
        ["API keys"] = "Keys of the account: made, listed, revoked.",
        ["Account"] = "Sign-up and sign-in, the account with its credits, plans.",
        ["Assets"] = "Files: uploaded as inputs, or made by jobs.",
        ["Events"] = "What happened to the account's jobs, in an order that never changes: in pages, or as a stream.",
        ["Jobs"] = "Make something with a model, follow it, stop it, find it again.",
        ["Models"] = "What can be made, from which input, at which price.",
        ["Operator"] = "For those who run the system; everybody else gets 404.",
        ["Quotes"] = "What a job would cost.",
        ["Webhooks"] = "Where events are sent, signed after the Standard Webhooks specification, and how that went.",
    };

    static readonly (string Name, string Description)[] Limits =
    [
        ("RateLimit-Limit", "How many requests the limit allows that is nearest to being reached."),
        ("RateLimit-Remaining", "How many of them are left."),
        ("RateLimit-Reset", "In how many seconds the limit begins anew."),
    ];

    public static JsonObject Document(JsonObject paths, JsonObject schemas, JsonObject webhooks, IEnumerable<string> tags) => new()
    {
        ["openapi"] = "3.1.1",
        ["info"] = new JsonObject
        {
            ["title"] = "VideoGen API", ["version"] = "v1", ["description"] = Description,
            ["license"] = new JsonObject { ["name"] = "MIT", ["identifier"] = "MIT" },
        },
        ["servers"] = new JsonArray(new JsonObject { ["url"] = "/" }),
        ["security"] = new JsonArray(With("bearer"), With("apiKey")),
        ["tags"] = new JsonArray([.. tags.Select(tag => TagOf(tag))]),
        ["paths"] = paths,
        ["webhooks"] = webhooks,
        ["components"] = new JsonObject
        {
            ["schemas"] = schemas,
            ["responses"] = OpenApiRefusals.Components(),
            ["headers"] = Headers(),
            ["securitySchemes"] = new JsonObject
            {
                ["bearer"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer", ["description"] = "An API key (`vg_live_…`, `vg_test_…`) or a token of `POST /v1/auth/token`." },
                ["apiKey"] = new JsonObject { ["type"] = "apiKey", ["in"] = "header", ["name"] = "X-API-Key", ["description"] = "An API key." },
            },
        },
    };

    public static JsonObject Reference(string kind, string name) => new() { ["$ref"] = $"#/components/{kind}/{name}" };

    /// <summary>References to the headers that tell how much is left of a limit.</summary>
    public static JsonObject LimitReferences() =>
        new(Limits.Select(limit => KeyValuePair.Create<string, JsonNode?>(limit.Name, Reference("headers", limit.Name))));

    /// <summary>Which credentials an operation takes; null for those that all take.</summary>
    public static JsonArray? SecurityOf(Access? access) => access switch
    {
        Access.Anonymous => new JsonArray(),
        Access.Optional or Access.SignedLink => new JsonArray(new JsonObject(), With("bearer"), With("apiKey")),
        _ => null,
    };

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

    static JsonObject With(string scheme) => new() { [scheme] = new JsonArray() };

    static JsonObject TagOf(string name)
    {
        var tag = new JsonObject { ["name"] = name };
        if (Tags.TryGetValue(name, out var description)) tag["description"] = description;
        return tag;
    }

    static JsonObject Headers()
    {
        var headers = new JsonObject(Limits.Select(limit => KeyValuePair.Create<string, JsonNode?>(limit.Name, Whole(limit.Description))));
        headers["Retry-After"] = Whole("In how many seconds it is worth to try again.");
        return headers;
    }

    static JsonObject Whole(string description) =>
        new() { ["description"] = description, ["schema"] = new JsonObject { ["type"] = "integer" } };

    static JsonObject Codes() => new()
    {
        ["type"] = "string",
        ["description"] = "An entry of the closed list of error codes.",
        ["enum"] = new JsonArray([.. ErrorCodes.All.Select(code => (JsonNode)code.Code)]),
    };

    static JsonObject Text(string description) => new() { ["type"] = "string", ["description"] = description };
}
