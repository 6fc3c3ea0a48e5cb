using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using VideoGen.HttpApi.Errors;
using VideoGen.Web.Contracts;
using VideoGen.Web.Layout;

namespace VideoGen.Web.Access;

/// <summary><c>/web/sign-in</c> and <c>/web/sign-out</c>.</summary>
internal sealed partial class SignInEndpoints(
    AccountsClient accounts, Operators operators, SignInLimit limit, IAntiforgery forms, ILogger<SignInEndpoints> log)
{
    const int LongestField = 254;

    public IResult Show(HttpContext context) =>
        Page(context, ReturnPath.Of(context.Request.Query["return"]), fault: null, StatusCodes.Status200OK);

    public async Task<IResult> SignInAsync(HttpContext context, CancellationToken ct)
    {
        if (await FormBody.ReadAsync(context) is { } unread) return unread;
        var form = await context.Request.ReadFormAsync(ct);
        var target = ReturnPath.Of(form["return"]);
        if (!await forms.IsRequestValidAsync(context))
            return Page(context, target, "The form had grown too old. Please try again.", StatusCodes.Status400BadRequest);
        if (!limit.TryUse(context)) return Page(context, target, "Too many tries. Wait a minute before the next.", StatusCodes.Status429TooManyRequests);

        var attempt = new Attempt(form["key"].ToString().Trim(), form["email"].ToString().Trim(), form["password"].ToString());
        if (attempt.Fault is { } missing) return Page(context, target, missing, StatusCodes.Status400BadRequest);
        try
        {
            var (credential, fault, status) = await JudgeAsync(attempt, target, context, ct);
            if (credential is not { } known) return Page(context, target, fault, status);
            await context.SignInAsync(CookieAuthenticationDefaults.AuthenticationScheme, SessionCookie.PrincipalOf(known));
            return Results.Redirect(target);
        }
        catch (Exception failure) when (Operators.IsAway(failure, ct))
        {
            Log.AccountsAway(log, failure);
            return Page(context, target, "Nobody can be asked who you are at the moment. Please try again soon.", StatusCodes.Status503ServiceUnavailable);
        }
    }

    /// <summary>Ends this sign-in, for whoever holds a copy of its cookie as well; others of the same person go on.</summary>
    public async Task<IResult> SignOutAsync(HttpContext context, IOptions<PageOptions> page, CancellationToken ct)
    {
        var credential = SessionCookie.CredentialOf(context.User);
        await context.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
        Choices.ForgetWorld(context, page.Value);
        if (credential is not { Session: { } session } known) return Results.Redirect(WebPages.SignIn);
        try
        {
            await accounts.EndSessionAsync(session, ct);
            operators.Forget(known);
            return Results.Redirect(WebPages.SignIn);
        }
        catch (Exception failure) when (Operators.IsAway(failure, ct))
        {
            Log.NotEnded(log, failure);
            return Problems.Of(ErrorCodes.ServiceUnavailable,
                "This browser is signed out, but the server could not note it: a copy of the cookie, if there is one, works until the "
                + "sign-in would have ended. Changing your password ends it.");
        }
    }

    async Task<(Credential? Credential, string? Fault, int Status)> JudgeAsync(
        Attempt attempt, string target, HttpContext context, CancellationToken ct)
    {
        Credential credential;
        bool isOperator;
        if (attempt.Key.Length > 0)
        {
            if (await accounts.ByKeyAsync(attempt.Key, ct) is not { KeyId: { } key } identity)
                return (null, "This key is unknown, revoked or expired.", StatusCodes.Status401Unauthorized);
            (credential, isOperator) = (new Credential(key, IsKey: true), identity is { IsOperator: true, Test: false });
        }
        else
        {
            var answer = await accounts.ByPasswordAsync(attempt.Email, attempt.Password, context.Connection.RemoteIpAddress, ct);
            if (answer.IsLimited) return (null, "Too many failed sign-ins. Wait a quarter of an hour before the next.", StatusCodes.Status429TooManyRequests);
            if (answer.User is not { } user) return (null, "The e-mail address or the password is wrong.",
                StatusCodes.Status401Unauthorized);
            credential = user;
            if (!ReturnPath.IsMonitor(target)) return (credential, null, StatusCodes.Status302Found);
            isOperator = await accounts.ByIdAsync(credential, ct) is { IsOperator: true };
        }
        return isOperator
            ? (credential, null, StatusCodes.Status302Found)
            : (null, "You are known here, but not as an operator. Only operators may see the whole system's jobs.", StatusCodes.Status403Forbidden);
    }

    RazorComponentResult<SignInPage> Page(HttpContext context, string target, string? fault, int status) =>
        new(new { Target = target, Fault = fault, Token = forms.GetAndStoreTokens(context).RequestToken }) { StatusCode = status };

    /// <summary>What was typed in: a key, or an address and a password.</summary>
    sealed record Attempt(string Key, string Email, string Password)
    {
        public string? Fault =>
            Key.Length > LongestField || Email.Length > LongestField || Password.Length > LongestField ? "That is longer than any key, address or password."
            : Key.Length == 0 && (Email.Length == 0 || Password.Length == 0)
                ? "Enter an e-mail address and its password, or an operator's API key."
            : null;
    }

    static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Accounts does not say who wants to sign in")]
        public static partial void AccountsAway(ILogger log, Exception failure);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Accounts does not note a sign-out")]
        public static partial void NotEnded(ILogger log, Exception failure);
    }
}
