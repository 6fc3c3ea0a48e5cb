using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using VideoGen.Gateway.Routes;
using VideoGen.HttpApi;
using VideoGen.HttpApi.Errors;

namespace VideoGen.Gateway.OpenApi;

/// <summary>
/// How operations refuse. What holds for every route (who is calling, limits, the rules of a request, a service that is away) is
/// added here, beside what a service says of its own; each status is described once, for all.
/// </summary>
internal static class OpenApiRefusals
{
    const string TraceId = "0af7651916cd43dd8448eb211c80319c";

    static readonly Refusal[] Known =
    [
        new("BadRequest", ErrorCodes.InvalidRequest, "The request is not right; `errors` names every fault by its field."),
        new("Unauthorized", ErrorCodes.Unauthorized, "The credential is missing, unknown, expired or revoked."),
        new("PaymentRequired", ErrorCodes.InsufficientCredits, "The account has too few credits."),
        new("Forbidden", ErrorCodes.Forbidden, "The credential does not allow it: a scope is missing, or it is of the other world."),
        new("NotFound", ErrorCodes.NotFound, "It is not there, or not for this caller."),
        new("Conflict", ErrorCodes.Conflict, "It does not go with the present state."),
        new("PreconditionFailed", ErrorCodes.PreconditionFailed, "A condition of the request does not hold."),
        new("PayloadTooLarge", ErrorCodes.PayloadTooLarge, "The body is too large."),
        new("UnsupportedMediaType", ErrorCodes.UnsupportedMediaType, "The body's type or encoding is not supported."),
        new("RangeNotSatisfiable", ErrorCodes.RangeNotSatisfiable, "The range lies outside the file; `Content-Range` tells its size."),
        new("UnprocessableContent", ErrorCodes.IdempotencyKeyReused, "The `Idempotency-Key` was used with another request."),
        new("TooManyRequests", ErrorCodes.RateLimited, "A limit is reached.", TellsWhen: true),
        new("BadGateway", ErrorCodes.UpstreamError, "A service behind the gateway failed."),
        new("ServiceUnavailable", ErrorCodes.ServiceUnavailable, "Something that is needed is away for the moment.", TellsWhen: true),
        new("GatewayTimeout", ErrorCodes.Timeout, "A service behind the gateway did not answer in time."),
    ];

    static readonly int[] OfEveryRoute = [400, 429, 502, 503, 504];

    /// <summary>The described answers, to which operations refer.</summary>
    public static JsonObject Components()
    {
        var responses = new JsonObject { ["Problem"] = Response(null, "Any other error.", tellsWhen: false) };
        foreach (var one in Known) responses[one.Name] = Response(one.Code, one.Description, one.TellsWhen);
        return responses;
    }

    /// <summary>Adds the common ones, and lets every refusal refer to its description.</summary>
    /// <param name="route">Null for an operation that no route of the table takes.</param>
    public static void AddTo(string path, JsonNode operation, JsonObject responses, GatewayRoute? route)
    {
        foreach (var status in OfEveryRoute) Add(responses, status);
        if (route?.Policy.Access is not Access.Anonymous)
        {
            Add(responses, 401);
            Add(responses, 403);
        }
        if (path.Contains('{', StringComparison.Ordinal)) Add(responses, 404);
        if (operation["requestBody"] is not null)
        {
            Add(responses, 413);
            Add(responses, 415);
        }
        foreach (var status in responses.Select(response => response.Key).ToArray())
            if (NameOf(status) is { } name) responses[status] = OpenApiFrame.Reference("responses", name);
        if (!responses.ContainsKey("default")) responses["default"] = OpenApiFrame.Reference("responses", "Problem");
        Sort(responses);
    }

    static void Add(JsonObject responses, int status)
    {
        var key = status.ToString(CultureInfo.InvariantCulture);
        if (!responses.ContainsKey(key)) responses[key] = new JsonObject();
    }

    static string? NameOf(string status) =>
        Known.FirstOrDefault(one => one.Code.Status.ToString(CultureInfo.InvariantCulture) == status)?.Name;

    /// <summary>By status, <c>default</c> last.</summary>
    static void Sort(JsonObject responses)
    {
        var sorted = responses.OrderBy(response => response.Key, StringComparer.Ordinal).ToArray();
        responses.Clear();
        foreach (var (status, response) in sorted) responses[status] = response;
    }

    static JsonObject Response(ErrorCode? code, string description, bool tellsWhen)
    {
        var headers = OpenApiFrame.LimitReferences();
        if (tellsWhen) headers["Retry-After"] = OpenApiFrame.Reference("headers", "Retry-After");
        var content = new JsonObject { ["schema"] = OpenApiFrame.Reference("schemas", "Problem") };
        if (code is not null)
            content["example"] = JsonSerializer.SerializeToNode(Problems.Describe(code) with { TraceId = TraceId }, ApiJson.Options);
        return new JsonObject
        {
            ["description"] = description,
            ["headers"] = headers,
            ["content"] = new JsonObject { [Problems.ContentType] = content },
        };
    }

    /// <param name="Code">Shown in the example; its status is the one described.</param>
    /// <param name="TellsWhen">With <c>Retry-After</c>.</param>
    sealed record Refusal(string Name, ErrorCode Code, string Description, bool TellsWhen = false);
}
