using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using VideoGen.HttpApi.Errors;

namespace VideoGen.Web.Access;

/// <summary>
/// Reads a form before anybody knows whether it is one of ours, so it reads little: the forms of pages are short texts. What comes as
/// multipart/form-data would be written to the disk first and judged afterwards; no form of ours is sent that way.
/// </summary>
internal static class FormBody
{
    /// <summary>More than the gateway lets through.</summary>
    public const int MostBytes = 1024 * 1024;

    const string Type = "application/x-www-form-urlencoded";

    /// <summary>Null when it could be read; it is kept for who reads it next.</summary>
    /// <exception cref="BadHttpRequestException">It turned out too long, or ended early.</exception>
    public static async Task<IResult?> ReadAsync(HttpContext http)
    {
        var request = http.Request;
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            || !type.MediaType.Equals(Type, StringComparison.OrdinalIgnoreCase))
            return Problems.Of(ErrorCodes.UnsupportedMediaType, $"A form of these pages is sent as {Type}.");
        if (request.ContentLength > MostBytes)
            return Problems.Of(ErrorCodes.PayloadTooLarge, $"A form may have at most {MostBytes} bytes.");
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = MostBytes;
        try
        {
            await request.ReadFormAsync(http.RequestAborted);
            return null;
        }
        catch (InvalidDataException)
        {
            return Problems.Of(ErrorCodes.InvalidRequest, "The form has more fields, or longer ones, than any form of these pages.");
        }
    }
}

/// <summary>Endpoint metadata: the body is a file, not a form; the form's token stands in a header.</summary>
internal sealed class TakesFile;
