using System.Text.Json;
using VideoGen.HttpApi;
using VideoGen.Jobs.Submit;
using VideoGen.Providers.Contracts;

namespace VideoGen.Jobs.Catalog;

/// <summary>
/// The models as Providers last served them, each with its schema compiled once. Readers take <see cref="Current"/> and keep it
/// for their whole request; a newer catalogue replaces it as a whole.
/// </summary>
internal sealed class ModelCatalog
{
    volatile CatalogCopy? _current;

    /// <summary>Null until a catalogue was had for the first time, from Providers or from the database.</summary>
    public CatalogCopy? Current => _current;

    public void Replace(CatalogCopy copy) => _current = copy;
}

/// <param name="ETag">What Providers called this version.</param>
/// <param name="Models">Every model by its slug.</param>
internal sealed record CatalogCopy(string ETag, IReadOnlyDictionary<string, ModelEntry> Models)
{
    /// <summary>The slugs that a submit may name, for the text of a refusal.</summary>
    public string ActiveSlugs => string.Join(", ", Models.Values.Where(entry => entry.Model.Active).Select(entry => entry.Model.Slug).Order(StringComparer.Ordinal));

    /// <summary>The model, or null when there is none of that name or it is switched off.</summary>
    public ModelEntry? Find(string slug) => Models.TryGetValue(slug, out var entry) && entry.Model.Active ? entry : null;

    /// <exception cref="JsonException">The text is not a catalogue.</exception>
    public static CatalogCopy Parse(string etag, string json)
    {
        var catalog = JsonSerializer.Deserialize<VideoGen.Providers.Contracts.Catalog>(json, ApiJson.Options)
            ?? throw new JsonException("The catalogue is null.");
        var entries = new Dictionary<string, ModelEntry>(StringComparer.Ordinal);
        foreach (var model in catalog.Models) entries[model.Slug] = new ModelEntry(model, InputSchema.Compile(model.InputSchema));
        return new CatalogCopy(etag, entries);
    }
}

/// <summary>A model and its compiled input schema.</summary>
internal sealed record ModelEntry(CatalogModel Model, InputSchema Schema);
