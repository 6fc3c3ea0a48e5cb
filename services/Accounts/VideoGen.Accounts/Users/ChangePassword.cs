using MassTransit;
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
    UserStore users, PresentPassword check, Passwords passwords, UserTokens tokens, UnitOfWork work, IPublishEndpoint bus)
{
    const string WrongPassword = "is not the present password";

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

        if (await check.CheckAsync(user, present!, () => Faults.Of("current_password", WrongPassword), ct) is { } wrong) return wrong;

        var hash = await passwords.HashAsync(wanted!, ct);
        await work.BeginAsync(ct);
        if (await users.ReplacePasswordAsync(work, user.Id, user.PasswordHash!, hash, ct) is not { } round)
            return Faults.Of("current_password", WrongPassword);
        await bus.Publish(new SessionsEnded(user.AccountId, user.Id), ct);
        await work.CommitAsync(ct);
        await check.ForgetAsync(user, ct);
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(tokens.Issue(user.Id, user.AccountId, round));
    }
}
