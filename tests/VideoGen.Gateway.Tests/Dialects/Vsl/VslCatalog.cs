using System.Text.Json.Nodes;
using VideoGen.Testing;

namespace VideoGen.Gateway.Tests.Dialects.Vsl;

/// <summary>The models as they are in the catalogue, and one of VSL's that takes no jobs.</summary>
internal static class VslCatalog
{
    static readonly string Json = Read();

    public static void Serve(FakeServices services) => services.On("providers", "GET", "/internal/catalog", 200, Json, ("ETag", "\"1\""));

    static string Read()
    {
        var models = Directory.EnumerateFiles(Path.Combine(Repository.Root, "catalog", "models"), "*.json").Order(StringComparer.Ordinal)
            .Select(path => JsonNode.Parse(File.ReadAllText(path))!.AsObject()).ToList();
        var retired = models.Single(model => (string?)model["slug"] == "sdxl").DeepClone().AsObject();
        (retired["slug"], retired["active"], retired["dialects"]) = ("retired", false, new JsonObject { ["vsl"] = "retired" });
        return new JsonObject { ["models"] = new JsonArray([.. models, retired]) }.ToJsonString();
    }
}
