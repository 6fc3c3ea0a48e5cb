using Microsoft.AspNetCore.Http;
using VideoGen.HttpApi.Errors;

namespace VideoGen.HttpApi.Requests;

/// <summary>The one rule for the header by which a client repeats a request without repeating what it does.</summary>
public static class IdempotencyKeyHeader
{
    /// <summary>The header's name.</summary>
    public const string Name = "Idempotency-Key";

    /// <summary>How many characters a key may have.</summary>
    public const int MaxLength = 255;

    /// <summary>The key without the quotes that it may stand in, null when the request has none, or the refusal.</summary>
    public static (string? Key, ProblemAnswer? Refusal) Read(HttpRequest request)
    {
        var values = request.Headers[Name];
        if (values.Count == 0) return (null, null);
        var key = values.Count == 1 ? Unquote(values[0] ?? "") : "";
        return key.Length is 0 or > MaxLength || key.Any(c => c is <= ' ' or > '~')
            ? (null, Problems.OfField(Name, $"must be 1 to {MaxLength} visible ASCII characters, once, bare or in double quotes"))
            : (key, null);
    }

    static string Unquote(string value) => value is ['"', .., '"'] ? value[1..^1] : value;
}
