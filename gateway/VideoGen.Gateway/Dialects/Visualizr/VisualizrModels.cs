using System.Text.Json;
using VideoGen.Gateway.Dialects.Native;
using VideoGen.HttpApi.Errors;
using VideoGen.Providers.Contracts;

namespace VideoGen.Gateway.Dialects.Visualizr;

/// <summary>Which model does a request's work: told apart by what the catalogue says they can do, never by their names.</summary>
internal static class VisualizrModels
{
    /// <summary>The model of that name.</summary>
    public static async Task<NativeResult<CatalogModel>> FindAsync(IDialect dialect, NativeApi native, string name, CancellationToken ct)
    {
        var models = await AllAsync(dialect, native, ct);
        if (!models.Succeeded) return models.Refusal;
        return models.Value.Find(one => one.Name == name)?.Model ?? (NativeResult<CatalogModel>)NotFound(models.Value);
    }

    /// <summary>The model of that name when it can do this, or the first that can when no name is given.</summary>
    public static async Task<NativeResult<CatalogModel>> FindAsync(
        IDialect dialect, NativeApi native, string? name, Func<CatalogModel, bool> can, CancellationToken ct)
    {
        var models = await AllAsync(dialect, native, ct);
        if (!models.Succeeded) return models.Refusal;
        var able = models.Value.FindAll(one => can(one.Model));
        var found = name is null ? able.FirstOrDefault() : able.Find(one => one.Name == name);
        if (found is not null) return found.Model;
        return models.Value.Exists(one => one.Name == name)
            ? Problems.Of(ErrorCodes.InvalidRequest, $"model must be one of {Names(able)} here")
            : NotFound(able);
    }

    /// <summary>True when it makes a video of an image.</summary>
    public static bool MovesImages(CatalogModel model) => Has(model, "modes", "image_to_video") && ImageFieldOf(model) is not null;

    /// <summary>True when it knows characters.</summary>
    public static bool KnowsCharacters(CatalogModel model) => model.Capabilities.TryGetProperty("characters", out _);

    /// <summary>The input that takes an image; null for a model without one.</summary>
    public static string? ImageFieldOf(CatalogModel model)
    {
        foreach (var property in model.InputSchema.GetProperty("properties").EnumerateObject())
            if (property.Value.TryGetProperty("x-media", out var media) && media.EnumerateArray().Any(kind => kind.ValueEquals("image"))) return property.Name;
        return null;
    }

    static async Task<NativeResult<List<ListedModel>>> AllAsync(IDialect dialect, NativeApi native, CancellationToken ct)
    {
        var catalog = await native.Models.GetAsync(ct);
        return catalog.Succeeded ? catalog.Value.Of(dialect).Select(one => new ListedModel(one.Name, one.Model)).ToList() : catalog.Refusal;
    }

    static ProblemAnswer NotFound(List<ListedModel> models) => Problems.Of(ErrorCodes.ModelNotFound, $"model must be one of {Names(models)}");

    static string Names(List<ListedModel> models) => string.Join(", ", models.Select(one => one.Name));

    static bool Has(CatalogModel model, string capability, string value) =>
        model.Capabilities.TryGetProperty(capability, out var list) && list.ValueKind == JsonValueKind.Array && list.EnumerateArray().Any(item => item.ValueEquals(value));

    sealed record ListedModel(string Name, CatalogModel Model);
}
