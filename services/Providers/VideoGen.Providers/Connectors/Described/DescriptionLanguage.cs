using System.Text.Json;
using System.Text.RegularExpressions;
using Json.Pointer;
using Json.Schema;

namespace VideoGen.Providers.Connectors.Described;

/// <summary>
/// The language of descriptions: <c>catalog/vendor.schema.json</c>, which editors read too, and the formats of its texts. So every fault
/// of a file, an expression that is none included, is found in one pass and has its place.
/// </summary>
internal static class DescriptionLanguage
{
    static readonly EvaluationOptions AsSoundOrNot = Options(OutputFormat.Flag);
    static readonly EvaluationOptions WithEveryFault = Options(OutputFormat.List);
    static readonly JsonElement Source = ReadSource();
    static readonly JsonSchema Schema =
        JsonSchema.Build(Source, new BuildOptions { Dialect = Dialect.Draft202012, SchemaRegistry = new SchemaRegistry() });

    /// <summary>Each fault with its JSON pointer; none for a sound description.</summary>
    public static IEnumerable<(string Pointer, string Message)> FaultsOf(JsonElement description)
    {
        if (Schema.Evaluate(description, AsSoundOrNot).IsValid) return [];
        var result = Schema.Evaluate(description, WithEveryFault);
        var broken = (result.Details ?? []).Where(detail => !detail.IsValid)
            .ToLookup(detail => detail.EvaluationPath.ToString(), detail => detail.InstanceLocation.ToString(), StringComparer.Ordinal);
        var faults = from detail in result.Details ?? []
                     where !detail.IsValid && !IsCondition(detail.EvaluationPath.ToString()) && !IsOtherChoice(detail.EvaluationPath.ToString(), detail.InstanceLocation.ToString(), broken)
                     from error in detail.Errors ?? []
                     where error.Key is not (
                         "if" or "then" or "else" or "$ref" or "properties" or "additionalProperties" or "items" or "propertyNames")
                     select (Pointer: detail.InstanceLocation.ToString(), Message: InWords(detail, error.Key, error.Value));
        var found = faults.Distinct().OrderBy(fault => fault.Pointer, StringComparer.Ordinal).ToList();
        return found.Count > 0 ? found : [("", "does not fit the schema of descriptions")];
    }

    public static Regex Pattern(string text) =>
        new(text, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, TimeSpan.FromSeconds(1));

    /// <summary>A form that a value might have had, where it has another one that is right.</summary>
    /// <param name="path">Of the rule that it does not fit.</param>
    /// <param name="broken">The rules that something does not fit, with the places.</param>
    static bool IsOtherChoice(string path, string place, ILookup<string, string> broken)
    {
        foreach (var choice in (ReadOnlySpan<string>)["/oneOf/", "/anyOf/"])
        {
            for (var at = path.IndexOf(choice, StringComparison.Ordinal); at >= 0; at = path.IndexOf(choice, at + 1, StringComparison.Ordinal))
                if (!broken[path[..at]].Any(chooser => place.StartsWith(chooser, StringComparison.Ordinal))) return true;
        }

        return false;
    }

    /// <summary>What only decides which rule holds is no rule itself.</summary>
    static bool IsCondition(string path) => path.EndsWith("/if", StringComparison.Ordinal) || path.Contains("/if/", StringComparison.Ordinal);

    static string InWords(EvaluationResults detail, string keyword, string error) => keyword switch
    {
        "" => "is not a known member here",
        "enum" when AllowedAt(detail.SchemaLocation) is { } allowed => $"must be one of {allowed}",
        _ => error,
    };

    /// <summary>The values that the rule at this place allows.</summary>
    static string? AllowedAt(Uri place) =>
        JsonPointer.TryParse(Uri.UnescapeDataString(place.Fragment.TrimStart('#')), out var pointer)
            && pointer.Evaluate(Source) is { ValueKind: JsonValueKind.Object } rule && rule.TryGetProperty("enum", out var values)
            ? string.Join(", ", values.EnumerateArray().Select(value => value.ToString())) : null;

    static JsonElement ReadSource()
    {
        using var stream = typeof(DescriptionLanguage).Assembly.GetManifestResourceStream("vendor.schema.json")!;
        using var source = JsonDocument.Parse(stream);
        return source.RootElement.Clone();
    }

    static EvaluationOptions Options(OutputFormat format)
    {
        var options = new EvaluationOptions { OutputFormat = format, RequireFormatValidation = true };
        Register("expression", static text => Expression.Compile(text));
        Register("path-template", text => PathTemplate.Compile(text));
        Register("pattern", text => Pattern(text));
        Register("template", CompileHole);
        Register("header-name", text => _ = text.Length > 0 && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '-')
            ? text : throw new FormatException("must be the name of a header"));
        Register("kind", text =>
        {
            if (text.StartsWith('=')) CompileHole(text);
            else if (text is not ("video" or "image" or "audio")) throw new FormatException(
                "must be video, image or audio, or = and an expression");
        });
        return options;

        void Register(string name, Action<string> compile) =>
            options.FormatRegistry.Register(new PredicateFormat(name, (JsonElement value, out string? fault) =>
        {
            fault = null;
            if (value.ValueKind != JsonValueKind.String) return true;
            try
            {
                compile(value.GetString()!);
                return true;
            }
            catch (Exception wrong) when (wrong is FormatException or ArgumentException or NotSupportedException)
            {
                fault = wrong.Message;
                return false;
            }
        }));
    }

    static void CompileHole(string text)
    {
        if (text.StartsWith('=')) Expression.Compile(text[1..]);
    }
}
