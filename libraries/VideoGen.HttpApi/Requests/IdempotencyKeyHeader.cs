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

    /// <summary>What a key that breaks the rule is told.</summary>
    public static ProblemAnswer Refusal =>
        Problems.OfField(Name, $"must be 1 to {MaxLength} visible ASCII characters, once, bare or in double quotes");

    /// <summary>The key without the quotes that it may stand in, null when the request has none, or the refusal.</summary>
    public static (string? Key, ProblemAnswer? Refusal) Read(HttpRequest request)
    {
        var values = request.Headers[Name];
        if (values.Count == 0) return (null, null);
        var key = values.Count == 1 ? Unquote(values[0] ?? "") : "";
        return key.Length is 0 or > MaxLength || key.Any(c => c is <= ' ' or > '~')
            ? (null, Refusal)
            : (key, null);
    }

    /// <summary>True when a header can bring the key to the service that judges it.</summary>
    public static bool CanBeCarriedOn(HttpRequest request) =>
        request.Headers[Name].All(value => value?.All(c => c is >= ' ' and <= '~') != false);

    static string Unquote(string value) => value is ['"', .., '"'] ? value[1..^1] : value;
}
