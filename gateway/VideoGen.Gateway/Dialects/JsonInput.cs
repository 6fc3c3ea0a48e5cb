using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using VideoGen.Gateway.Limits;
using VideoGen.HttpApi.Errors;
using VideoGen.HttpApi.Requests;

namespace VideoGen.Gateway.Dialects;

/// <summary>
/// A JSON object as a request's body, by the rules of every API (<see cref="JsonBody"/>). A property that is null counts as
/// absent.
/// </summary>
internal static class JsonInput
{
    /// <summary>Reads it; the files in it are there until the request has been answered.</summary>
    /// <exception cref="BadHttpRequestException">The body ended, stalled or grew past the route's limit.</exception>
    public static async Task<JsonReading> ReadAsync(HttpRequest request, CancellationToken ct)
    {
        var services = request.HttpContext.RequestServices;
        var (files, root, refusal) = await JsonBody.ReadWithFilesAsync(request,
            services.GetRequiredService<IOptions<LimitOptions>>().Value.MaxBodyBytes,
            services.GetRequiredService<IOptions<UploadOptions>>().Value.MaxUploadBytes, ct);
        if (refusal is not null) return new JsonReading([], refusal);
        request.HttpContext.Response.RegisterForDisposeAsync(files);
        request.HttpContext.Features.Set(files);
        return new JsonReading(Present(JsonObject.Create(root)!), Fault: null);
    }

    static JsonObject Present(JsonObject body)
    {
        foreach (var name in body.Where(member => member.Value is null).Select(member => member.Key).ToList()) body.Remove(name);
        return body;
    }
}

/// <param name="Fault">Why the body could not be taken; null when it could.</param>
internal sealed record JsonReading(JsonObject Body, ProblemAnswer? Fault);
