using System.Buffers;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using VideoGen.HttpApi.Errors;
using VideoGen.Storage.Media;
using VideoGen.Storage.Objects;

namespace VideoGen.Storage.Uploads;

/// <summary>
/// Reads the one file of an upload from a request, as multipart/form-data (field <c>file</c>) or as the body itself, straight to a
/// work file: never more than a buffer of it is in memory.
/// </summary>
internal sealed class UploadReader(IOptions<StorageOptions> options)
{
    /// <summary>What a form may weigh beside its file: boundaries, headers, small fields.</summary>
    const int FormOverheadBytes = 256 * 1024;

    const int MaxParts = 16;
    const int MaxPartHeaders = 16;
    const int MaxPartHeaderBytes = 16 * 1024;
    const int MaxBoundaryLength = 70; // RFC 2046
    const int BufferBytes = 64 * 1024;

    long MaxBytes => options.Value.MaxUploadBytes;

    /// <param name="target">Where the file goes; what is there after a refusal is of no use.</param>
    public async Task<UploadBody> ReadAsync(HttpRequest request, WorkFile target, CancellationToken ct)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type)) return Unsupported(request.ContentType);
        var isForm = type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase);
        var limit = isForm ? MaxBytes + FormOverheadBytes : MaxBytes;
        if (request.ContentLength > limit) return TooLarge();
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature) feature.MaxRequestBodySize = limit;
        if (isForm) return await ReadFormAsync(request, type, target, ct);
        if (!IsMedia(type)) return Unsupported(request.ContentType);
        return await CopyAsync(request.Body, request.Headers.ContentDisposition, type.MediaType.Value, target, ct);
    }

    async Task<UploadBody> ReadFormAsync(HttpRequest request, MediaTypeHeaderValue type, WorkFile target, CancellationToken ct)
    {
        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).Value;
        if (boundary is not { Length: > 0 and <= MaxBoundaryLength }) return Refuse("The content type multipart/form-data must name its boundary, of at most 70 characters.");
        var form = new MultipartReader(boundary, request.Body) { HeadersCountLimit = MaxPartHeaders, HeadersLengthLimit = MaxPartHeaderBytes };
        UploadBody? found = null;
        for (var parts = 0; ; parts++)
        {
            var (part, fault) = await NextAsync(form, ct);
            if (fault is not null) return fault;
            if (part is null) break;
            if (parts == MaxParts) return Refuse($"The form has more than {MaxParts} parts.");
            if (!IsFile(part)) continue; // Another field; reading the next part skips it.
            if (found is not null) return Refuse("file: send exactly one file; this form has several.");
            found = await CopyAsync(part.Body, part.ContentDisposition, part.ContentType, target, ct);
            if (found is not UploadBody.Received) return found;
        }
        return found ?? Refuse("file: this field is missing; send one part with the name file and a file name.");
    }

    static async Task<(MultipartSection? Part, UploadBody? Fault)> NextAsync(MultipartReader form, CancellationToken ct)
    {
        try
        {
            return (await form.ReadNextSectionAsync(ct), null);
        }
        catch (Exception broken) when (broken is IOException or InvalidDataException && broken is not BadHttpRequestException)
        {
            return (null, Incomplete(ct));
        }
    }

    static bool IsFile(MultipartSection part) =>
        ContentDispositionHeaderValue.TryParse(part.ContentDisposition, out var disposition)
        && (disposition.IsFileDisposition() || (disposition.IsFormDisposition() && HeaderUtilities.RemoveQuotes(disposition.Name).Equals("file", StringComparison.Ordinal)));

    async Task<UploadBody> CopyAsync(Stream body, string? disposition, string? mediaType, WorkFile target, CancellationToken ct)
    {
        await using var file = new HashingStream(target.Path);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            while (true)
            {
                int read;
                try
                {
                    read = await body.ReadAsync(buffer, ct);
                }
                catch (Exception broken) when (broken is IOException or InvalidDataException && broken is not BadHttpRequestException)
                {
                    return Incomplete(ct);
                }
                if (read == 0) break;
                if (file.SizeBytes + read > MaxBytes) return TooLarge();
                await file.WriteAsync(buffer.AsMemory(0, read), ct);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        return file.SizeBytes == 0
            ? new UploadBody.Refused(Problems.OfField("file", "The file is empty.", ErrorCodes.InvalidMedia))
            : new UploadBody.Received(new ReceivedFile(target.Path, file.Sha256(), file.SizeBytes), NameOf(disposition), mediaType);
    }

    static string? NameOf(string? disposition)
    {
        if (!ContentDispositionHeaderValue.TryParse(disposition, out var header)) return null;
        return header.FileNameStar.HasValue ? header.FileNameStar.Value : HeaderUtilities.UnescapeAsQuotedString(header.FileName).Value;
    }

    static bool IsMedia(MediaTypeHeaderValue type) =>
        type.MediaType.Equals("application/octet-stream", StringComparison.OrdinalIgnoreCase)
        || type.Type.Equals("image", StringComparison.OrdinalIgnoreCase) || type.Type.Equals("video", StringComparison.OrdinalIgnoreCase)
        || type.Type.Equals("audio", StringComparison.OrdinalIgnoreCase);

    UploadBody.Refused TooLarge() => new(Problems.OfField("file", $"A file may have at most {MaxBytes} bytes.", ErrorCodes.PayloadTooLarge));

    static UploadBody.Refused Refuse(string detail) => new(Problems.Of(ErrorCodes.InvalidRequest, detail));

    static UploadBody.Refused Incomplete(CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        return Refuse("The body ends before the form does, or is not a form of this boundary.");
    }

    static UploadBody.Refused Unsupported(string? type) => new(Problems.Of(ErrorCodes.UnsupportedMediaType,
        $"The content type {(string.IsNullOrEmpty(type) ? "is missing" : "is not supported")}; send multipart/form-data with a field named file, or the file itself as image/…, video/…, audio/… or application/octet-stream."));
}

internal abstract record UploadBody
{
    /// <param name="Name">As the client gave it; null for none.</param>
    /// <param name="DeclaredType">The media type the client gave it; null for none.</param>
    internal sealed record Received(ReceivedFile File, string? Name, string? DeclaredType) : UploadBody;

    internal sealed record Refused(ProblemAnswer Problem) : UploadBody;
}
