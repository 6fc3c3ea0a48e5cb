using System.Buffers;
using System.Net.Http.Headers;
using System.Net.Mime;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
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
    const int ReadPastFactor = 4;

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
        if (!ofAnyType && !IsJson(request.ContentType)) return Refuse(NotJson);
        return Parse(bytes, found);
    }

    /// <summary>
    /// The same for a body that may hold files as data URIs. The long ones are taken out while it comes: a mark stands for each, and the
    /// limit is that of what is left.
    /// </summary>
    /// <param name="fileBytes">How large the files may be, all together.</param>
    /// <returns>Files to dispose of; none with a refusal.</returns>
    public static async Task<(InlineFiles Files, JsonElement Root, ProblemAnswer? Refusal)> ReadWithFilesAsync(
        HttpRequest request, int limitBytes, long fileBytes, CancellationToken ct)
    {
        var most = InlineFiles.LongestBody(fileBytes, limitBytes);
        var announcesTooMuch = request.ContentLength > most;
        // The server reads past what is not taken, so that the client gets to see why.
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = announcesTooMuch ? most * ReadPastFactor : most;
        await using var reader = new InlineFileReader(InlineFiles.LongestText(fileBytes));
        var (fits, isJson) = announcesTooMuch ? (false, true) : await ReadFilesAsync(request, reader, limitBytes, ct);
        var (json, files) = reader.End();
        var (_, root, refusal) =
            !fits ? Refuse(Problems.Of(ErrorCodes.PayloadTooLarge,
                $"The body may have at most {limitBytes / 1024} KiB beside its files, and these at most {fileBytes} bytes."))
            : !isJson ? Refuse(NotJson)
            : Parse(json.Length == 0 ? Nothing : json);
        var faults = new Faults();
        if (refusal is null) files.AddBroken(root, faults);
        refusal ??= faults.Answer();
        if (refusal is null) return (files, root, null);
        await files.DisposeAsync();
        return (InlineFiles.None, default, refusal);
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

    static ProblemAnswer NotJson => Problems.Of(ErrorCodes.UnsupportedMediaType, "The content type must be application/json.");

    static (byte[], JsonElement, ProblemAnswer?) Refuse(ProblemAnswer refusal) => ([], default, refusal);

    static bool IsJson(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
        && (string.Equals(type.MediaType, MediaTypeNames.Application.Json, StringComparison.OrdinalIgnoreCase)
            || type.MediaType?.EndsWith("+json", StringComparison.OrdinalIgnoreCase) == true)
        && type.CharSet?.Trim('"').ToUpperInvariant() is null or "UTF-8" or "UTF8";

    /// <summary>Reads to the end, or as far as it takes to know that the body is not one to read.</summary>
    static async Task<(bool Fits, bool IsJson)> ReadFilesAsync(HttpRequest request, InlineFileReader reader, int limit,
        CancellationToken ct)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ReadSize);
        try
        {
            while (await request.Body.ReadAsync(buffer, ct) is var count and > 0)
            {
                if (!IsJson(request.ContentType)) return (true, false);
                reader.Read(buffer.AsSpan(0, count));
                if (reader.IsTooLarge || reader.JsonLength > limit) return (false, true);
            }
            return (true, true);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
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
