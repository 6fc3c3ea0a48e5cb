using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using VideoGen.HttpApi.Errors;

namespace VideoGen.Gateway.Dialects.AiStudio;

/// <summary>
/// The native answer lists every fault; AI Studio names one, in a sentence with the values that are allowed: <c>Resolution must be '720p' or
/// '1080p'</c>. The first in the order of the model's schema counts, then what is wrong with the fields together.
/// </summary>
internal static class AiStudioFaults
{
    public static ProblemAnswer FirstOf(ProblemAnswer refusal, JsonElement schema, JsonObject input)
    {
        if (refusal.Problem.Code != ErrorCodes.InvalidRequest.Code && refusal.Problem.Code != ErrorCodes.InvalidMedia.Code) return refusal;
        return InputFault.AllOf(refusal, schema) is [var first, ..] ? Of(SentenceOf(first, schema, input)) : refusal;
    }

    public static ProblemAnswer Of(string sentence) => Problems.Of(ErrorCodes.InvalidRequest, sentence);

    /// <summary>The refusal of a field that takes one of a few words.</summary>
    public static ProblemAnswer OneOf(string field, params IEnumerable<string> words) => Of($"{LabelOf(field)} must be {Listed(words.Select(word => $"'{word}'"))}");

    /// <summary><c>aspectRatio</c> as people write it: <c>Aspect ratio</c>.</summary>
    public static string LabelOf(string field)
    {
        var words = new StringBuilder(field.Length + 4);
        foreach (var letter in field)
        {
            if (letter == '_') words.Append(' ');
            else if (char.IsUpper(letter) && words.Length > 0) words.Append(' ').Append(char.ToLowerInvariant(letter));
            else words.Append(words.Length == 0 ? char.ToUpperInvariant(letter) : letter);
        }
        return words.ToString();
    }

    static string SentenceOf(InputFault fault, JsonElement schema, JsonObject input)
    {
        if (fault.Field == "input") return Together(fault, input);
        var name = fault.Field.Split('.', '[')[0];
        if (!schema.GetProperty("properties").TryGetProperty(name, out var property)) return $"{fault.Field} {fault.Text.TrimEnd('.')}";
        if (property.TryGetProperty("enum", out var values)) return $"{LabelOf(name)} must be {Listed(values.EnumerateArray().Select(Shown))}";
        return property.GetProperty("type").GetString() switch
        {
            "boolean" => $"{LabelOf(name)} must be 'true' or 'false'",
            "array" => $"{LabelOf(name)} must be image files",
            _ when property.TryGetProperty("format", out _) => $"{LabelOf(name)} must be an image file",
            _ => $"{LabelOf(name)} {fault.Text.TrimEnd('.')}",
        };
    }

    static string Together(InputFault fault, JsonObject input)
    {
        if (input.ContainsKey("initialImage")) return $"The request {fault.Text.TrimEnd('.')}";
        return input.ContainsKey("prompt") && input.ContainsKey("endFrame") ? "End frame requires initialImage" : "Either prompt or initialImage is required";
    }

    static string Shown(JsonElement value) => value.ValueKind == JsonValueKind.String ? $"'{value.GetString()}'" : value.GetRawText();

    /// <summary><c>a</c>, <c>a or b</c>, <c>a, b or c</c>.</summary>
    static string Listed(IEnumerable<string> values) =>
        values.ToArray() is [.. var front, var last] && front.Length > 0 ? $"{string.Join(", ", front)} or {last}" : string.Concat(values);
}
