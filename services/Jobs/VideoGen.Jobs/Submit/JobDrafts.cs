using System.Text.Json;
using System.Text.Json.Nodes;
using VideoGen.HttpApi.Errors;
using VideoGen.HttpApi.Requests;
using VideoGen.Jobs.Catalog;
using VideoGen.Jobs.Contracts;
using VideoGen.Pricing;
using VideoGen.Providers.Contracts;
using VideoGen.ServiceDefaults.Callers;

namespace VideoGen.Jobs.Submit;

/// <summary>What a submit and a quote have in common: model found, input checked and filled in, assets known, price decided.</summary>
internal sealed class JobDrafts(ModelCatalog catalog, InputAssets assets, TimeProvider time)
{
    /// <param name="world">Whose assets may be named.</param>
    /// <param name="slug">The model asked for; null when the body had none, which is among the faults already.</param>
    /// <param name="input">The input asked for; null likewise.</param>
    /// <param name="linkSeconds">How long the assets' links must work, beyond the model's deadline.</param>
    /// <param name="fetch">Whether URLs among the assets are fetched even if the price does not depend on them.</param>
    /// <param name="faults">What is wrong so far; the answer names all of it.</param>
    public async Task<(JobDraft? Draft, ProblemAnswer? Refusal)> MakeAsync(
        World world, string? slug, JsonElement? input, int linkSeconds, bool fetch, Faults faults, CancellationToken ct)
    {
        if (catalog.Current is not { } models)
            return (null, Problems.Of(ErrorCodes.ServiceUnavailable, "The model catalogue is not at hand yet.", retryAfter: TimeSpan.FromSeconds(2)));
        if (slug is null) return (null, faults.Refuse());
        var (entry, given, refusal) = Find(models, slug, input, faults);
        if (entry is null) return (null, refusal!);

        var asked = models.Models[slug].Model;
        var (draft, refused) = await MakeAsync(world, entry, given, linkSeconds, fetch, faults, ct);
        if (entry.Model.Slug == asked.Slug) return (draft, refused);
        return draft is null ? (null, RetiredModels.Naming(refused!, asked, entry.Model)) : (draft with { Replaces = asked }, null);
    }

    async Task<(JobDraft? Draft, ProblemAnswer? Refusal)> MakeAsync(
        World world, ModelEntry entry, JsonElement given, int linkSeconds, bool fetch, Faults faults, CancellationToken ct)
    {
        var filled = entry.Schema.WithDefaults(given);
        entry.Schema.Check(filled, faults);
        InputRules.CheckLength(entry.Model, filled, faults);
        var found = await assets.ResolveAsync(world, entry.Schema, filled, linkSeconds + entry.Model.DeadlineSeconds,
            fetch || PriceDecision.NeedsAssets(entry.Model.Price), faults, ct);
        if (found.Refusal is not null) return (null, found.Refusal);
        InputMedia.Check(entry.Model, filled, found.Assets, faults);
        if (faults.Any) return (null, faults.Refuse());

        switch (PriceDecision.Decide(entry.Model.Price, filled, found.Assets))
        {
            case PriceOutcome.Priced priced:
                return (new JobDraft(entry.Model, InputRules.KindOf(entry.Model, filled), filled, found.Assets, priced.Credits, priced.Breakdown), null);
            case PriceOutcome.Refused refused:
                faults.Add(refused.Field, refused.Fault);
                return (null, faults.Refuse());
            default:
                throw new InvalidOperationException("A price is decided one way or the other.");
        }
    }

    /// <summary>The model that is to run, and the input given.</summary>
    (ModelEntry? Entry, JsonElement Given, ProblemAnswer? Refusal) Find(CatalogCopy models, string slug, JsonElement? input, Faults faults)
    {
        var asked = models.Models.GetValueOrDefault(slug);
        var isRetired = asked is not null && RetiredModels.IsRetired(asked.Model, time.GetUtcNow());
        if (asked is null || (!asked.Model.Active && !isRetired))
        {
            faults.Add("model", "must be one of " + models.ActiveSlugs);
            return (null, default, faults.Refuse(ErrorCodes.ModelNotFound));
        }

        if (input is not { } given) return (null, default, faults.Refuse());
        if (!isRetired) return (asked, given, null);
        return RetiredModels.Decide(models, asked.Model, given, time.GetUtcNow()) switch
        {
            RetiredAnswer.RunsOn successor => (successor.Entry, given, null),
            RetiredAnswer.Refused refused => (null, default, refused.Problem),
            _ => throw new InvalidOperationException("A retired model runs on another one or is refused."),
        };
    }
}

/// <param name="Kind">What it makes: <c>video</c>, <c>image</c>, <c>audio</c> or <c>text</c>.</param>
/// <param name="Input">With the schema's defaults; asset inputs hold asset ids.</param>
/// <param name="Credits">The price, integer credits.</param>
internal sealed record JobDraft(
    CatalogModel Model, string Kind, JsonObject Input, IReadOnlyList<GenerationAsset> Assets, long Credits, PriceBreakdown Breakdown)
{
    /// <summary>The retired model that was asked for, where the job is made with its successor.</summary>
    public CatalogModel? Replaces { get; init; }
}
