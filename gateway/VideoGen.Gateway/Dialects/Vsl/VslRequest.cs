using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using VideoGen.HttpApi.Errors;
using VideoGen.HttpApi.Requests;

namespace VideoGen.Gateway.Dialects.Vsl;

/// <summary>The body of a submit, read member by member in the document's order; members that it does not have are refused.</summary>
internal sealed record VslRequest(string MediaType, string ModelId, JsonObject Parameters, string? Prompt)
{
    const int MaxUserId = 128;
    const int MostNamed = 20;

    static readonly string[] Members = ["userId", "mediaType", "modelId", "parameters", "prompt"];
    static readonly string[] MediaTypes = ["video", "image", "audio"];

    /// <summary>The customer's own end user: a label, and what the limits count by.</summary>
    /// <returns>Null with the fault when there is none.</returns>
    public static (string? UserId, ProblemAnswer? Fault) ReadUser(JsonObject body)
    {
        if (!TryText(body, "userId", out var user, out var fault)) return (null, fault);
        return user.Length <= MaxUserId && IsPrintable(user) ? (user, null) : (null, VslErrors.Invalid("userId", $"must have 1 to {MaxUserId} printable characters."));
    }

    public static (VslRequest? Request, ProblemAnswer? Fault) Read(JsonObject body)
    {
        if (!TryText(body, "mediaType", out var mediaType, out var fault)) return (null, fault);
        if (!MediaTypes.Contains(mediaType, StringComparer.Ordinal)) return (null, VslErrors.WrongMediaType($"mediaType must be one of: {string.Join(", ", MediaTypes)}."));
        if (!TryText(body, "modelId", out var modelId, out fault)) return (null, fault);

        if (body.Where(member => !Members.Contains(member.Key, StringComparer.Ordinal)).Select(member => member.Key)
            .ToList() is { Count: > 0 } unknown)
            return (null, Problems.Of(ErrorCodes.InvalidRequest, string.Join(' ', unknown.Take(MostNamed).Select(name =>
                $"{Faults.Shown(name)} is not a member here; known are: {string.Join(", ", Members)}."))));

        string? prompt = null;
        if (body.ContainsKey("prompt") && !TryText(body, "prompt", out prompt, out fault)) return (null, fault);
        return (body["parameters"] ?? new JsonObject()) is JsonObject parameters
            ? (new VslRequest(mediaType, modelId, parameters, prompt), null)
            : (null, VslErrors.Invalid("parameters", "must be an object."));
    }

    /// <summary>
    /// The model's input: the parameters, and the prompt of the top level where they have none and the model takes one. A parameter that is
    /// null counts as absent.
    /// </summary>
    public JsonObject InputFor(System.Text.Json.JsonElement schema)
    {
        var input = new JsonObject();
        foreach (var (name, value) in Parameters)
            if (value is not null) input[name] = value.DeepClone();
        if (Prompt is not null && !input.ContainsKey("prompt") && schema.GetProperty("properties").TryGetProperty("prompt", out _)) input["prompt"] = Prompt;
        return input;
    }

    static bool TryText(JsonObject body, string name, out string text, out ProblemAnswer? fault)
    {
        text = "";
        fault = !body.TryGetPropertyValue(name, out var value) ? VslErrors.Invalid(name, "is required.")
            : value is not JsonValue one || !one.TryGetValue(out string? found) ? VslErrors.Invalid(name, "must be text.")
            : TextRules.IsBlank(text = found) ? VslErrors.Invalid(name, "must not be empty.")
            : null;
        return fault is null;
    }

    static bool IsPrintable(string text)
    {
        foreach (var rune in text.EnumerateRunes())
            if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
                or UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse) return false;
        return true;
    }
}
