using System.Text.Json;
using Json.Schema;
using VideoGen.HttpApi.Requests;

namespace VideoGen.Jobs.Submit;

/// <summary>Says in plain words what the schema wants instead: the allowed values and ranges, for people and programs alike.</summary>
/// <remarks>
/// The validator's results are walked with three things in step: the result, the schema that it judged by and the value that it judged. Only
/// the first step of a result's path below its parent is read, since the validator writes the rest of it differently from keyword to keyword.
/// </remarks>
internal static class SchemaFaults
{
    /// <param name="result">The validator's answer in its hierarchical form.</param>
    /// <param name="schema">The schema that <paramref name="value"/> was judged by.</param>
    /// <param name="field">What the value is called in the request.</param>
    public static void AddAll(EvaluationResults result, JsonElement schema, JsonElement value, string field, Faults faults)
    {
        foreach (var fault in In(new Judged(result, schema, value, field))) faults.Add(fault.Field, fault.Text);
    }

    static IEnumerable<(string Field, string Text)> In(Judged at)
    {
        if (at.Result.IsValid) yield break;
        foreach (var missing in MissingIn(at)) yield return missing;
        if (at.Result.Errors is { } errors && errors.Keys.Any(keyword => !IsToldOtherwise(keyword)))
            yield return (at.Field, "must be " + SchemaWords.Describe(at.Schema));
        foreach (var (step, child) in Children(at))
        {
            if (step is "anyOf" or "oneOf" or "not") continue;
            if (step == "additionalProperties" && child.Schema.ValueKind == JsonValueKind.False) yield return (child.Field, $"is not an input of this model; allowed: {NamesIn(at.Schema)}");
            else foreach (var fault in In(child)) yield return fault;
        }
        foreach (var (step, child) in Children(at).Where(child => child.Step == "not" && child.Judged.Result.IsValid))
            yield return (at.Field, "must not have " + string.Join(" and ", SchemaWords.Texts(child.Schema, "required")));
        foreach (var text in Alternatives(at)) yield return (at.Field, text);
    }

    /// <summary>Keywords whose faults are found in the parts of the result or of the value, not in the keyword's own error.</summary>
    static bool IsToldOtherwise(string keyword) =>
        keyword is "required" or "properties" or "items" or "additionalProperties" or "anyOf" or "oneOf" or "not";

    static IEnumerable<(string Field, string Text)> MissingIn(Judged at)
    {
        if (at.Result.Errors?.ContainsKey("required") != true || at.Value.ValueKind != JsonValueKind.Object) yield break;
        foreach (var name in SchemaWords.Texts(at.Schema, "required").Where(name => !at.Value.TryGetProperty(name, out _)))
        {
            var wanted = Part(at.Schema, "properties", name) is { } property ? ": " + SchemaWords.Describe(property) : "";
            yield return ($"{at.Field}.{name}", "is required" + wanted);
        }
    }

    /// <summary>One sentence for each of <c>anyOf</c> and <c>oneOf</c> that no alternative fulfils.</summary>
    static IEnumerable<string> Alternatives(Judged at)
    {
        foreach (var keyword in (string[])["anyOf", "oneOf"])
        {
            var each = Children(at).Where(child => child.Step == keyword).Select(child => child.Judged).ToList();
            if (each.Count == 0 || each.Exists(alternative => alternative.Result.IsValid)) continue;
            yield return "needs one of these: " + string.Join("; or: ", each.Select(alternative => string.Join(" and ",
                In(alternative).Select(fault => fault.Field == at.Field ? fault.Text : $"{fault.Field} {fault.Text}").Distinct(StringComparer.Ordinal))));
        }
    }

    /// <summary>The results below one, each with the keyword that led to it, its schema and its value.</summary>
    static IEnumerable<(string Step, Judged Judged)> Children(Judged at)
    {
        var (above, valueAbove) = (at.Result.EvaluationPath.ToString(), at.Result.InstanceLocation.ToString());
        foreach (var result in at.Result.Details ?? [])
        {
            var path = Steps(result.EvaluationPath.ToString()[above.Length..]);
            var judged = new Judged(result, SchemaBelow(at.Schema, path), at.Value, at.Field);
            foreach (var step in Steps(result.InstanceLocation.ToString()[valueAbove.Length..])) judged = judged.Into(step);
            yield return (path[0], judged);
        }
    }

    static JsonElement SchemaBelow(JsonElement schema, string[] path) => path switch
    {
        ["properties" or "anyOf" or "oneOf" or "allOf", var which, ..] => Part(schema, path[0], which),
        [var keyword, ..] => Part(schema, keyword),
        [] => schema,
    } ?? default;

    static JsonElement? Part(JsonElement schema, params ReadOnlySpan<string> path)
    {
        var part = schema;
        foreach (var step in path)
        {
            if (part.ValueKind == JsonValueKind.Array && int.TryParse(step, out var index) && index < part.GetArrayLength()) part = part[index];
            else if (part.ValueKind != JsonValueKind.Object || !part.TryGetProperty(step, out part)) return null;
        }
        return part;
    }

    static string NamesIn(JsonElement schema) =>
        Part(schema, "properties") is { } properties ? string.Join(", ", properties.EnumerateObject().Select(property => property.Name)) : "";

    /// <summary>A JSON Pointer's steps, unescaped.</summary>
    static string[] Steps(string pointer) =>
        [.. pointer.Split('/').Skip(1).Select(step => step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal))];

    /// <param name="Field">What the value is called in the request: <c>input.clips[1]</c>.</param>
    readonly record struct Judged(EvaluationResults Result, JsonElement Schema, JsonElement Value, string Field)
    {
        public Judged Into(string step) => Value.ValueKind == JsonValueKind.Array
            ? this with { Value = Value[int.Parse(step, System.Globalization.CultureInfo.InvariantCulture)], Field = $"{Field}[{step}]" }
            : this with { Value = Value.GetProperty(step), Field = $"{Field}.{step}" };
    }
}
