using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using VideoGen.HttpApi;
using VideoGen.HttpApi.Requests;

namespace VideoGen.Gateway.Dialects;

/// <summary>
/// What makes two submits the same request to their sender, in spite of new upload ids and other multipart boundaries: the route, the
/// text fields as they came or the members in their canonical form (RFC 8785), and the hashes of the files.
/// </summary>
internal static class RequestFingerprint
{
    /// <param name="route">Dialect and route, for example <c>vivid-flow POST /generate</c>.</param>
    /// <param name="files">Field name to the SHA-256 of its bytes.</param>
    /// <returns>Lower-case hexadecimal SHA-256.</returns>
    public static string Of(string route, IEnumerable<KeyValuePair<string, string>> fields, IEnumerable<KeyValuePair<string, string>> files)
    {
        var request = new object[] { route, Sorted(fields), Sorted(files) };
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(request))));
    }

    /// <summary>Of a JSON body, whatever its white space, order and spelling.</summary>
    public static string Of(string route, JsonObject body) =>
        Of(route, body.Select(member => KeyValuePair.Create(member.Key, TextOf(member.Value))), []);

    static string TextOf(JsonNode? value) => CanonicalJson.TextOf(JsonSerializer.SerializeToElement(value));

    /// <summary>The request's <c>Idempotency-Key</c> as it came; the native API judges it. Null without one.</summary>
    public static string? KeyOf(HttpRequest request) =>
        request.Headers[IdempotencyKeyHeader.Name] is { Count: > 0 } keys ? keys.ToString() : null;

    static string[][] Sorted(IEnumerable<KeyValuePair<string, string>> pairs) =>
        [.. pairs.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => new[] { pair.Key, pair.Value })];
}
