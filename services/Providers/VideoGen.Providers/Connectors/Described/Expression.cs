using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using DevLab.JmesPath;
using DevLab.JmesPath.Expressions;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace VideoGen.Providers.Connectors.Described;

/// <summary>A JMESPath expression of a description, compiled. It reads JSON and can do nothing else.</summary>
internal sealed class Expression
{
    /// <summary>
    /// What has been compiled. A description is checked first and read then, and most of them say the same few things; compiling is what takes long
    /// at a start.
    /// </summary>
    static readonly ConcurrentDictionary<string, Expression> Compiled = new(StringComparer.Ordinal);

    readonly JmesPathExpression _compiled;

    Expression(string text, JmesPathExpression compiled) => (Text, _compiled) = (text, compiled);

    public string Text { get; }

    /// <exception cref="FormatException">It is no JMESPath; the message says where.</exception>
    public static Expression Compile(string text)
    {
        try
        {
            return Compiled.GetOrAdd(text, static one => new Expression(one, new JmesPath().Parse(one)));
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            throw new FormatException($"is not JMESPath: {fault.Message}", fault); // The library throws bare exceptions.
        }
    }

    /// <summary>The value; null where nothing is, or a function was given what it does not take.</summary>
    public JsonNode? Of(Scope scope)
    {
        try
        {
            // An expression keeps what it is evaluated in, so that one of them must not be evaluated twice at once.
            lock (_compiled) return _compiled.Transform(scope.Root)
                .AsJToken() is { Type: not (JTokenType.Null or JTokenType.Undefined) } value ? Node(value) : null;
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            return null; // A number where a function wants a text, for example: the library throws bare exceptions.
        }
    }

    /// <summary>The value as text: a text as it is, a number or a flag as JSON writes it; null for anything else.</summary>
    public string? TextOf(Scope scope) => Of(scope) is JsonValue value ? Plain(value) : null;

    /// <summary>The texts of an array, or the one text; what is no text is left out.</summary>
    public IReadOnlyList<string> TextsOf(Scope scope) => Of(scope) switch
    {
        JsonArray many => [.. many.OfType<JsonValue>().Select(Plain).OfType<string>()],
        JsonValue one when Plain(one) is { } text => [text],
        _ => [],
    };

    public decimal? NumberOf(Scope scope) =>
        decimal.TryParse(TextOf(scope), System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture,
            out var number) ? number : null;

    static string? Plain(JsonValue value) => value.GetValueKind() switch
    {
        JsonValueKind.String => value.GetValue<string>(),
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.ToJsonString(),
        _ => null,
    };

    static JsonNode? Node(JToken token) => JsonNode.Parse(token.ToString(Formatting.None));
}

/// <summary>What an expression is evaluated in.</summary>
internal sealed class Scope
{
    /// <summary>Vendors' dates and numbers stay as they are written; deeper nesting than this is no answer of a sane vendor.</summary>
    static readonly JsonSerializerSettings AsWritten = new() { DateParseHandling = DateParseHandling.None,
        FloatParseHandling = FloatParseHandling.Decimal, MaxDepth = 64 };

    Scope(JToken root) => Root = root;

    public JToken Root { get; }

    /// <summary>The scope of a JSON text; null when it is none.</summary>
    public static Scope? TryParse(string json)
    {
        try
        {
            return JsonConvert.DeserializeObject<JToken>(json, AsWritten) is { } root ? new Scope(root) : null;
        }
        catch (Newtonsoft.Json.JsonException)
        {
            return null;
        }
    }

    /// <exception cref="FormatException">It is nested too deep, or has a number that is too large.</exception>
    public static Scope Of(JsonNode node) =>
        TryParse(node.ToJsonString()) ?? throw new FormatException("is JSON that expressions can't be asked about");
}
