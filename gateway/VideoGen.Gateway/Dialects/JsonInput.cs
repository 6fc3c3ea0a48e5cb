using System.Net.Http.Headers;
using System.Net.Mime;
using System.Text.Json;
using System.Text.Json.Nodes;
using VideoGen.HttpApi.Errors;

namespace VideoGen.Gateway.Dialects;

/// <summary>Reads a JSON object as a request's body: sound text, no property twice. A property that is null counts as absent.</summary>
internal static class JsonInput
{
    static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 64 };

    static ProblemAnswer NotUnicode => Problems.Of(ErrorCodes.MalformedJson, "The body holds text that is not valid Unicode.");

    /// <exception cref="BadHttpRequestException">The body ended, stalled or grew past the limit.</exception>
    public static async Task<JsonReading> ReadAsync(HttpRequest request, CancellationToken ct)
    {
        if (!IsJson(request.ContentType)) return Fault(Problems.Of(ErrorCodes.UnsupportedMediaType, "The content type must be application/json."));
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, ct);
        return Parse(body.GetBuffer().AsMemory(0, (int)body.Length));
    }

    static JsonReading Parse(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            // The first pass, without a tree, tells a broken body from one that names a property twice.
            JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = Strict.MaxDepth }).Dispose();
            using var document = JsonDocument.Parse(bytes, Strict);
            if (document.RootElement.ValueKind != JsonValueKind.Object) return Fault(Problems.Of(ErrorCodes.MalformedJson, "The body must be a JSON object."));
            return TreeOf(document.RootElement) is { } tree ? new JsonReading(Present(tree), Fault: null) : Fault(NotUnicode);
        }
        catch (JsonException fault) when (fault.LineNumber is not null)
        {
            return Fault(Problems.Of(ErrorCodes.MalformedJson, $"The body is not valid JSON (line {fault.LineNumber + 1}, byte {fault.BytePositionInLine})."));
        }
        catch (JsonException)
        {
            return Fault(Problems.Of(ErrorCodes.MalformedJson, "The body names a property twice in one object."));
        }
        catch (InvalidOperationException)
        {
            return Fault(NotUnicode); // Half a surrogate in a property's name breaks the search for duplicates.
        }
    }

    /// <summary>Written anew and read again, so that it outlives the document; null when a text holds half a surrogate, which can't be written.</summary>
    static JsonObject? TreeOf(JsonElement root)
    {
        try
        {
            return JsonNode.Parse(JsonSerializer.SerializeToUtf8Bytes(root))!.AsObject();
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }

    static JsonObject Present(JsonObject body)
    {
        foreach (var name in body.Where(member => member.Value is null).Select(member => member.Key).ToList()) body.Remove(name);
        return body;
    }

    static bool IsJson(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
        && (string.Equals(type.MediaType, MediaTypeNames.Application.Json, StringComparison.OrdinalIgnoreCase)
            || type.MediaType?.EndsWith("+json", StringComparison.OrdinalIgnoreCase) == true);

    static JsonReading Fault(ProblemAnswer fault) => new([], fault);
}

/// <param name="Fault">Why the body could not be taken; null when it could.</param>
internal sealed record JsonReading(JsonObject Body, ProblemAnswer? Fault);
