using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace VideoGen.HttpApi.Requests;

/// <summary>A name that a route takes in its query, and what may stand there.</summary>
/// <param name="Fault">What is wrong with a text; null for nothing. Ends a sentence that begins with the name.</param>
/// <param name="Schema">For the API's description.</param>
/// <param name="IsList">The name may be given several times; every value is looked at.</param>
/// <param name="LongestKey">
/// More than 0: the name comes with keys of the client's own, <c>name[key]</c>, each of at most so many characters.
/// </param>
public sealed record QueryParameter(string Name, string Description, Func<string, string?> Fault, Func<OpenApiSchema> Schema,
    bool IsRequired = false, bool IsList = false, int LongestKey = 0)
{
    const int LongestText = 2000;

    public bool IsMap => LongestKey > 0;

    /// <summary>The name as people are told of it.</summary>
    public string ShownName => IsMap ? $"{Name}[key]" : Name;

    /// <summary>True when what stands before the equals sign is this parameter.</summary>
    public bool Takes(string name) => IsMap ? KeyOf(name) is not null : name == Name;

    /// <summary>The key of <c>name[key]</c>: everything between the first bracket and the last; null when it is no such text.</summary>
    public string? KeyOf(string name) =>
        name.Length >= Name.Length + 2 && name.StartsWith(Name + "[", StringComparison.Ordinal) && name.EndsWith(']')
            ? name[(Name.Length + 1)..^1] : null;

    /// <summary>What is wrong with the key in a name that it takes; null for nothing.</summary>
    public string? KeyFault(string name) => !IsMap || (KeyOf(name) is { Length: > 0 } key && key.Length <= LongestKey)
        ? null : string.Create(CultureInfo.InvariantCulture, $"must have a key of 1 to {LongestKey} characters between its brackets");

    public static QueryParameter Whole(string name, int least, int most, string description, int? otherwise = null)
    {
        var rule = string.Create(CultureInfo.InvariantCulture, $"must be a whole number from {least} to {most}");
        return new QueryParameter(name, description,
            text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least
                && number <= most ? null : rule,
            () => new OpenApiSchema
            {
                Type = JsonSchemaType.Integer,
                Minimum = least.ToString(CultureInfo.InvariantCulture),
                Maximum = most.ToString(CultureInfo.InvariantCulture),
                Default = otherwise is { } value ? JsonValue.Create(value) : null,
            });
    }

    /// <summary>How many entries a page has.</summary>
    public static QueryParameter Limit(int most, int otherwise) =>
        Whole("limit", 1, most, $"Entries a page, 1 to {most}; {otherwise} unless told.", otherwise);

    public static QueryParameter Time(string name, string description) =>
        new(name, description, text => TimeText.TryParseInQuery(text, out _) ? null : TimeText.Rule, () =>
            new OpenApiSchema { Type = JsonSchemaType.String, Format = "date-time" });

    public static QueryParameter Id(string name, string description, bool isRequired = false) =>
        new(name, description, text => IdText.TryParse(text, out _) ? null : IdText.Rule, () =>
            new OpenApiSchema { Type = JsonSchemaType.String, Format = "uuid" }, isRequired);

    public static QueryParameter Word(string name, string description, params IReadOnlyList<string> allowed) =>
        new(name, description, text =>
            allowed.Contains(text, StringComparer.Ordinal) ? null : $"must be one of {string.Join(", ", allowed)}",
            () => new OpenApiSchema { Type = JsonSchemaType.String, Enum = [.. allowed.Select(word => JsonValue.Create(word))] });

    public static QueryParameter Flag(string name, string description) =>
        new(name, description, text => text is "true" or "false" ? null : "must be true or false", () =>
            new OpenApiSchema { Type = JsonSchemaType.Boolean });

    /// <summary>One or more of the allowed words, separated by commas or given one by one.</summary>
    public static QueryParameter Words(string name, string description, IReadOnlyList<string> allowed) =>
        new(name, description,
            text => text.Split(',', StringSplitOptions.TrimEntries).All(word => allowed.Contains(word, StringComparer.Ordinal))
                ? null : $"must be one or more, separated by commas, of {string.Join(", ", allowed)}",
            () => new OpenApiSchema
            {
                Type = JsonSchemaType.Array,
                Items = new OpenApiSchema { Type = JsonSchemaType.String, Enum = [.. allowed.Select(word => JsonValue.Create(word))] },
            }, IsList: true);

    /// <summary>Texts by keys of the client's own, <c>name[key]=text</c>; a text may be empty.</summary>
    public static QueryParameter TextsByKey(string name, string description, int longestKey, int most) =>
        new(name, description,
            text => text.Length <= most ? null : string.Create(CultureInfo.InvariantCulture, $"must have at most {most} characters"),
            () => new OpenApiSchema
            {
                Type = JsonSchemaType.Object,
                AdditionalProperties = new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = most },
            }, LongestKey: longestKey);

    public static QueryParameter Text(string name, string description, int most = LongestText) =>
        new(name, description, text => TextRules.Fault(text, 1, most),
            () => new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1, MaxLength = most });

    /// <summary>Names of an API whose own document describes them; their values are judged where they are read.</summary>
    public static QueryParameter[] Texts(params IEnumerable<string> names) => [.. names.Select(name => Text(name, ""))];

    /// <summary>A place in a list, from an answer of the same list.</summary>
    /// <param name="isPlace">Whether these parts make a place.</param>
    public static QueryParameter Cursor(int parts, Func<string[], bool> isPlace) =>
        new("cursor", "next_cursor of the page before.",
            text => Paging.Cursor.TryDecode(text, parts) is { } decoded && isPlace(decoded) ? null
                : "must be the next_cursor of an earlier answer",
            () => new OpenApiSchema { Type = JsonSchemaType.String });

    /// <summary>A text whose form this name alone has.</summary>
    public static QueryParameter Of(string name, string description, Func<string, string?> fault) =>
        new(name, description, fault, () => new OpenApiSchema { Type = JsonSchemaType.String });
}
