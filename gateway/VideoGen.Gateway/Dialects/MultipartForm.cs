using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using VideoGen.HttpApi.Errors;

namespace VideoGen.Gateway.Dialects;

/// <summary>
/// Reads a <c>multipart/form-data</c> body once, from front to back. A file part is handed on as a stream while it arrives; text
/// fields are collected; a name that comes twice is refused.
/// </summary>
internal static class MultipartForm
{
    public const string Truncated = "The multipart/form-data body is malformed or ends too early.";

    const int MaxParts = 64;
    const int MaxTextBytes = 256 * 1024;

    static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>True when the request has a body that is a form with parts.</summary>
    public static bool Is(HttpRequest request) => BoundaryOf(request) is not null;

    /// <summary>A form without a file is what most HTTP clients send when the file was forgotten.</summary>
    public static bool HoldsNoFile(HttpRequest request) =>
        request.ContentType is null || request.ContentType.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase);

    /// <param name="takeFile">Called for each file part in order; reads as much of it as it likes.</param>
    /// <exception cref="BadHttpRequestException">The body ended, stalled or grew past the limit.</exception>
    public static async Task<FormReading> ReadAsync(HttpRequest request, Func<FormFile, CancellationToken, Task> takeFile, CancellationToken ct)
    {
        if (BoundaryOf(request) is not { } boundary) return Fault("The Content-Type must be multipart/form-data with a boundary.", ErrorCodes.UnsupportedMediaType);
        try
        {
            return await ReadPartsAsync(new MultipartReader(boundary, request.Body), takeFile, ct);
        }
        catch (BadHttpRequestException)
        {
            throw;
        }
        catch (Exception fault) when (fault is IOException or InvalidDataException)
        {
            return Fault(Truncated);
        }
    }

    static async Task<FormReading> ReadPartsAsync(MultipartReader reader, Func<FormFile, CancellationToken, Task> takeFile, CancellationToken ct)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        var twice = new SortedSet<string>(StringComparer.Ordinal);
        var textBytes = 0;
        for (var parts = 0; await reader.ReadNextSectionAsync(ct) is { } section; parts++)
        {
            if (parts == MaxParts) return Fault($"The form may have at most {MaxParts} parts.");
            if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition)) continue;
            var name = HeaderUtilities.RemoveQuotes(disposition.Name).ToString();
            if (FileNameOf(disposition) is { } fileName)
            {
                if (fileName.Length > 0) await takeFile(new FormFile(name, fileName, section.ContentType, section.Body), ct);
                continue;
            }

            var bytes = await ReadTextAsync(section.Body, MaxTextBytes - textBytes, ct);
            if (bytes is null) return Fault($"The form's text is too long at the field {Shown(name)}; {MaxTextBytes} bytes are allowed in all.", ErrorCodes.PayloadTooLarge);
            textBytes += bytes.Length;
            if (TextOf(bytes) is not { } text) return Fault($"The field {Shown(name)} is not valid UTF-8.");
            if (!fields.TryAdd(name, text)) twice.Add(Shown(name));
        }
        return twice.Count > 0
            ? Fault(string.Join(' ', twice.Select(name => $"{name} is given twice.")))
            : new FormReading(fields, Fault: null);
    }

    static string? BoundaryOf(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
        && HeaderUtilities.RemoveQuotes(type.Boundary) is { Length: > 0 and <= 70 } boundary ? boundary.ToString() : null;

    /// <summary>Null for a text field; empty for a file input that was left empty.</summary>
    static string? FileNameOf(ContentDispositionHeaderValue disposition)
    {
        var name = disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName;
        if (!name.HasValue) return null;
        var text = HeaderUtilities.RemoveQuotes(name).ToString();
        var last = text[(text.LastIndexOfAny(['/', '\\']) + 1)..];
        return new string([.. last.Where(letter => !char.IsControl(letter) && letter != '"').Take(200)]);
    }

    /// <summary>All of a text part, or null when it is longer than allowed.</summary>
    static async Task<byte[]?> ReadTextAsync(Stream part, int limit, CancellationToken ct)
    {
        using var text = new MemoryStream();
        var buffer = new byte[4096];
        while (await part.ReadAsync(buffer, ct) is var count and > 0)
        {
            if (text.Length + count > limit) return null;
            text.Write(buffer, 0, count);
        }
        return text.ToArray();
    }

    static string? TextOf(byte[] bytes)
    {
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    static string Shown(string name) => name.Length <= 64 ? name : name[..64] + "…";

    static FormReading Fault(string detail, ErrorCode? code = null) =>
        new(new Dictionary<string, string>(StringComparer.Ordinal), Problems.Of(code ?? ErrorCodes.InvalidRequest, detail));
}

/// <param name="Name">Of the form's field.</param>
/// <param name="FileName">Without folders and control characters; never empty.</param>
/// <param name="Content">Can be read once, before the next part.</param>
internal sealed record FormFile(string Name, string FileName, string? MediaType, Stream Content);

/// <param name="Fields">The text fields.</param>
/// <param name="Fault">Why the body could not be read to its end; null when it could.</param>
internal sealed record FormReading(IReadOnlyDictionary<string, string> Fields, ProblemAnswer? Fault);
