using System.Text.Json.Nodes;
using VideoGen.HttpApi.Errors;
using VideoGen.HttpApi.Requests;

namespace VideoGen.Gateway.Dialects;

/// <summary>
/// A JSON object as a request's body, by the rules of every API (<see cref="JsonBody"/>). A property that is null counts as
/// absent.
/// </summary>
internal static class JsonInput
{
    /// <exception cref="BadHttpRequestException">The body ended, stalled or grew past the route's limit.</exception>
    public static async Task<JsonReading> ReadAsync(HttpRequest request, CancellationToken ct)
    {
        var (_, root, refusal) = await JsonBody.ReadAsync(request, int.MaxValue, ct);
        return refusal is null ? new JsonReading(Present(JsonObject.Create(root)!), Fault: null) : new JsonReading([], refusal);
    }

    static JsonObject Present(JsonObject body)
    {
        foreach (var name in body.Where(member => member.Value is null).Select(member => member.Key).ToList()) body.Remove(name);
        return body;
    }
}

/// <param name="Fault">Why the body could not be taken; null when it could.</param>
internal sealed record JsonReading(JsonObject Body, ProblemAnswer? Fault);
