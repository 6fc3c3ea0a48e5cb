using Microsoft.Extensions.Options;
using VideoGen.HttpApi.Requests;
using VideoGen.Jobs.Catalog;
using VideoGen.Jobs.Contracts;
using VideoGen.Jobs.Submit;
using VideoGen.ServiceDefaults.Callers;

namespace VideoGen.Jobs.Quotes;

/// <summary><c>POST /v1/quotes</c>: everything a submit checks and prices, without the job.</summary>
internal sealed class QuoteEndpoint(
    JobDrafts drafts, ModelCatalog catalog, SubmitFiles held, ExpectedDurations durations, IOptions<SubmitOptions> options, IOptions<InlineOptions> uploads)
{
    const int LinkSeconds = 600;

    public async Task<IResult> HandleAsync(HttpRequest request, Caller caller, CancellationToken ct)
    {
        var (files, root, malformed) =
            await JsonBody.ReadWithFilesAsync(request, options.Value.MaxBodyBytes, uploads.Value.MaxUploadBytes, ct);
        if (malformed is not null) return malformed;
        await using var sent = files;
        held.Files = files;
        var faults = new Faults();
        files.AddStray(root, "", InputAssets.IsInInput, faults);
        var ask = SubmitBody.ReadQuote(root, faults);
        RetiredModels.Tell(request.HttpContext.Response, catalog.Current, ask.Model);
        var (draft, refusal) = await drafts.MakeAsync(caller.MakesIn, ask.Model, ask.Input, LinkSeconds, fetch: false, faults, ct);
        if (draft is null) return refusal!;
        var expected = await durations.OfAsync(draft.Model, ct);
        return Results.Json(new QuoteView(draft.Model.Slug, draft.Credits, draft.Model.Price.Version, draft.Breakdown, expected));
    }
}
