using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using VideoGen.Accounts.Contracts;
using VideoGen.HttpApi.Errors;
using VideoGen.Jobs.Contracts;
using VideoGen.Storage.Contracts;
using VideoGen.Web.Access;
using VideoGen.Web.Api;
using VideoGen.Web.Contracts;
using VideoGen.Web.Layout;

namespace VideoGen.Web.Studio;

/// <summary>What the studio's form does: the price, the program that would do the same, the job, and files before it.</summary>
internal sealed class SubmitEndpoints(
    ModelsApiClient models, JobsApiClient jobs, AccountsApiClient accounts, FilesApiClient files, SubmitLimit limit, IAntiforgery forms,
        IOptions<PageOptions> page)
{
    const int LongestName = 200;

    public async Task<IResult> QuoteAsync(HttpContext context, CancellationToken ct)
    {
        if (limit.UsePrice(context) is { } limited) return Quote(problem: limited.Detail);
        var (model, input) = await ReadAsync(context, ct);
        if (model is null) return Quote(problem: "This model is not there.");
        Complete(model, input);
        var quote = await jobs.PostAsync<QuoteView>("v1/quotes", new { model = model.Slug, input }, ct);
        if (quote.Value is null) return Quote(problem: quote.Problem!.Code == ErrorCodes.InvalidRequest.Code
            ? "Fill in the form to see the price" : quote.Problem.Detail);
        // A test costs nothing: what is left is not shown then.
        var isTest = context.Features.Get<Visitor>()!.Test;
        var account = isTest ? null : (await accounts.GetAsync<AccountView>("v1/account", ct)).Value;
        return Quote(quote.Value, isTest: isTest, available: account?.Credits.Available);
    }

    public async Task<IResult> CodeAsync(HttpContext context, CancellationToken ct)
    {
        var (model, input) = await ReadAsync(context, ct);
        if (model is null) return Problems.Of(ErrorCodes.NotFound);
        return new RazorComponentResult<CodePart>(
            new { Snippets = Snippet.Of(page.Value.PublicUrl, model.Slug, JsonSerializer.SerializeToElement(input)) });
    }

    public async Task<IResult> SubmitAsync(HttpContext context, CancellationToken ct)
    {
        var (model, input) = await ReadAsync(context, ct);
        var form = await context.Request.ReadFormAsync(ct);
        if (model is null) return Fault(context,
            Problems.Describe(ErrorCodes.NotFound, "This model is not there any more. Choose another."));
        if (limit.Use(context) is { } limited) return Fault(context, limited);
        var key = form["key"].ToString() is { Length: > 0 and <= 64 } given && given.All(char.IsAsciiLetterOrDigit) ? given
            : StudioEndpoints.NewKey();
        var answer =
            await jobs.SendAsync<JobView>(HttpMethod.Post, "v1/jobs", new { model = model.Slug, input }, ct, ("Idempotency-Key", key));
        if (answer.Value is not { } job) return Fault(context, answer.Problem!);
        if (!IsPart(context)) return Results.Redirect($"{WebPages.Jobs}/{job.Id}");
        return new RazorComponentResult<SubmittedPart>(
            new { Job = job, Key = StudioEndpoints.NewKey(), Token = forms.GetAndStoreTokens(context).RequestToken });
    }

    /// <summary>The body is the file; it goes on to Storage as it comes. How large it may be is the gateway's and Storage's to
    /// say.</summary>
    public async Task<IResult> UploadAsync(HttpContext context, CancellationToken ct)
    {
        if (limit.Use(context) is { } limited) return Results.Json(new { error = limited.Detail }, statusCode: limited.Status);
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = null;
        var name = NameOf(context.Request.Query["name"].ToString());
        var answer = await files.UploadAsync<AssetView>("v1/uploads", context.Request.Body, name, context.Request.ContentType, ct);
        return answer.Value is { } asset
            ? Results.Json(new { id = asset.Id, name = asset.FileName, kind = asset.Kind, thumbnail = asset.ThumbnailUrl
                ?? (asset.Kind == "image" ? asset.Url : null), facts = FactsOf(asset) })
            : Results.Json(new { error = answer.Problem!.Detail }, statusCode: answer.Problem.Status);
    }

    /// <summary>The end of a long name, for there stands what kind of file it is; Storage cleans it, and its answer has the name that is
    /// kept.</summary>
    internal static string NameOf(string wished)
    {
        if (wished.Length <= LongestName) return wished.Length == 0 ? "upload" : wished;
        var cut = wished.Length - LongestName;
        return wished[(char.IsLowSurrogate(wished[cut]) ? cut + 1 : cut)..];
    }

    static string FactsOf(AssetView asset) => string.Join(" · ", new[]
    {
        asset is { Width: { } width, Height: { } height } ? $"{width} × {height}" : "",
        asset.DurationSeconds is { } seconds && asset.Kind != "image"
            ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{seconds:0.#} s") : "",
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{asset.SizeBytes / 1e6:0.##} MB"),
    }.Where(fact => fact.Length > 0));

    async Task<(StudioModel? Model, JsonObject Input)> ReadAsync(HttpContext context, CancellationToken ct)
    {
        var form = await context.Request.ReadFormAsync(ct);
        var answer = await models.GetAsync<StudioModel>($"v1/models/{Uri.EscapeDataString(form["model"].ToString())}", ct);
        return answer.Value is { } model ? (model, FormInput.Of(model.InputSchema, form)) : (null, []);
    }

    /// <summary>The price seldom hangs on the words, so it is told before they are written.</summary>
    static void Complete(StudioModel model, JsonObject input)
    {
        foreach (var field in Field.Of(model.InputSchema))
            if (field is { IsRequired: true, Kind: FieldKind.Words or FieldKind.Line }
                && !input.ContainsKey(field.Name)) input[field.Name] = "…";
    }

    static IResult Fault(HttpContext context, Problem problem)
    {
        if (!IsPart(context)) return new ProblemAnswer(problem, retryAfter: null);
        context.Response.Headers["HX-Retarget"] = "#fault";
        context.Response.Headers["HX-Reswap"] = "innerHTML";
        return new RazorComponentResult<FaultPart>(new { Problem = problem }) { StatusCode = StatusCodes.Status422UnprocessableEntity };
    }

    static RazorComponentResult<QuotePart> Quote(QuoteView? quote = null, string? problem = null, bool isTest = false,
        long? available = null) =>
        new(new { Quote = quote, Problem = problem, IsTest = isTest, Available = available });

    static bool IsPart(HttpContext context) => context.Request.Headers.ContainsKey("HX-Request");
}
