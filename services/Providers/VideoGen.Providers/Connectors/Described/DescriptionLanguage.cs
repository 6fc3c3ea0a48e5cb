using System.Text.Json;
using System.Text.RegularExpressions;
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
    static readonly JsonSchema Schema = Read();

    /// <summary>Each fault with its JSON pointer; none for a sound description.</summary>
    public static IEnumerable<(string Pointer, string Message)> FaultsOf(JsonElement description)
    {
        if (Schema.Evaluate(description, AsSoundOrNot).IsValid) return [];
        var result = Schema.Evaluate(description, WithEveryFault);
        var faults = from detail in result.Details ?? []
                     where !detail.IsValid
                     from error in detail.Errors ?? []
                     where error.Key is not (
                         "if" or "then" or "else" or "$ref" or "properties" or "additionalProperties" or "items" or "propertyNames")
                     select (Pointer: detail.InstanceLocation.ToString(), Message: InWords(error.Key, error.Value));
        var found = faults.Distinct().OrderBy(fault => fault.Pointer, StringComparer.Ordinal).ToList();
        return found.Count > 0 ? found : [("", "does not fit the schema of descriptions")];
    }

    public static Regex Pattern(string text) =>
        new(text, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, TimeSpan.FromSeconds(1));

    static string InWords(string keyword, string error) => keyword.Length == 0 ? "is not a known member here" : error;

    static JsonSchema Read()
    {
        using var stream = typeof(DescriptionLanguage).Assembly.GetManifestResourceStream("vendor.schema.json")!;
        var source = JsonDocument.Parse(stream).RootElement;
        return JsonSchema.Build(source, new BuildOptions { Dialect = Dialect.Draft202012, SchemaRegistry = new SchemaRegistry() });
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
