using System.Text;
using System.Text.Unicode;
using Microsoft.Net.Http.Headers;
using VideoGen.HttpApi.Errors;
using VideoGen.HttpApi.Requests;

namespace VideoGen.Gateway.Dialects;

/// <summary>
/// Reads an <c>application/x-www-form-urlencoded</c> body: what many HTTP clients send for a form without files. Its text must be
/// UTF-8, and no name may come twice.
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
        using var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (await request.Body.ReadAsync(buffer, ct) is var count and > 0)
        {
            if (body.Length + count > MaxTextBytes) return Fault($"The form may have at most {MaxFields} fields and {MaxTextBytes} bytes.");
            body.Write(buffer, 0, count);
        }
        var bytes = body.GetBuffer().AsSpan(0, (int)body.Length);
        return Utf8.IsValid(bytes) ? Parse(Encoding.UTF8.GetString(bytes)) : Fault("The form is not valid UTF-8.");
    }

    static FormReading Parse(string text)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        var faults = new Faults();
        foreach (var (name, value) in QueryText.PairsOf(text).Take(MaxFields + 1))
        {
            if (fields.Count == MaxFields) return Fault($"The form may have at most {MaxFields} fields and {MaxTextBytes} bytes.");
            if (name is null) faults.Add("form", "must be valid UTF-8");
            else if (value is null) faults.Add(Faults.Shown(name), "must be valid UTF-8");
            else if (!fields.TryAdd(name, value)) faults.Add(Faults.Shown(name), "is given twice");
        }
        return new FormReading(fields, faults.Answer());
    }

    static FormReading Fault(string detail) =>
        new(new Dictionary<string, string>(StringComparer.Ordinal), Problems.Of(ErrorCodes.InvalidRequest, detail));
}
