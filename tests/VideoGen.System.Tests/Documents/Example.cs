using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace VideoGen.System.Tests.Documents;

/// <summary>
/// The documents' JSON, which is written for people: with comments, alternatives (<c>"a" | "b"</c>) and ellipses. It is read with the
/// first alternative, and what is left out stays out.
/// </summary>
static partial class Example
{
    static readonly JsonDocumentOptions Comments = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    public static JsonNode Read(Block block) => Read(block.Text, block.ToString());

    public static JsonNode Read(string text, string origin)
    {
        var plain = Ellipsis().Replace(Alternatives().Replace(text, "$1"), "");
        try
        {
            return JsonNode.Parse(plain, documentOptions: Comments)!;
        }
        catch (JsonException fault)
        {
            throw new FormatException($"{origin} can't be read as JSON: {plain}", fault);
        }
    }

    /// <summary>The first of several values.</summary>
    [GeneratedRegex("""("[^"\n]*"|null)(?:\s*\|\s*(?:"[^"\n]*"|null|\.\.\.))+""")]
    private static partial Regex Alternatives();

    /// <summary>Three dots that stand for more of the same, outside a text.</summary>
    [GeneratedRegex("""(?<=\{)\.\.\.(?=\})|^\s*\.\.\.\s*$""", RegexOptions.Multiline)]
    private static partial Regex Ellipsis();
}
