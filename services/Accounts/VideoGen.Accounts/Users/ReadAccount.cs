using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using VideoGen.Accounts.Contracts;
using VideoGen.Accounts.Plans;
using VideoGen.HttpApi.Errors;
using VideoGen.ServiceDefaults.Callers;

namespace VideoGen.Accounts.Users;

/// <summary>The account of the caller, and of a user.</summary>
internal static class ReadAccount
{
    /// <summary><c>GET /v1/account</c>.</summary>
    public static Task<Results<Ok<AccountView>, ProblemAnswer>> GetAsync(Caller caller, AccountStore accounts, PlanCatalog plans, CancellationToken ct) =>
        FindAsync(caller.AccountId, accounts, plans, ct);

    /// <summary><c>GET /internal/accounts/{id}</c>.</summary>
    public static async Task<Results<Ok<AccountView>, ProblemAnswer>> FindAsync(Guid id, AccountStore accounts, PlanCatalog plans, CancellationToken ct) =>
        (await accounts.FindAsync(id, ct)).OrNotFound(row => row.ToView(plans));

    /// <summary>
    /// <c>GET /internal/identities/by-user/{user_id}?round=</c>: whom a verified JWT stands for; nobody once its session was
    /// ended.
    /// </summary>
    public static async Task<Results<Ok<Identity>, ProblemAnswer>> IdentifyAsync(
        Guid userId, HttpRequest request, UserStore users, PlanCatalog plans, CancellationToken ct) =>
        (await users.FindIdentityAsync(userId, RoundOf(request.Query), ct)).OrNotFound(user => new Identity(
            user.AccountId, user.UserId, KeyId: null, Test: false, user.Plan, Scope.All, user.IsOperator, plans.Find(user.Plan).RateLimits, ExpiresAt: null,
            plans.Find(user.Plan).RetentionDays));

    static int? RoundOf(IQueryCollection query) => query["round"] is [{ } text] ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}
