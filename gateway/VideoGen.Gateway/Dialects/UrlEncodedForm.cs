using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using VideoGen.HttpApi.Errors;

namespace VideoGen.Gateway.Dialects;

/// <summary>
/// Reads an <c>application/x-www-form-urlencoded</c> body: what many HTTP clients send for a form without files. The first of a name counts.
/// </summary>
internal static class UrlEncodedForm
{
    const int MaxFields = 64;
    const int MaxTextBytes = 256 * 1024;

    public static bool Is(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type) && type.MediaType.Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase);

    /// <exception cref="BadHttpRequestException">The body ended, stalled or grew past the limit.</exception>
    public static async Task<FormReading> ReadAsync(HttpRequest request, CancellationToken ct)
    {
        var reader = new FormPipeReader(request.BodyReader, Encoding.UTF8) { ValueCountLimit = MaxFields, ValueLengthLimit = MaxTextBytes };
        try
        {
            var fields = await reader.ReadFormAsync(ct);
            return new FormReading(fields.ToDictionary(field => field.Key, field => field.Value[0] ?? "", StringComparer.Ordinal), Fault: null);
        }
        catch (InvalidDataException)
        {
            return new FormReading(new Dictionary<string, string>(StringComparer.Ordinal),
                Problems.Of(ErrorCodes.InvalidRequest, $"The form may have at most {MaxFields} fields of {MaxTextBytes} bytes."));
        }
    }
}
