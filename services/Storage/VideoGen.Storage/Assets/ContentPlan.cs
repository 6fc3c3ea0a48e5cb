using Microsoft.Net.Http.Headers;

namespace VideoGen.Storage.Assets;

/// <summary>What to answer to a request for bytes, after RFC 9110: conditions first, then the range.</summary>
/// <param name="Status">200, 206, 304, 412 or 416.</param>
/// <param name="Offset">Of the first byte to send.</param>
/// <param name="Length">How many bytes to send; 0 for a status without content.</param>
internal readonly record struct ContentPlan(int Status, long Offset, long Length)
{
    /// <param name="size">Bytes of the whole content, at least 1.</param>
    /// <param name="modified">In whole seconds.</param>
    public static ContentPlan Decide(HttpRequest request, long size, EntityTagHeaderValue tag, DateTimeOffset modified)
    {
        var headers = request.GetTypedHeaders();
        if (Fails(headers, tag, modified)) return new ContentPlan(StatusCodes.Status412PreconditionFailed, 0, 0);
        if (IsKnown(headers, tag, modified)) return new ContentPlan(StatusCodes.Status304NotModified, 0, 0);
        var whole = new ContentPlan(StatusCodes.Status200OK, 0, size);
        // Several ranges, other units and texts that are no range are answered with the whole, as the standard allows.
        if (!HttpMethods.IsGet(request.Method) || headers.Range is not { Unit.Value: "bytes", Ranges: { Count: 1 } ranges } || !MayRange(headers, tag, modified)) return whole;
        var (from, to) = ranges.First() switch
        {
            { From: { } first } range => (first, Math.Min(range.To ?? long.MaxValue, size - 1)),
            { To: { } last } => (Math.Max(0, size - last), last == 0 ? -1 : size - 1),
            _ => (0, size - 1),
        };
        return from < size && to >= from
            ? new ContentPlan(StatusCodes.Status206PartialContent, from, to - from + 1)
            : new ContentPlan(StatusCodes.Status416RangeNotSatisfiable, 0, 0);
    }

    static bool Fails(Microsoft.AspNetCore.Http.Headers.RequestHeaders headers, EntityTagHeaderValue tag, DateTimeOffset modified) =>
        headers.IfMatch is { Count: > 0 } wanted
            ? !wanted.Any(one => one.Equals(EntityTagHeaderValue.Any) || one.Compare(tag, useStrongComparison: true))
            : headers.IfUnmodifiedSince is { } since && modified > since;

    static bool IsKnown(Microsoft.AspNetCore.Http.Headers.RequestHeaders headers, EntityTagHeaderValue tag, DateTimeOffset modified) =>
        headers.IfNoneMatch is { Count: > 0 } known
            ? known.Any(one => one.Equals(EntityTagHeaderValue.Any) || one.Compare(tag, useStrongComparison: false))
            : headers.IfModifiedSince is { } since && modified <= since;

    static bool MayRange(Microsoft.AspNetCore.Http.Headers.RequestHeaders headers, EntityTagHeaderValue tag, DateTimeOffset modified) => headers.IfRange switch
    {
        null => true,
        { EntityTag: { } wanted } => wanted.Compare(tag, useStrongComparison: true),
        { LastModified: { } date } => date == modified,
        _ => false,
    };
}
