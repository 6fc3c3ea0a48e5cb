using System.Text.Json;
using VideoGen.HttpApi.Errors;

namespace VideoGen.Gateway.Dialects;

/// <summary>One fault of a model's input, in the native API's words.</summary>
/// <param name="Field">The parameter's name, without the native <c>input.</c>; <c>input</c> itself when no single parameter is at fault.</param>
/// <param name="Text">Ends a sentence that begins with the field: "must be a whole number from 1 to 257".</param>
internal sealed record InputFault(string Field, string Text)
{
    const string Root = "input.";

    /// <summary>Every fault that the refusal names, in the order of the model's schema; the others after them.</summary>
    public static IReadOnlyList<InputFault> AllOf(ProblemAnswer refusal, JsonElement schema)
    {
        if (refusal.Problem.Errors is not { Count: > 0 } errors) return [];
        var order = schema.GetProperty("properties").EnumerateObject().Select(property => property.Name).ToList();
        return [.. errors.Select(error => new InputFault(NameOf(error.Key), error.Value[0])).OrderBy(fault => PlaceOf(fault.Field))];

        int PlaceOf(string field) => order.IndexOf(field.Split('.', '[')[0]) is var place and >= 0 ? place : int.MaxValue;
    }

    static string NameOf(string path) => path.StartsWith(Root, StringComparison.Ordinal) ? path[Root.Length..] : path;
}
