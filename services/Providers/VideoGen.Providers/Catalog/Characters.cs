using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace VideoGen.Providers.Catalog;

/// <summary>
/// <c>{Catalog:Folder}/characters.json</c>: who can act. It is the one place that names them. An input of a model that is marked
/// <c>"x-catalog": "characters"</c> takes their ids, and the model's capabilities tell all about them.
/// </summary>
internal sealed partial class Characters
{
    const string FileName = "characters.json";
    const string Mark = "x-catalog";
    const string List = "characters";

    readonly IReadOnlyList<JsonElement> _all;

    Characters(IReadOnlyList<JsonElement> all) => _all = all;

    /// <summary>The characters; none when there is no such file.</summary>
    public static Characters Read(string folder, List<CatalogFault> faults)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path) || CatalogFile.Read(path, faults) is not { } root) return new Characters([]);
        var place = new JsonPlace(root, FileName, "$", faults);
        place.MustBeObject();
        place.OnlyMembers(List);
        var known = new HashSet<string>(StringComparer.Ordinal);
        var all = new List<JsonElement>();
        foreach (var one in place[List].Items())
        {
            if (IsSound(one, known)) all.Add(one.Value!.Value);
        }
        return new Characters(all);
    }

    /// <summary>The model's file with the characters put in where it asks for them.</summary>
    public JsonElement PutInto(JsonElement root, string file, List<CatalogFault> faults)
    {
        var model = JsonNode.Parse(root.GetRawText());
        if ((model as JsonObject)?["input_schema"] is not JsonObject schema || schema["properties"] is not JsonObject properties) return root;
        var marked = properties.Where(property => property.Value is JsonObject named && named.ContainsKey(Mark)).ToList();
        if (marked.Count == 0) return root;
        foreach (var (name, property) in marked) Mend((JsonObject)property!, $"$.input_schema.properties.{name}", file, faults);
        if (model["capabilities"] is JsonObject capabilities) capabilities[List] = new JsonArray([.. _all.Select(one => JsonNode.Parse(one.GetRawText()))]);
        return JsonSerializer.SerializeToElement(model);
    }

    void Mend(JsonObject property, string path, string file, List<CatalogFault> faults)
    {
        if (property[Mark]?.ToJsonString() != $"\"{List}\"") faults.Add(new CatalogFault(file, $"{path}['{Mark}']", $"must be \"{List}\"; there is no other list"));
        else if (_all.Count == 0) faults.Add(new CatalogFault(file, $"{path}['{Mark}']", $"{FileName} names nobody"));
        else if (property.ContainsKey("enum")) faults.Add(new CatalogFault(file, $"{path}.enum", $"comes from {FileName}; leave it out"));
        property.Remove(Mark);
        property["enum"] = new JsonArray([.. _all.Select(one => JsonNode.Parse(one.GetProperty("id").GetRawText()))]);
    }

    static bool IsSound(JsonPlace character, HashSet<string> known)
    {
        if (!character.MustBeObject()) return false;
        var faults = character.Faults.Count;
        character.OnlyMembers("id", "name", "description", "actions", "emotions", "backgrounds");
        var id = character["id"].Text();
        if (id.Length > 0 && !IdPattern().IsMatch(id)) character["id"].Fault("must be lower-case letters, digits, '_' and '-', at most 64");
        else if (id.Length > 0 && !known.Add(id)) character["id"].Fault($"{id} is named twice");
        character["name"].Text();
        character["description"].Text();
        foreach (var list in (ReadOnlySpan<string>)["actions", "emotions", "backgrounds"])
        {
            if (!character[list].IsPresent) character[list].Fault("is missing");
            foreach (var item in character[list].Items()) item.Text();
        }
        return character.Faults.Count == faults;
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9_-]{0,63}$")]
    private static partial Regex IdPattern();
}
