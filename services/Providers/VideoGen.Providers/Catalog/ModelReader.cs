using System.Text.Json;
using System.Text.RegularExpressions;
using VideoGen.Providers.Connectors;
using VideoGen.Providers.Contracts;

namespace VideoGen.Providers.Catalog;

/// <summary>Turns one file of <c>catalog/models</c> into a model and writes down everything that is wrong with it.</summary>
internal static partial class ModelReader
{
    static readonly string[] Kinds = ["video", "image", "audio", "text"];
    static readonly JsonElement EmptyObject = JsonElement.Parse("{}");

    /// <summary>The model as far as the file tells it; use it only when no fault was added.</summary>
    /// <param name="root">The file's root value.</param>
    /// <param name="connectors">What a route may name.</param>
    public static CatalogModel Read(JsonPlace root, IReadOnlyDictionary<string, IConnector> connectors)
    {
        root.MustBeObject();
        root.OnlyMembers("slug", "name", "kind", "family", "vendor", "description", "price", "input_schema", "expected_seconds",
            "deadline_seconds", "capabilities", "dialects", "active", "routes", "kind_by", "length", "media_rules",
            "retires", "deprecated", "successor");
        var schema = root["input_schema"];
        SchemaRules.Check(schema);
        var expected = (int)root["expected_seconds"].Whole(1, 86_400, 60);
        var model = new CatalogModel(
            Slug(root), root["name"].Text(), Kind(root["kind"]), root["family"].Text(), root["vendor"].Text(), root["description"].Text(),
            PriceRules.Read(root["price"], schema), schema.Value ?? EmptyObject, expected,
            (int)root["deadline_seconds"].Whole(expected, 7 * 86_400, 1800), Capabilities(root["capabilities"]),
            root["dialects"].Texts(), root["active"].Flag(), [.. root["routes"].Items().Select(route => Route(route, schema, connectors))],
            InputRules.KindBy(root["kind_by"], schema, Kinds), InputRules.Length(root["length"], schema, root["capabilities"]),
            InputRules.Media(root["media_rules"], schema, root["capabilities"]), Retirements.Read(root));
        if (model.Routes is { Count: 0 }) root["routes"].Fault("must name at least one connector");
        return model;
    }

    static string Slug(JsonPlace root)
    {
        var place = root["slug"];
        var slug = place.Text();
        if (slug.Length == 0) return slug;
        if (!SlugPattern().IsMatch(slug)) place.Fault("must be lower-case letters, digits, '.' and '-', at most 64");
        else if (root.File != slug + ".json") place.Fault($"must be the file's name without .json; this file would have to be {slug}.json");
        return slug;
    }

    static string Kind(JsonPlace place)
    {
        var kind = place.Text();
        if (kind.Length > 0 && !Kinds.Contains(kind)) place.Fault($"must be one of {string.Join(", ", Kinds)}");
        return kind;
    }

    static JsonElement Capabilities(JsonPlace place) => place.MustBeObject() ? place.Value!.Value : EmptyObject;

    static ConnectorRoute Route(JsonPlace place, JsonPlace schema, IReadOnlyDictionary<string, IConnector> connectors)
    {
        place.MustBeObject();
        place.OnlyMembers("connector", "model", "inputs", "settings", "cost_usd");
        foreach (var (name, input) in place["inputs"].Members())
        {
            if (!schema["properties"][name].IsPresent) input.Fault("is not a property of input_schema");
        }

        var settings = place["settings"];
        if (settings.IsPresent) settings.MustBeObject();
        var route = new ConnectorRoute(place["connector"].Text(), place["model"].Text(),
            place["inputs"].IsPresent ? place["inputs"].Texts() : null, settings.Value, Costs(place["cost_usd"]));
        if (connectors.TryGetValue(route.Connector, out var connector)) connector.CheckRoute(place, route);
        else if (route.Connector.Length > 0) place["connector"].Fault($"is not a connector; there are {string.Join(", ", connectors.Keys.Order())}");
        return route;
    }

    /// <summary>Null where nothing is known.</summary>
    static Dictionary<string, decimal>? Costs(JsonPlace place)
    {
        if (!place.IsPresent || !place.MustBeObject()) return null;
        var prices = new Dictionary<string, decimal>(StringComparer.Ordinal);
        foreach (var (unit, price) in place.Members())
        {
            if (price.Value is { ValueKind: JsonValueKind.Number } number && number.TryGetDecimal(out var usd) && usd >= 0) prices[unit] = usd;
            else price.Fault("must be US dollars for one, a number from 0");
        }

        return prices;
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9.-]{0,63}$")]
    private static partial Regex SlugPattern();
}
