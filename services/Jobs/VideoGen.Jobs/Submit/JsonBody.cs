using System.Buffers;
using System.Net.Mime;
using System.Text.Json;
using System.Text.Unicode;
using VideoGen.HttpApi.Errors;

namespace VideoGen.Jobs.Submit;

/// <summary>Reads a JSON body up to a limit and refuses whatever is not one JSON object of sound text.</summary>
internal static class JsonBody
{
    const int ReadSize = 16 * 1024;

    static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 64 };

    /// <summary>The body's bytes and its root object, or the refusal.</summary>
    public static async Task<(byte[] Bytes, JsonElement Root, ProblemAnswer? Refusal)> ReadAsync(HttpRequest request, int limitBytes, CancellationToken ct)
    {
        if (!IsJson(request.ContentType))
            return Refuse(Problems.Of(ErrorCodes.UnsupportedMediaType, "The content type must be application/json."));
        if (request.ContentLength > limitBytes || await ReadBytesAsync(request.Body, limitBytes, ct) is not { } bytes)
            return Refuse(Problems.Of(ErrorCodes.PayloadTooLarge, $"The body may have at most {limitBytes / 1024} KiB."));
        if (!Utf8.IsValid(bytes)) return Refuse(Problems.Of(ErrorCodes.MalformedJson, "The body is not valid UTF-8."));
        return Parse(bytes);
    }

    internal static (byte[] Bytes, JsonElement Root, ProblemAnswer? Refusal) Parse(byte[] bytes)
    {
        try
        {
            var text = bytes.AsMemory(bytes is [0xEF, 0xBB, 0xBF, ..] ? 3 : 0);
            // Checked first and without a tree: a half surrogate in a property's name would break the search for duplicates.
            JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = Strict.MaxDepth }).Dispose();
            var faults = new Faults();
            TextScan.Check(text.Span, faults);
            if (faults.Any) return Refuse(faults.Refuse());
            using var document = JsonDocument.Parse(text, Strict);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? (bytes, document.RootElement.Clone(), null)
                : Refuse(Problems.OfField("body", "must be a JSON object"));
        }
        catch (JsonException fault) when (fault.LineNumber is not null)
        {
            return Refuse(Problems.Of(ErrorCodes.MalformedJson,
                $"The body is not valid JSON (line {fault.LineNumber + 1}, byte {fault.BytePositionInLine})."));
        }
        catch (JsonException)
        {
            return Refuse(Problems.Of(ErrorCodes.MalformedJson, "The body names a property twice in one object."));
        }
    }

    static (byte[], JsonElement, ProblemAnswer?) Refuse(ProblemAnswer refusal) => ([], default, refusal);

    static bool IsJson(string? contentType)
    {
        if (contentType is null || !System.Net.Http.Headers.MediaTypeHeaderValue.TryParse(contentType, out var type)) return false;
        return string.Equals(type.MediaType, MediaTypeNames.Application.Json, StringComparison.OrdinalIgnoreCase)
            || type.MediaType?.EndsWith("+json", StringComparison.OrdinalIgnoreCase) == true;
    }

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
