using System.Text.Json;
using System.Text.Json.Nodes;
using VideoGen.HttpApi.Errors;

namespace VideoGen.Gateway.Dialects.Vydra;

/// <summary>
/// The native answer lists every fault; Vydra names one: a missing field first, <c>Missing required field: prompt (string)</c>, then the
/// first in the order of the model's schema, <c>Invalid field: duration (must be …)</c>.
/// </summary>
internal static class VydraFaults
{
    public static ProblemAnswer FirstOf(ProblemAnswer refusal, JsonElement schema, JsonObject input)
    {
        if (refusal.Problem.Code != ErrorCodes.InvalidRequest.Code && refusal.Problem.Code != ErrorCodes.InvalidMedia.Code) return refusal;
        var faults = InputFault.AllOf(refusal, schema);
        if (faults.Count == 0) return refusal;
        if (faults.FirstOrDefault(fault => IsMissing(fault.Field, schema, input)) is { } missing) return Missing(missing.Field, missing.Field, schema);

        var first = faults[0];
        if (first.Field == "input" && ChoicesOf(schema) is [var choice, ..] choices) return Missing(string.Join(" or ", choices), choice, schema);
        return Problems.Of(ErrorCodes.InvalidRequest,
            $"Invalid field: {(first.Field == "input" ? "body" : first.Field)} ({first.Text.Replace("input.", "", StringComparison.Ordinal).TrimEnd('.')})");
    }

    static ProblemAnswer Missing(string shown, string field, JsonElement schema) =>
        Problems.Of(ErrorCodes.InvalidRequest, $"Missing required field: {shown} ({TypeOf(schema.GetProperty("properties").GetProperty(field))})");

    static bool IsMissing(string field, JsonElement schema, JsonObject input) =>
        !input.ContainsKey(field) && schema.TryGetProperty("required", out var required) && required.EnumerateArray().Any(name => name.GetString() == field);

    /// <summary>
    /// The fields any of which would do: <c>"anyOf": [{"required": ["theme"]}, {"required": ["customPrompt"]}]</c>. Branches with other
    /// conditions (another mode, say) are no fields that could be sent in addition.
    /// </summary>
    static IReadOnlyList<string> ChoicesOf(JsonElement schema)
    {
        if (!schema.TryGetProperty("anyOf", out var branches)) return [];
        return [.. branches.EnumerateArray().Select(OnlyField).OfType<string>()];

        static string? OnlyField(JsonElement branch) =>
            branch.EnumerateObject().Count() == 1 && branch.TryGetProperty("required", out var names) && names.GetArrayLength() == 1 ? names[0].GetString() : null;
    }

    static string TypeOf(JsonElement property) => property.TryGetProperty("type", out var type) switch
    {
        true when type.ValueKind == JsonValueKind.String => type.GetString()!,
        true => type.EnumerateArray().Select(one => one.GetString()!).First(name => name != "null"),
        false => "string",
    };
}
