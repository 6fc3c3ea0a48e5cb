using VideoGen.Providers.Contracts;

namespace VideoGen.Providers.Catalog;

/// <summary>
/// Reads what a model's input decides beside its price: the kind of thing made, how long a video becomes, and what its media must be.
/// </summary>
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

    /// <summary>Null when any media of the right kind will do.</summary>
    public static MediaRules? Media(JsonPlace place, JsonPlace schema, JsonPlace capabilities)
    {
        if (!place.IsPresent || !place.MustBeObject()) return null;
        place.OnlyMembers("sound_in", "cut", "join");
        foreach (var field in place["sound_in"].Items()) MustBe(field, "asset", schema);
        var (cut, join) = (place["cut"], place["join"]);
        if (cut.IsPresent && cut.MustBeObject()) CheckParts(cut, schema, capabilities, "of:asset", "start:number", "end:number", "duration:number");
        if (join.IsPresent && join.MustBeObject()) CheckParts(join, schema, capabilities, "of:assets", "overlap:number");
        return new MediaRules(
            [.. place["sound_in"].Items().Select(field => field.Text())],
            cut.IsPresent ? new CutRule(cut["of"].Text(), cut["start"].Text(), cut["end"].Text(), cut["duration"].Text()) : null,
            join.IsPresent ? new JoinRule(join["of"].Text(), join["overlap"].Text()) : null);
    }

    /// <param name="parts">Each as <c>member:what the input that it names must be</c>.</param>
    static void CheckParts(JsonPlace rule, JsonPlace schema, JsonPlace capabilities, params ReadOnlySpan<string> parts)
    {
        var names = new List<string>();
        foreach (var part in parts)
        {
            var (member, kind) = (part.Split(':')[0], part.Split(':')[1]);
            names.Add(member);
            MustBe(rule[member], kind, schema);
        }
        rule.OnlyMembers([.. names]);
        if (!capabilities["max_duration_seconds"].IsPresent) capabilities["max_duration_seconds"].Fault("is missing: the result has no end without it");
    }

    static void MustBe(JsonPlace name, string kind, JsonPlace schema)
    {
        if (name.Text() is not { Length: > 0 } field) return;
        var property = schema["properties"][field];
        var fits = kind switch
        {
            "asset" => IsAsset(property),
            "assets" => IsAsset(property["items"]),
            _ => property["type"].Value?.ToString() is "integer" or "number",
        };
        if (!fits) name.Fault($"must name {(kind == "assets" ? "a list of assets" : kind == "asset" ? "an asset" : "a number")} of input_schema");
    }

    static bool IsAsset(JsonPlace property) => property["format"].Value?.ToString() == "asset";
}
