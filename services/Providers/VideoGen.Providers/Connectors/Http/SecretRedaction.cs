using System.Text;
using System.Text.Encodings.Web;
using System.Text.RegularExpressions;

namespace VideoGen.Providers.Connectors.Http;

/// <summary>
/// Blots out what must not be seen: the configured secrets, as they are and as they are written in URLs, JSON and base64; and in texts for
/// people whatever stands where a credential usually does.
/// </summary>
internal sealed partial class SecretRedaction
{
    const string Blot = "***";

    /// <summary>A shorter one would blot out ordinary words.</summary>
    const int ShortestSecret = 4;

    readonly string[] _forms;
    readonly byte[][] _bytes;

    readonly string[] _tokenStarts;

    /// <param name="tokenStarts">What tokens begin with that are blotted out to their end.</param>
    public SecretRedaction(IEnumerable<string> secrets, IEnumerable<string>? tokenStarts = null)
    {
        _tokenStarts = [.. tokenStarts ?? []];
        _forms = [.. secrets.SelectMany(Parts).Where(secret => secret.Length >= ShortestSecret).SelectMany(FormsOf)
            .Distinct(StringComparer.Ordinal).OrderByDescending(form => form.Length)];
        _bytes = [.. _forms.Concat(_tokenStarts).Select(Encoding.UTF8.GetBytes)];
    }

    /// <summary>The bytes of an answer without the secrets; the same array when they hold no secret.</summary>
    public byte[] Clean(byte[] bytes) => Array.Exists(_bytes, secret => bytes.AsSpan().IndexOf(secret) >= 0)
        ? Encoding.UTF8.GetBytes(CleanKnown(Encoding.UTF8.GetString(bytes)))
        : bytes;

    /// <summary>A text for people: without the secrets, and without anything that looks like a credential.</summary>
    public string Clean(string text) => Credential().Replace(CleanKnown(text), "$1" + Blot);

    public bool IsClean(string text) => !_forms.Concat(_tokenStarts).Any(form => text.Contains(form, StringComparison.Ordinal));

    string CleanKnown(string text) => _tokenStarts.Aggregate(
        _forms.Aggregate(text, (current, form) => current.Replace(form, Blot, StringComparison.Ordinal)), WithoutTokens);

    static string WithoutTokens(string text, string start)
    {
        for (var at = text.IndexOf(start, StringComparison.Ordinal); at >= 0; at = text.IndexOf(start, at, StringComparison.Ordinal))
        {
            var end = at + start.Length;
            while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] is '.' or '-' or '_')) end++;
            text = text[..at] + Blot + text[end..];
        }

        return text;
    }

    /// <summary>Of <c>Bearer abc</c> the second word is a secret by itself.</summary>
    static IEnumerable<string> Parts(string secret) => [secret, secret[(secret.LastIndexOf(' ') + 1)..]];

    static IEnumerable<string> FormsOf(string secret)
    {
        var inUrl = Uri.EscapeDataString(secret);
        string[] inJson = [JavaScriptEncoder.Default.Encode(secret), JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(secret)];
        return
        [
            secret, inUrl, Hexadecimal().Replace(inUrl, match => match.Value.ToLowerInvariant()),
            // Some servers escape a slash in JSON, others do not.
            .. inJson, .. inJson.Select(form => form.Replace("/", @"\/", StringComparison.Ordinal)),
            Convert.ToBase64String(Encoding.UTF8.GetBytes(secret)),
        ];
    }

    [GeneratedRegex("%[0-9A-F]{2}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Hexadecimal();

    /// <summary>A name that credentials have, a colon or an equals sign, and what follows; or what follows the word Bearer.</summary>
    [GeneratedRegex(
        """
        ( (?: \b (?: (?:x-|xi-|x-goog-)? (?:api|access) [-_]? key | key | (?:(?:access|auth)[-_]?)? token | secret | password | signature | authorization )
              ["']? \s* [:=] \s* ["']? (?: (?:bearer|key|token|basic) \s+ )? )
          | \b bearer \s+ )
        [^\s"'&,;}<]{6,}
        """,
        RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Credential();
}
