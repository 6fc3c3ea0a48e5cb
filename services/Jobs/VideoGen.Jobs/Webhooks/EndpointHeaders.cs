using System.Collections.Frozen;
using System.Text.Encodings.Web;
using System.Text.Json;
using VideoGen.HttpApi.Requests;

namespace VideoGen.Jobs.Webhooks;

/// <summary>
/// Headers that an endpoint's owner wants on each delivery: what they may be called, what may stand in them, how they are shown.
/// </summary>
internal static class EndpointHeaders
{
    /// <summary>Stands for every value when an endpoint is read.</summary>
    public const string Mask = "********";

    const int Most = 20;
    const int LongestName = 100;
    const int LongestValue = 2048;

    /// <summary>Names and values together. Usual servers take some 8 KB of headers, of which ours need their part.</summary>
    const int LongestInAll = 6144;

    /// <summary>A shorter text stands in many a reply by chance.</summary>
    const int LeastHidden = 8;

    const string Symbols = "!#$%&'*+-.^_`|~";

    static readonly string[] OurPrefixes = ["webhook-", "x-videogen-", "content-", "proxy-", "sec-", "x-forwarded-"];

    static readonly FrozenDictionary<string, string> Others = new Dictionary<string, string>
    {
        ["Host"] = "follows from the URL",
        ["User-Agent"] = "is ours", ["Date"] = "is ours", ["traceparent"] = "is ours", ["tracestate"] = "is ours", ["baggage"] = "is ours",
        ["Connection"] = OfConnection, ["Keep-Alive"] = OfConnection, ["TE"] = OfConnection, ["Trailer"] = OfConnection,
        ["Upgrade"] = OfConnection, ["Transfer-Encoding"] = OfConnection, ["Expect"] = OfConnection, ["HTTP2-Settings"] = OfConnection,
        ["Accept-Encoding"] = OfConnection, ["Via"] = OfConnection, ["Forwarded"] = OfConnection, ["X-Real-IP"] = OfConnection,
        ["Allow"] = OfBody, ["Expires"] = OfBody, ["Last-Modified"] = OfBody,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    const string OfConnection = "belongs to the connection";
    const string OfBody = "belongs to the body";

    /// <summary>
    /// The headers that the body asks for, none for an empty object; null when it says nothing of them. Every fault is noted by
    /// its name.
    /// </summary>
    public static IReadOnlyDictionary<string, string>? Read(BodyFields body)
    {
        if (body.TextsByName("headers", "must be an object of names and values") is not { } headers) return null;
        if (headers.Count > Most) body.Faults.Add("headers", $"must be at most {Most}");
        if (headers.Sum(header => header.Key.Length + header.Value.Length) > LongestInAll)
            body.Faults.Add("headers", $"must have at most {LongestInAll} characters in all");
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in headers)
        {
            var fault = NameFault(name) ?? (names.Add(name) ? null : "is given twice; case makes no difference") ?? ValueFault(value);
            if (fault is not null) body.Faults.Add("headers." + Faults.Shown(name), fault);
        }
        return headers;
    }

    public static byte[] Write(IReadOnlyDictionary<string, string> headers) => JsonSerializer.SerializeToUtf8Bytes(headers);

    public static IReadOnlyDictionary<string, string> Parse(ReadOnlySpan<byte> written) =>
        JsonSerializer.Deserialize<Dictionary<string, string>>(written)!;

    /// <summary>
    /// What a receiver answered, with the mask in the place of values that it sent back, whole or a word of one ("Bearer …"), so that the
    /// record of a delivery does not tell them.
    /// </summary>
    public static string Hide(string reply, IReadOnlyDictionary<string, string> headers)
    {
        var secrets = headers.Values.SelectMany(value => value.Split(' ').Append(value))
            .SelectMany(secret => (string[])
                [secret, Escaped(secret, JavaScriptEncoder.Default), Escaped(secret, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)])
            .Where(secret => secret.Length >= LeastHidden).Distinct(StringComparer.Ordinal).OrderByDescending(secret => secret.Length);
        foreach (var secret in secrets)
        {
            reply = reply.Replace(secret, Mask, StringComparison.Ordinal);
            // The reply is cut somewhere, maybe in the middle of one.
            for (var length = Math.Min(secret.Length, reply.Length); length >= LeastHidden; length--)
                if (reply.AsSpan().EndsWith(secret.AsSpan(0, length))) reply = reply[..^length] + Mask;
        }
        return reply;
    }

    internal static string? NameFault(string name)
    {
        if (name.Length is 0 or > LongestName || !name.All(IsToken))
            return $"must have a name of 1 to {LongestName} letters, digits and {Symbols}";
        var why = Others.GetValueOrDefault(name)
            ?? (OurPrefixes.FirstOrDefault(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)) is { } prefix
                ? $"begins with {prefix}, which is not yours to set" : null);
        return why is null ? null : $"can't be set: it {why}";
    }

    internal static string? ValueFault(string value) =>
        value.Length is 0 or > LongestValue || !value.All(IsVisible) || value[0] is ' ' or '\t' || value[^1] is ' ' or '\t'
            ? $"must be 1 to {LongestValue} visible ASCII characters, with blanks between them only"
            : value == Mask ? "must be the value itself; this is what stands for it when it is read" : null;

    /// <summary>As programs write it into JSON.</summary>
    static string Escaped(string text, JavaScriptEncoder encoder) => JsonEncodedText.Encode(text, encoder).ToString();

    static bool IsToken(char c) => char.IsAsciiLetterOrDigit(c) || Symbols.Contains(c);

    static bool IsVisible(char c) => c is '\t' or (>= ' ' and <= '~');
}
