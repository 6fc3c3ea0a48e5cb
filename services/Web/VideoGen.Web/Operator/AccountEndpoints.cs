using System.Globalization;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;
using VideoGen.Accounts.Contracts;
using VideoGen.HttpApi.Errors;
using VideoGen.HttpApi.Paging;
using VideoGen.Jobs.Contracts;
using VideoGen.Web.Account;
using VideoGen.Web.Api;
using VideoGen.Web.Contracts;

namespace VideoGen.Web.Operator;

/// <summary>Finds accounts, gives them credits, puts them on another plan.</summary>
internal sealed class AccountEndpoints(AccountsApiClient accounts, JobsApiClient jobs, IAntiforgery forms)
{
    public const string Place = WebPages.Operator + "/accounts";

    const string Api = "admin/v1/accounts";
    const int LongestText = 254;

    public async Task<IResult> FindAsync(HttpRequest request, CancellationToken ct)
    {
        var text = request.Query["query"].ToString().Trim();
        var cursor = request.Query["cursor"].ToString();
        if (text.Length > LongestText) text = text[..LongestText];
        var answer = await accounts.GetAsync<Page<AccountView>>(
            $"{Api}?limit=50" + (text.Length > 0 ? "&query=" + Uri.EscapeDataString(text) : "")
            + (cursor.Length > 0 ? "&cursor=" + Uri.EscapeDataString(cursor) : ""), ct);
        // A cursor that the API does not take is the address' fault: the list begins anew.
        if (answer.Value is not { } page)
            return answer.Problem!.Status == StatusCodes.Status400BadRequest && cursor.Length > 0
                ? Results.Redirect(Place) : answer.Refusal;
        return new RazorComponentResult<AccountsPage>(
            new { Accounts = page.Data, Text = text, Next = page.HasMore ? page.NextCursor : null });
    }

    public Task<IResult> ShowAsync(Guid id, HttpContext context, CancellationToken ct)
    {
        var note = context.Request.Query["done"].ToString() switch
        {
            "granted" => "The credits are on the account; the ledger below has them.",
            "plan" => "The account is on its new plan. Its limits have changed.",
            _ => null,
        };
        return PageAsync(id, new AccountNews(note), context, ct);
    }

    /// <summary>The form carries an <c>Idempotency-Key</c>: sent twice, it gives the credits once.</summary>
    public async Task<IResult> GrantAsync(Guid id, HttpContext context, CancellationToken ct)
    {
        var form = await context.Request.ReadFormAsync(ct);
        var wish = new GrantWish(form["amount"].ToString().Trim(), form["reason"].ToString().Trim(), form["expires"].ToString());
        if (wish.Fault is { } fault) return await PageAsync(id, new AccountNews(GrantFault: fault, Wish: wish), context, ct);
        var key = Guid.TryParse(form["key"], CultureInfo.InvariantCulture, out var known) ? known : Guid.CreateVersion7();
        var answer = await accounts.SendAsync<LedgerEntry>(
            HttpMethod.Post, $"{Api}/{id}/grants", wish.Request, ct, ("Idempotency-Key", key.ToString()));
        return await AfterAsync(id, answer.Problem, "granted", text => new AccountNews(GrantFault: text, Wish: wish), context, ct);
    }

    public async Task<IResult> ChangePlanAsync(Guid id, HttpContext context, CancellationToken ct)
    {
        var plan = (await context.Request.ReadFormAsync(ct))["plan"].ToString();
        var answer = await accounts.SendAsync<AccountDetails>(HttpMethod.Put, $"{Api}/{id}/plan", new ChangePlanRequest(plan), ct);
        return await AfterAsync(id, answer.Problem, "plan", text => new AccountNews(PlanFault: text), context, ct);
    }

    async Task<IResult> AfterAsync(
        Guid id, Problem? problem, string done, Func<string, AccountNews> refused, HttpContext context, CancellationToken ct) =>
        problem switch
        {
            null => Results.Redirect($"{Place}/{id}?done={done}"),
            { Status: StatusCodes.Status404NotFound } => new ProblemAnswer(problem, retryAfter: null),
            _ => await PageAsync(id, refused(OverviewEndpoints.TextOf(problem)), context, ct),
        };

    async Task<IResult> PageAsync(Guid id, AccountNews news, HttpContext context, CancellationToken ct)
    {
        var details = accounts.GetAsync<AccountDetails>($"{Api}/{id}", ct);
        var plans = accounts.GetAsync<PlanList>("admin/v1/plans", ct);
        var ledger = accounts.GetAsync<Page<LedgerEntry>>($"{Api}/{id}/ledger?limit=20", ct);
        var recent = jobs.GetAsync<Page<OperatorJobView>>($"admin/v1/jobs?account_id={id}&limit=20", ct);
        await Task.WhenAll(details, plans, ledger, recent);
        if ((await details).Value is not { } account) return (await details).Refusal;
        var isRefused = news.GrantFault is not null || news.PlanFault is not null;
        return new RazorComponentResult<AccountPage>(new
        {
            Details = account,
            Plans = (await plans).Value?.Data ?? [],
            Entries = (await ledger).Value?.Data,
            Jobs = (await recent).Value?.Data,
            News = news,
            Token = forms.GetAndStoreTokens(context).RequestToken,
        }) { StatusCode = isRefused ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK };
    }
}

/// <summary>What came of the form that was sent.</summary>
/// <param name="Wish">What a refused grant's form held.</param>
public sealed record AccountNews(string? Note = null, string? GrantFault = null, string? PlanFault = null, GrantWish? Wish = null);

/// <summary>A grant as it was typed in.</summary>
/// <param name="Expires">A day, such as 2026-12-31, at whose beginning (UTC) what is left expires; empty for never.</param>
public sealed record GrantWish(string Amount, string Reason, string Expires)
{
    long? Credits => long.TryParse(
        Amount.Replace(",", "", StringComparison.Ordinal), NumberStyles.None, CultureInfo.InvariantCulture, out var credits)
        ? credits : null;

    DateOnly? Day => DateOnly.TryParseExact(
        Expires, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

    /// <summary>What the API could not even be asked.</summary>
    public string? Fault => Credits is null ? "Credits: must be a whole number from 1 to 1,000,000,000."
        : Expires.Length > 0 && Day is null ? "Expires: must be a day, such as 2026-12-31, or empty."
        : null;

    public GrantCreditsRequest Request => new(Credits!.Value, Reason,
        Day is { } day ? new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero) : null);
}
