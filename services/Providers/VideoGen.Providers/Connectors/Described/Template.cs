using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace VideoGen.Providers.Connectors.Described;

/// <summary>
/// A JSON document with holes: a text that begins with <c>=</c> is an expression. What has no value is left out, and so is an object or an
/// array all of whose holes are empty. A member called <c>...</c> puts the members of an object in its place.
/// </summary>
internal sealed class Template
{
    const string Spread = "...";

    readonly JsonNode? _literal;
    readonly Expression? _hole;
    readonly IReadOnlyList<(string Name, Template Value)>? _members;
    readonly IReadOnlyList<Template>? _items;

    Template(JsonElement source)
    {
        switch (source.ValueKind)
        {
            case JsonValueKind.String when source.GetString() is ['=', .. var expression]:
                _hole = Expression.Compile(expression);
                break;
            case JsonValueKind.Object:
                _members = [.. source.EnumerateObject().Select(member => (member.Name, new Template(member.Value)))];
                break;
            case JsonValueKind.Array:
                _items = [.. source.EnumerateArray().Select(item => new Template(item))];
                break;
            default:
                _literal = JsonNode.Parse(source.GetRawText());
                break;
        }
    }

    /// <exception cref="FormatException">An expression is none.</exception>
    public static Template Compile(JsonElement source) => new(source);

    /// <summary>The filled document; null when nothing is left of it.</summary>
    public JsonNode? Fill(Scope scope)
    {
        if (_hole is not null) return _hole.Of(scope);
        if (_items is not null) return Kept(new JsonArray([.. _items.Select(item => item.Fill(scope)).Where(item => item is not null)]),
            _items.Count, filled => filled.Count);
        if (_members is null) return _literal?.DeepClone();

        var filled = new JsonObject();
        foreach (var (name, value) in _members)
        {
            if (value.Fill(scope) is not { } node) continue;
            if (name != Spread) filled[name] = node;
            else if (node is JsonObject inner) foreach (var (key, member) in inner) filled.TryAdd(key, member?.DeepClone());
        }

        return Kept(filled, _members.Count, all => all.Count);
    }

    static T? Kept<T>(T filled, int holes, Func<T, int> count) where T : JsonNode => holes > 0 && count(filled) == 0 ? null : filled;
}

/// <summary>
/// A path with holes: <c>{expression}</c> is escaped whole, <c>{+expression}</c> keeps its slashes. A value can add neither a query nor a
/// way out of the path, whatever a customer or a vendor wrote into it.
/// </summary>
internal sealed class PathTemplate
{
    readonly IReadOnlyList<(string Text, Expression? Hole, bool KeepsSlashes)> _parts;

    PathTemplate(IReadOnlyList<(string, Expression?, bool)> parts) => _parts = parts;

    /// <exception cref="FormatException">A brace is left open, or an expression is none.</exception>
    public static PathTemplate Compile(string text)
    {
        var parts = new List<(string, Expression?, bool)>();
        for (var at = 0; at < text.Length;)
        {
            var open = text.IndexOf('{', at);
            if (open < 0)
            {
                parts.Add((text[at..], null, false));
                break;
            }

            var close = text.IndexOf('}', open);
            if (close < 0) throw new FormatException("has a { without its }");
            if (open > at) parts.Add((text[at..open], null, false));
            var keeps = text[open + 1] == '+';
            parts.Add(("", Expression.Compile(text[(open + (keeps ? 2 : 1))..close]), keeps));
            at = close + 1;
        }

        return new PathTemplate(parts);
    }

    /// <summary>The path; null when a hole has no value, or one that can't stand in a path.</summary>
    public string? Fill(Scope scope)
    {
        var path = new StringBuilder();
        foreach (var (text, hole, keeps) in _parts)
        {
            if (hole is null)
            {
                path.Append(text);
                continue;
            }

            if (hole.TextOf(scope) is not { Length: > 0 } value
                || (keeps ? value.Split('/') : [value]).Any(part => part is "" or "." or ".." || part.Any(char.IsControl))) return null;
            path.AppendJoin('/', (keeps ? value.Split('/') : [value]).Select(Uri.EscapeDataString));
        }

        return path.ToString();
    }
}
