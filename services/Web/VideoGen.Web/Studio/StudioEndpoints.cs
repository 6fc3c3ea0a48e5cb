using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;
using VideoGen.HttpApi.Paging;
using VideoGen.Jobs.Contracts;
using VideoGen.Web.Access;
using VideoGen.Web.Api;

namespace VideoGen.Web.Studio;

/// <summary>The studio's pages.</summary>
internal sealed class StudioEndpoints(ModelsApiClient models, JobsApiClient jobs, IAntiforgery forms)
{
    const int RecentJobs = 12;
    const string FirstModel = "wan2.1";

    /// <summary>The studio (<c>?model=</c>, <c>?job=</c> to start from that one, <c>?use=</c> with a file), or what it is for who has
    /// not signed in.</summary>
    public async Task<IResult> HomeAsync(HttpContext context, CancellationToken ct)
    {
        context.Response.Headers.Vary = "Accept, Cookie";
        if (context.Features.Get<UnknownOperator>() is not null) return SignInFirst.Answer(context);
        if (context.Features.Get<Visitor>() is not { } visitor) return await LandingAsync(ct);
        context.Features.Set(visitor.ToCaller());

        var query = context.Request.Query;
        var recent = jobs.GetAsync<Page<JobView>>($"v1/jobs?limit={RecentJobs}", ct);
        var again = Guid.TryParse(query["job"], out var id) ? (await jobs.GetAsync<JobView>($"v1/jobs/{id}", ct)).Value : null;
        var newest = (await recent).Value?.Data ?? [];
        var model = await ModelAsync(query["model"].ToString() is { Length: > 0 } wish ? wish : again?.Model
            ?? (newest.Count > 0 ? newest[0].Model : null) ?? FirstModel, ct);
        return new RazorComponentResult<StudioPage>(new
        {
            State = new StudioState(model, InputOf(query, again, model), newest, NewKey(), forms.GetAndStoreTokens(context).RequestToken!),
        });
    }

    /// <summary>The cards: <c>?kind=</c>; with <c>?use=</c> and <c>?media=</c> only models that take such a file.</summary>
    public async Task<IResult> ModelsAsync(HttpRequest request, CancellationToken ct)
    {
        var kind = request.Query["kind"].ToString();
        var media = request.Query["media"].ToString();
        Guid? use = Guid.TryParse(request.Query["use"], out var asset) ? asset : null;
        var answer = await models.GetAsync<Page<StudioModel>>("v1/models?active=true", ct);
        if (answer.Value is null) return answer.Refusal;
        var shown = answer.Value.Data.Where(model => (kind.Length == 0 || model.Kind == kind) && (use is null || model.Takes(media)))
            .OrderBy(model => model.Health.Status == "unavailable").ThenBy(model => model.Name, StringComparer.OrdinalIgnoreCase).ToList();
        return new RazorComponentResult<ModelsPage>(new { Models = shown, Kind = kind, Use = use, Media = media });
    }

    public static string NewKey() => Guid.CreateVersion7().ToString("n");

    async Task<IResult> LandingAsync(CancellationToken ct)
    {
        var list = await models.GetAsync<Page<StudioModel>>("v1/models?active=true", ct);
        return new RazorComponentResult<LandingPage>(new { Models = list.Value?.Data ?? [] });
    }

    async Task<StudioModel?> ModelAsync(string slug, CancellationToken ct)
    {
        var one = await models.GetAsync<StudioModel>($"v1/models/{Uri.EscapeDataString(slug)}", ct);
        if (one.Value is not null) return one.Value;
        var any = await models.GetAsync<Page<StudioModel>>("v1/models?kind=video&active=true", ct);
        return any.Value is { Data: [var first, ..] } ? first : null;
    }

    static JsonElement InputOf(IQueryCollection query, JobView? again, StudioModel? model)
    {
        var input = again is not null && again.Model == model?.Slug ? again.Input : default;
        if (model is null || !Guid.TryParse(query["use"], out var asset)) return input;
        var media = query["media"].ToString();
        if (Field.Of(model.InputSchema)
            .FirstOrDefault(field => field.Media.Contains(media, StringComparer.Ordinal)) is not { } target) return input;
        return JsonSerializer.SerializeToElement(new JsonObject { [target.Name] = asset.ToString() });
    }
}
