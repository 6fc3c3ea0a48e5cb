using MassTransit;
using Microsoft.Extensions.Options;
using VideoGen.Accounts.Contracts.Events;
using VideoGen.Durability;
using VideoGen.HttpApi.Errors;
using VideoGen.HttpApi.Requests;
using VideoGen.ServiceDefaults.Callers;

namespace VideoGen.Accounts.Users;

/// <summary>
/// <c>POST /v1/account/password</c>: who is signed in and knows the present password gets a new one. Every session that began before ends,
/// this one too: the answer is a token of the next round. API keys go on; revoke those that may have become known.
/// </summary>
internal sealed class ChangePassword(
    UserStore users, ThrottleStore throttles, Passwords passwords, UserTokens tokens, UnitOfWork work, IPublishEndpoint bus,
        IOptions<UsersOptions> options)
{
    const string WrongPassword = "is not the present password";

    static readonly TimeSpan Window = TimeSpan.FromMinutes(15);

    public static Task<IResult> PostAsync(Caller caller, BodyFields body, HttpContext context, ChangePassword change,
        CancellationToken ct) =>
        change.RunAsync(caller, body, context, ct);

    async Task<IResult> RunAsync(Caller caller, BodyFields body, HttpContext context, CancellationToken ct)
    {
        var user = caller.UserId is { } id ? await users.FindAsync(caller.AccountId, id, ct) : null;
        var present = body.Text("current_password", 1, 128, trim: false);
        var wanted = body.Text("new_password", 10, 128, trim: false, check: text =>
            text == present ? "must be another than the present one" : SignUp.PasswordFault(text, user?.Email));
        if (body.Refusal() is { } refusal) return refusal;
        if (user is null)
            return Problems.Of(ErrorCodes.Forbidden, "An API key can't change the password; sign in with e-mail address and password.");

        var tried = (await throttles.CountAsync(Window, [(ThrottleStore.PasswordChange, user.Id.ToString())], ct))[0];
        if (tried.Count > options.Value.SignInsPerEmail)
            return Problems.Of(ErrorCodes.RateLimited, "Too many wrong passwords; wait before the next.", retryAfter: tried.EndsIn);
        if (await passwords.VerifyAsync(user.PasswordHash, present!, ct) == PasswordVerdict.Wrong)
            return Faults.Of("current_password", WrongPassword);

        var hash = await passwords.HashAsync(wanted!, ct);
        await work.BeginAsync(ct);
        if (await users.ReplacePasswordAsync(work, user.Id, user.PasswordHash!, hash, ct) is not { } round)
            return Faults.Of("current_password", WrongPassword);
        await bus.Publish(new SessionsEnded(user.AccountId, user.Id), ct);
        await work.CommitAsync(ct);
        await throttles.ForgetAsync(ThrottleStore.PasswordChange, user.Id.ToString(), ct);
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(tokens.Issue(user.Id, user.AccountId, round));
    }
}
