using System.Security.Cryptography;
using System.Text.Json;
using VideoGen.HttpApi;
using VideoGen.Providers.Connectors;
using VideoGen.Providers.Contracts;

namespace VideoGen.Providers.Catalog;

/// <summary>
/// Every model, read once at start from <c>{Catalog:Folder}/models/*.json</c>. A fault in any file keeps the service from
/// starting and all faults of all files are named at once; a half-read catalogue would sell what it can't make.
/// </summary>
internal sealed class ModelCatalog
{
    readonly Dictionary<string, CatalogModel> _bySlug;

    ModelCatalog(IReadOnlyList<CatalogModel> models)
    {
        Models = models;
        _bySlug = models.ToDictionary(model => model.Slug, StringComparer.Ordinal);
        Json = JsonSerializer.SerializeToUtf8Bytes(new Contracts.Catalog(models), ApiJson.Options);
        ETag = $"\"{Convert.ToHexStringLower(SHA256.HashData(Json))[..32]}\"";
    }

    /// <summary>In the order of their slugs.</summary>
    public IReadOnlyList<CatalogModel> Models { get; }

    /// <summary>The answer of <c>GET /internal/catalog</c>.</summary>
    public byte[] Json { get; }

    /// <summary>Strong: the same bytes, the same tag, on every replica.</summary>
    public string ETag { get; }

    public CatalogModel? Find(string slug) => _bySlug.GetValueOrDefault(slug);

    /// <exception cref="InvalidDataException">Names every fault, one a line.</exception>
    public static ModelCatalog Load(string folder, IEnumerable<IConnector> connectors)
    {
        var (models, faults) = Read(folder, connectors);
        return faults.Count == 0
            ? new ModelCatalog(models)
            : throw new InvalidDataException($"The model catalogue has {faults.Count} fault(s):\n{string.Join('\n', faults)}");
    }

    public static (IReadOnlyList<CatalogModel> Models, IReadOnlyList<CatalogFault> Faults) Read(string folder, IEnumerable<IConnector> connectors)
    {
        var faults = new List<CatalogFault>();
        var models = new List<CatalogModel>();
        var known = connectors.ToDictionary(connector => connector.Name, StringComparer.Ordinal);
        var place = Path.Combine(folder, "models");
        if (!Directory.Exists(place)) return (models, [new CatalogFault(place, "$", "there is no such folder; set Catalog:Folder")]);

        var characters = Characters.Read(folder, faults);
        foreach (var file in Directory.EnumerateFiles(place, "*.json").Order(StringComparer.Ordinal))
        {
            if (CatalogFile.Read(file, faults) is not { } root) continue;
            var name = Path.GetFileName(file);
            models.Add(ModelReader.Read(new JsonPlace(characters.PutInto(root, name, faults), name, "$", faults), known));
        }

        if (models.Count == 0 && faults.Count == 0) faults.Add(new CatalogFault(place, "$", "there is no model in this folder"));
        faults.AddRange(SharedDialectNames(models));
        faults.AddRange(Retirements.FaultsBetween(models));
        return ([.. models.OrderBy(model => model.Slug, StringComparer.Ordinal)], faults);
    }

    /// <summary>A dialect must be able to tell from a name which model is meant.</summary>
    static IEnumerable<CatalogFault> SharedDialectNames(IEnumerable<CatalogModel> models) =>
        from model in models
        from dialect in model.Dialects
        group model.Slug by (Dialect: dialect.Key, Name: dialect.Value) into sharing
        where sharing.Count() > 1
        from slug in sharing.Skip(1)
        select new CatalogFault($"{slug}.json", $"$.dialects['{sharing.Key.Dialect}']", $"{sharing.Key.Name} is already the name of {sharing.First()}");
}
