using VideoGen.Providers.Contracts;

namespace VideoGen.Providers.Catalog;

/// <summary>Reads until when a model is offered: <c>retires</c>, <c>deprecated</c> and <c>successor</c> in its file.</summary>
internal static class Retirements
{
    /// <summary>Null while no end is known.</summary>
    public static ModelRetirement? Read(JsonPlace root)
    {
        var (retires, deprecated, successor) = (root["retires"], root["deprecated"], root["successor"]);
        if (!retires.IsPresent)
        {
            if (deprecated.IsPresent) deprecated.Fault("belongs to a model that has retires");
            if (successor.IsPresent) successor.Fault("belongs to a model that has retires");
            return null;
        }

        var (end, since) = (retires.Day(), deprecated.Day(required: false));
        if (since > end) deprecated.Fault("must not be later than retires");
        var next = successor.IsPresent ? successor.Text() : null;
        return end is { } day ? new ModelRetirement(since ?? day, day, next) : null;
    }

    /// <summary>What is wrong between models: each successor must be another model that makes the same, and no way along them a circle.</summary>
    public static IEnumerable<CatalogFault> FaultsBetween(IReadOnlyList<CatalogModel> models)
    {
        var bySlug = models.ToLookup(model => model.Slug, StringComparer.Ordinal);
        foreach (var model in models)
        {
            if (model.Retirement?.Successor is not { } next) continue;
            if (FaultOf(model, next, bySlug) is { } fault) yield return new CatalogFault($"{model.Slug}.json", "$.successor", fault);
        }
    }

    static string? FaultOf(CatalogModel model, string next, ILookup<string, CatalogModel> models)
    {
        if (models[next].FirstOrDefault() is not { } successor) return "is not a model of the catalogue";
        if (successor.Kind != model.Kind) return $"makes {successor.Kind}, and this model {model.Kind}";
        var passed = new HashSet<string>(StringComparer.Ordinal) { model.Slug };
        for (var at = successor; at is not null; at = models[at.Retirement?.Successor ?? ""].FirstOrDefault())
        {
            if (!passed.Add(at.Slug)) return "leads back to a model that it came from";
        }

        return null;
    }
}
