using System.Buffers;
using System.Net.Http.Headers;
using System.Net.Mime;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;
using VideoGen.HttpApi.Errors;

namespace VideoGen.HttpApi.Requests;

/// <summary>
/// The one way in which every API reads JSON: up to a limit, one object of sound text, no member twice. A request without a body
/// counts as the empty object, so that the members it should have had are named.
/// </summary>
public static class JsonBody
{
    const int ReadSize = 16 * 1024;
    const int MaxDepth = 64;

    static readonly byte[] Nothing = "{}"u8.ToArray();

    /// <summary>The body's bytes and its root object, or the refusal.</summary>
    /// <param name="found">Takes what is wrong with single members, for who goes on to look at the others; when null that is a
    /// refusal.</param>
    /// <param name="ofAnyType">Whatever the content type says.</param>
    /// <exception cref="BadHttpRequestException">The body ended, stalled or grew past the server's limit.</exception>
    public static async Task<(byte[] Bytes, JsonElement Root, ProblemAnswer? Refusal)> ReadAsync(
        HttpRequest request, int limitBytes, CancellationToken ct, Faults? found = null, bool ofAnyType = false)
    {
        if (request.ContentLength > limitBytes || await ReadBytesAsync(request.Body, limitBytes, ct) is not { } bytes)
            return Refuse(Problems.Of(ErrorCodes.PayloadTooLarge, $"The body may have at most {limitBytes / 1024} KiB."));
        if (bytes.Length == 0) return Parse(Nothing, found);
        if (!ofAnyType && !IsJson(request.ContentType)) return Refuse(
            Problems.Of(ErrorCodes.UnsupportedMediaType, "The content type must be application/json."));
        return Parse(bytes, found);
    }

    /// <summary>The root object of a body that has been read, or the refusal.</summary>
    public static (byte[] Bytes, JsonElement Root, ProblemAnswer? Refusal) Parse(byte[] bytes, Faults? found = null)
    {
        if (!Utf8.IsValid(bytes)) return Refuse(Problems.Of(ErrorCodes.MalformedJson, "The body is not valid UTF-8."));
        try
        {
            var text = bytes.AsMemory(bytes is [0xEF, 0xBB, 0xBF, ..] ? 3 : 0);
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = MaxDepth });
            var faults = found ?? new Faults();
            // Before anything looks a member up by its name: half a surrogate in a name would break that.
            var hasReadableNames = JsonScan.Check(text.Span, faults);
            if (!hasReadableNames || (found is null && faults.Any)) return Refuse(faults.Refuse());
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? (bytes, document.RootElement.Clone(), null)
                : Refuse(Faults.Of("body", "must be a JSON object"));
        }
        catch (JsonException fault)
        {
            return Refuse(Problems.Of(ErrorCodes.MalformedJson,
                $"The body is not valid JSON (line {(fault.LineNumber ?? 0) + 1}, byte {fault.BytePositionInLine ?? 0})."));
        }
    }

    static (byte[], JsonElement, ProblemAnswer?) Refuse(ProblemAnswer refusal) => ([], default, refusal);

    static bool IsJson(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
        && (string.Equals(type.MediaType, MediaTypeNames.Application.Json, StringComparison.OrdinalIgnoreCase)
            || type.MediaType?.EndsWith("+json", StringComparison.OrdinalIgnoreCase) == true)
        && type.CharSet?.Trim('"').ToUpperInvariant() is null or "UTF-8" or "UTF8";

    /// <summary>Null when there are more bytes than the limit.</summary>
    static async Task<byte[]?> ReadBytesAsync(Stream body, int limit, CancellationToken ct)
    {
        var writer = new ArrayBufferWriter<byte>(ReadSize);
        while (true)
        {
            var read = await body.ReadAsync(writer.GetMemory(ReadSize), ct);
            if (read == 0) return writer.WrittenSpan.ToArray();
            writer.Advance(read);
            if (writer.WrittenCount > limit) return null;
        }
    }
}
