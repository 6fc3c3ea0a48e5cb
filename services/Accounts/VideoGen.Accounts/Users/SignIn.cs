using Microsoft.Extensions.Options;
using VideoGen.Accounts.Deletion;
using VideoGen.HttpApi.Errors;
using VideoGen.HttpApi.Requests;

namespace VideoGen.Accounts.Users;

/// <summary>
/// <c>POST /v1/auth/token</c>. An unknown address and a wrong password get the same answer after the same work. Failures are
/// counted per network address, and there per e-mail address too: whoever guesses elsewhere can't keep the owner out. A success
/// forgets those of the e-mail address.
/// </summary>
internal sealed class SignIn(UserStore users, ThrottleStore throttles, Passwords passwords, UserTokens tokens, IOptions<UsersOptions> options)
{
    static readonly TimeSpan Window = TimeSpan.FromMinutes(15);

    public static Task<IResult> PostAsync(BodyFields body, HttpContext context, SignIn signIn, CancellationToken ct) =>
        signIn.RunAsync(body, ClientAddress.Of(context), ct);

    async Task<IResult> RunAsync(BodyFields body, string address, CancellationToken ct)
    {
        var email = body.Text("email", 1, 254);
        var password = body.Text("password", 1, 128, trim: false);
        if (body.Refusal() is { } refusal) return refusal;

        var key = $"{UserStore.EmailKey(email!)} {address}";
        var tries = await throttles.CountAsync(Window, [(ThrottleStore.SignInEmail, key), (ThrottleStore.SignInAddress, address)], ct);
        var over = tries.Where(IsOver).ToList();
        if (over.Count > 0)
            return Problems.Of(ErrorCodes.RateLimited, "Too many failed sign-ins; wait before the next.", retryAfter: over.Max(tried => tried.EndsIn));

        var user = await users.FindByEmailAsync(email!, ct);
        var verdict = await passwords.VerifyAsync(user?.PasswordHash, password!, ct);
        if (user is null || verdict == PasswordVerdict.Wrong)
            return Problems.Of(ErrorCodes.Unauthorized, "The e-mail address or the password is wrong.");

        if (user.IsClosed) return Problems.Of(ErrorCodes.Forbidden, DeleteAccount.IsClosed);
        if (verdict == PasswordVerdict.RightButWeak)
            await users.RenewHashAsync(user.Id, user.PasswordHash!, await passwords.HashAsync(password!, ct), ct);
        await throttles.ForgetAsync(ThrottleStore.SignInEmail, key, ct);
        await throttles.UndoAsync(ThrottleStore.SignInAddress, address, ct);
        return TypedResults.Ok(tokens.Issue(user.Id, user.AccountId, user.SessionRound));
    }

    bool IsOver(Attempts tried) =>
        tried.Count > (tried.Kind == ThrottleStore.SignInEmail ? options.Value.SignInsPerEmail : options.Value.SignInsPerAddress);
}
