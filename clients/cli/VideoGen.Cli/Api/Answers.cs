using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace VideoGen.Cli.Api;

/// <summary>
/// An answer's members, whatever a server sends: what is of another kind than it should be counts as not there, and what a command
/// can't do without is told of as missing.
/// </summary>
internal static class Answers
{
    /// <summary>A name that comes twice would be read as one or as the other.</summary>
    static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <exception cref="JsonException">It is not JSON, or holds a text that is not Unicode.</exception>
    public static JsonNode? Parse(string text)
    {
        try
        {
            var node = JsonNode.Parse(text, documentOptions: Strict);
            Read(node);
            return node;
        }
        catch (InvalidOperationException broken)
        {
            throw new JsonException("It holds a text that is not Unicode.", broken);
        }
    }

    /// <summary>The member at the end of the path; null where the path leads through something else than objects.</summary>
    public static JsonNode? At(this JsonNode? node, params ReadOnlySpan<string> path)
    {
        foreach (var name in path) node = (node as JsonObject)?[name];
        return node;
    }

    /// <summary>Null when it is no text.</summary>
    public static string? TextAt(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    /// <summary>Null when it is no whole number.</summary>
    public static long? NumberAt(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) is JsonValue value && value.TryGetValue<long>(out var number) ? number : null;

    /// <summary>Null when it is no truth value.</summary>
    public static bool? FlagAt(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) is JsonValue value && value.TryGetValue<bool>(out var flag) ? flag : null;

    /// <summary>Null when it is no time.</summary>
    public static DateTimeOffset? TimeAt(this JsonNode? node, params ReadOnlySpan<string> path) =>
        DateTimeOffset.TryParse(node.TextAt(path), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time : null;

    /// <summary>The objects of a list; none when it is no list.</summary>
    public static IReadOnlyList<JsonObject> ObjectsAt(this JsonNode? node, params ReadOnlySpan<string> path) =>
        [.. (node.At(path) as JsonArray ?? []).OfType<JsonObject>()];

    /// <summary>A list that the answer must have.</summary>
    /// <exception cref="CommandFailure">It has none.</exception>
    public static IReadOnlyList<JsonObject> Listed(this JsonObject answer, string name) =>
        answer[name] is JsonArray list ? [.. list.OfType<JsonObject>()] : throw Unexpected($"'{name}' is missing");

    /// <summary>A text that the answer must have: visible ASCII, for it goes into addresses and headers.</summary>
    /// <exception cref="CommandFailure">It has none.</exception>
    public static string Plain(this JsonNode? answer, params ReadOnlySpan<string> path) =>
        answer.TextAt(path) is { Length: > 0 } text && IsVisibleAscii(text) ? text : throw Unexpected($"'{path[^1]}' is missing");

    public static bool IsVisibleAscii(string text) => text.All(letter => letter is > ' ' and <= '~');

    /// <param name="why">In the middle of a sentence.</param>
    public static CommandFailure Unexpected(string why, Exception? cause = null) => new(
        ExitCodes.Unreachable, $"The server does not answer as VideoGen's API does: {why}.",
        "See that the address is right, and that nothing between here and there answers in its place.", cause);

    /// <summary>Reads every text once: one that is not Unicode would fail only where it is used.</summary>
    static void Read(JsonNode? node)
    {
        if (node is JsonObject fields)
            foreach (var (_, value) in fields) Read(value);
        else if (node is JsonArray list)
            foreach (var value in list) Read(value);
        else if (node?.GetValueKind() == JsonValueKind.String)
            node.GetValue<string>();
    }
}
