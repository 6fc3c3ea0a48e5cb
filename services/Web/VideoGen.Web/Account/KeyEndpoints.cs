using System.Globalization;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;
using VideoGen.Accounts.Contracts;
using VideoGen.HttpApi.Errors;
using VideoGen.HttpApi.Paging;
using VideoGen.Web.Access;
using VideoGen.Web.Api;

namespace VideoGen.Web.Account;

/// <summary>API keys. A secret is on one page once: the answer to the form that made it.</summary>
internal sealed class KeyEndpoints(AccountsApiClient accounts, IAntiforgery forms, TimeProvider time)
{
    const string Keys = "/account/keys";

    public Task<IResult> ShowAsync(HttpContext context, CancellationToken ct) => PageAsync(context, created: null, fault: null, ct);

    public async Task<IResult> CreateAsync(HttpContext context, CancellationToken ct)
    {
        var form = await context.Request.ReadFormAsync(ct);
        var scopes = form["scope"].Where(scope => scope is not null).Select(scope => scope!).ToList();
        var days = int.TryParse(form["days"], CultureInfo.InvariantCulture, out var count) && count is > 0 and <= 3650 ? count : (int?)null;
        var wish = new CreateApiKeyRequest(form["name"].ToString(), scopes, days is { } last ? time.GetUtcNow().AddDays(last) : null,
            context.Features.Get<Visitor>()!.Test);
        if (scopes.Count == 0) return await PageAsync(context, created: null, "Tick at least one thing that the key may do.", ct);
        var answer = await accounts.PostAsync<CreatedApiKey>("v1/account/keys", wish, ct);
        return await PageAsync(context, answer.Value, answer.Problem is { } problem ? TextOf(problem) : null, ct);
    }

    public async Task<IResult> RenameAsync(Guid id, HttpContext context, CancellationToken ct)
    {
        var form = await context.Request.ReadFormAsync(ct);
        var answer = await accounts.SendAsync<ApiKeyView>(HttpMethod.Patch, $"v1/account/keys/{id}",
            new RenameApiKeyRequest(form["name"].ToString()), ct);
        return await AfterAsync(answer.Problem, context, ct);
    }

    public async Task<IResult> RevokeAsync(Guid id, HttpContext context, CancellationToken ct) =>
        await AfterAsync((await accounts.SendAsync<Nothing>(HttpMethod.Delete, $"v1/account/keys/{id}", body: null, ct)).Problem,
            context, ct);

    async Task<IResult> AfterAsync(Problem? problem, HttpContext context, CancellationToken ct) => problem switch
    {
        null => Results.Redirect(Keys),
        { Status: StatusCodes.Status404NotFound } => new ProblemAnswer(problem, retryAfter: null),
        _ => await PageAsync(context, created: null, TextOf(problem), ct),
    };

    async Task<IResult> PageAsync(HttpContext context, CreatedApiKey? created, string? fault, CancellationToken ct)
    {
        var answer = await accounts.GetAsync<Page<ApiKeyView>>("v1/account/keys?limit=100", ct);
        if (answer.Value is not { } page) return answer.Refusal;
        return new RazorComponentResult<KeysPage>(new
        {
            // The newest hundred of the pages' own world.
            Keys = page.Data.Where(key => key.Test == context.Features.Get<Visitor>()!.Test).OrderBy(key => key.RevokedAt is not null)
                .ToList(),
            Created = created,
            Fault = fault,
            IsTest = context.Features.Get<Visitor>()!.Test,
            Token = forms.GetAndStoreTokens(context).RequestToken,
        }) { StatusCode = fault is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity };
    }

    static string TextOf(Problem problem) => OverviewEndpoints.TextOf(problem);
}
