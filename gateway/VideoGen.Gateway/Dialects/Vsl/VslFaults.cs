using System.Text.Json;
using VideoGen.HttpApi.Errors;

namespace VideoGen.Gateway.Dialects.Vsl;

/// <summary>The native faults of a model's input, all of them, under the names that VSL's clients wrote: <c>parameters.width must be …</c>.</summary>
internal static class VslFaults
{
    const string Native = "input";
    const string Shown = "parameters";

    public static ProblemAnswer Translate(ProblemAnswer refusal, JsonElement schema)
    {
        if (refusal.Problem.Errors is not { Count: > 0 } errors) return refusal;
        var names = schema.GetProperty("properties").EnumerateObject().Select(property => $"{Native}.{property.Name}").ToList();
        var sentences = errors.OrderBy(fault => PlaceOf(fault.Key)).ThenBy(fault => fault.Key, StringComparer.Ordinal).SelectMany(fault => fault.Value.Select(text => Sentence(fault.Key, text)));
        return new ProblemAnswer(refusal.Problem with { Detail = string.Join(" ", sentences) }, refusal.RetryAfter);

        int PlaceOf(string path) => names.FindIndex(name => path == name || path.StartsWith(name + ".", StringComparison.Ordinal) || path.StartsWith(name + "[", StringComparison.Ordinal)) is var place and >= 0
            ? place : int.MaxValue;
    }

    static string Sentence(string path, string text)
    {
        var field = path == Native || path.StartsWith(Native + ".", StringComparison.Ordinal) ? Shown + path[Native.Length..] : path;
        return $"{field} {text.Replace(Native + ".", Shown + ".", StringComparison.Ordinal).TrimEnd('.')}.";
    }
}
