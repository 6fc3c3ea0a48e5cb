using VideoGen.Providers.Contracts;

namespace VideoGen.Providers.Catalog;

/// <summary>Reads what a model's input decides beside its price: the kind of thing made, and how long a video becomes.</summary>
internal static class InputRules
{
    /// <summary>Null when the model always makes its <c>kind</c>.</summary>
    public static KindRule? KindBy(JsonPlace place, JsonPlace schema, IReadOnlyCollection<string> kinds)
    {
        if (!place.IsPresent || !place.MustBeObject()) return null;
        place.OnlyMembers("field", "kinds");
        var field = place["field"].Text();
        var property = schema["properties"][field];
        if (field.Length > 0 && !property["enum"].IsPresent) place["field"].Fault("must name a property of input_schema with an enum");
        var byValue = place["kinds"].Texts();
        foreach (var (value, kind) in place["kinds"].Members())
        {
            if (!kinds.Contains(kind.Value?.ToString() ?? "")) kind.Fault($"must be one of {string.Join(", ", kinds)}");
            if (property["enum"].IsPresent && property["enum"].Items().All(item => item.Value?.ToString() != value)) kind.Fault($"is never the value of {field}");
        }
        return new KindRule(field, byValue);
    }

    /// <summary>Null when no two inputs make the length together.</summary>
    public static LengthRule? Length(JsonPlace place, JsonPlace schema, JsonPlace capabilities)
    {
        if (!place.IsPresent || !place.MustBeObject()) return null;
        place.OnlyMembers("frames", "fps");
        foreach (var part in (ReadOnlySpan<string>)["frames", "fps"])
        {
            if (place[part].Text() is { Length: > 0 } field && schema["properties"][field]["type"].Value?.GetString() is not ("integer" or "number"))
                place[part].Fault("must name a number of input_schema");
        }
        if (!capabilities["max_duration_seconds"].IsPresent) capabilities["max_duration_seconds"].Fault("is missing: length has no end without it");
        return new LengthRule(place["frames"].Text(), place["fps"].Text());
    }
}
