using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http.HttpResults;
using VideoGen.Accounts.Contracts;
using VideoGen.HttpApi.Errors;
using VideoGen.Web.Access;
using VideoGen.Web.Api;
using VideoGen.Web.Contracts;

namespace VideoGen.Web.Account;

/// <summary>Credits, plan, password.</summary>
internal sealed class OverviewEndpoints(AccountsApiClient accounts, SignInLimit limit, IAntiforgery forms, TimeProvider time)
{
    /// <summary>Movements on the drawing; beyond it the oldest are left out.</summary>
    const int MostDrawn = 1000;

    public Task<IResult> ShowAsync(HttpContext context, CancellationToken ct) =>
        PageAsync(context, context.Request.Query.ContainsKey("changed") ? "Your password is changed. Every other session has ended."
            : null, fault: null, ct);

    /// <summary>Every session of the user ends, this one too; it goes on as the first of the new round.</summary>
    public async Task<IResult> ChangePasswordAsync(HttpContext context, CancellationToken ct)
    {
        if (!limit.TryUse(context)) return await PageAsync(context, note: null, "Too many tries. Wait a minute before the next.", ct);
        var form = await context.Request.ReadFormAsync(ct);
        var answer = await accounts.PostAsync<TokenAnswer>("v1/account/password",
            new ChangePasswordRequest(form["current"].ToString(), form["new"].ToString()), ct);
        if (answer.Value is not { } token) return await PageAsync(context, note: null, TextOf(answer.Problem!), ct);
        await context.SignInAsync(CookieAuthenticationDefaults.AuthenticationScheme,
            SessionCookie.PrincipalOf(AccountsClient.SubjectOf(token.AccessToken)));
        return Results.Redirect(WebPages.Account + "?changed");
    }

    async Task<IResult> PageAsync(HttpContext context, string? note, string? fault, CancellationToken ct)
    {
        var account = await accounts.GetAsync<AccountView>("v1/account", ct);
        if (account.Value is not { } view) return account.Refusal;
        var plans = await accounts.GetAsync<PlanList>("v1/plans", ct);
        var entries = new List<LedgerEntry>();
        await foreach (var (entry, problem) in accounts.ReadLedgerAsync(ct))
        {
            if (problem is not null || entry!.CreatedAt < view.CycleStartedAt || entries.Count == MostDrawn) break;
            entries.Add(entry);
        }
        return new RazorComponentResult<OverviewPage>(new
        {
            Account = view,
            Plan = plans.Value?.Data.FirstOrDefault(plan => plan.Slug == view.Plan),
            Chart = CreditChart.Of(view, entries, time.GetUtcNow()),
            IsTest = context.Features.Get<Visitor>()!.Test,
            IsUser = context.Features.Get<Visitor>()!.Identity.UserId is not null,
            Note = note,
            Fault = fault,
            Token = forms.GetAndStoreTokens(context).RequestToken,
        }) { StatusCode = fault is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity };
    }

    internal static string TextOf(Problem problem) => problem.Errors is { Count: > 0 } errors
        ? string.Join(" ", errors.Select(error => $"{Words(error.Key)}: {string.Join(", ", error.Value).TrimEnd('.')}."))
        : problem.Detail;

    static string Words(string field) =>
        field switch { "current_password" => "Present password", "new_password" => "New password", _ => field };
}
