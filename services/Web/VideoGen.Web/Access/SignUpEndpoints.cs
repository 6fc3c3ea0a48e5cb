using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http.HttpResults;
using VideoGen.HttpApi.Errors;
using VideoGen.Web.Contracts;

namespace VideoGen.Web.Access;

/// <summary>
/// <c>/web/sign-up</c>: an account, and at once its session. Who gives the address and the password of an account that exists is
/// signed in to it. With another password the answer does not say that the address is taken; without mail a sign-up that
/// works tells it all the same, within the limits of <c>POST /v1/accounts</c>.
/// </summary>
internal sealed partial class SignUpEndpoints(AccountsClient accounts, SignInLimit limit, IAntiforgery forms, ILogger<SignUpEndpoints> log)
{
    public IResult Show(HttpContext context) => context.Features.Get<Visitor>() is null
        ? Page(context, fault: null, StatusCodes.Status200OK)
        : Results.Redirect(WebPages.Home);

    public async Task<IResult> SignUpAsync(HttpContext context, CancellationToken ct)
    {
        if (await FormBody.ReadAsync(context) is { } unread) return unread;
        if (!await forms.IsRequestValidAsync(context)) return Page(context, "The form had grown too old. Please try again.",
            StatusCodes.Status400BadRequest);
        if (!limit.TryUse(context)) return Page(context, "Too many tries. Wait a minute before the next.",
            StatusCodes.Status429TooManyRequests);
        var form = await context.Request.ReadFormAsync(ct);
        var (email, password) = (form["email"].ToString().Trim(), form["password"].ToString());
        try
        {
            var problem = await accounts.SignUpAsync(email, password, context.Connection.RemoteIpAddress, ct);
            if (problem is not null && problem.Code != ErrorCodes.EmailTaken.Code) return Page(context, TextOf(problem), problem.Status);
            var answer = await accounts.ByPasswordAsync(email, password, context.Connection.RemoteIpAddress, ct);
            if (answer.User is not { } user)
                return Page(context, "That did not work. If you have an account already, sign in with its password.",
                    StatusCodes.Status400BadRequest);
            await context.SignInAsync(CookieAuthenticationDefaults.AuthenticationScheme, SessionCookie.PrincipalOf(user));
            return Results.Redirect(WebPages.Home);
        }
        catch (Exception failure) when (Operators.IsAway(failure, ct))
        {
            Log.AccountsAway(log, failure);
            return Page(context, "Accounts can't be opened at the moment. Please try again soon.", StatusCodes.Status503ServiceUnavailable);
        }
    }

    static string TextOf(Problem problem) =>
        problem.Errors is { Count: > 0 } errors
            ? string.Join(" ", errors.Select(error => $"{Words(error.Key)} {string.Join(", ", error.Value).TrimEnd('.')}."))
        : problem.Detail;

    static string Words(string field) => field switch { "email" => "The e-mail address", "password" => "The password", _ => field };

    RazorComponentResult<SignUpPage> Page(HttpContext context, string? fault, int status) =>
        new(new { Fault = fault, Token = forms.GetAndStoreTokens(context).RequestToken }) { StatusCode = status };

    static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Accounts does not answer who wants to sign up")]
        public static partial void AccountsAway(ILogger log, Exception failure);
    }
}
