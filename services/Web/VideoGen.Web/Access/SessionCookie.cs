using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.Extensions.Options;
using VideoGen.Web.Layout;

namespace VideoGen.Web.Access;

/// <summary>The cookie that says who has signed in, and what is in it: the credential's id and nothing of its secret.</summary>
internal static class SessionCookie
{
    const string Name = "videogen-session";
    const string FormName = "videogen-form";

    /// <summary>With this prefix browsers take a cookie over TLS alone, and from no other host.</summary>
    const string HostPrefix = "__Host-";

    /// <summary>A new sign-in, with an id of its own by which it is ended.</summary>
    public static ClaimsPrincipal PrincipalOf(Credential credential) => new(new ClaimsIdentity(
        [
            new Claim(credential.IsKey ? "key" : "user", credential.Id.ToString()),
            new Claim("round", credential.Round.ToString(CultureInfo.InvariantCulture)),
            new Claim("session", Guid.CreateVersion7().ToString()),
            // What forms are bound to: the person. An open page goes on working after its person has signed in again.
            new Claim("sub", $"{credential.Id} {credential.Round}"),
        ], CookieAuthenticationDefaults.AuthenticationScheme));

    /// <summary>Null for somebody who has not signed in.</summary>
    public static Credential? CredentialOf(ClaimsPrincipal principal) => principal switch
    {
        _ when Guid.TryParse(principal.FindFirstValue("key"), out var key) =>
            new Credential(key, IsKey: true, Session: SessionOf(principal)),
        _ when Guid.TryParse(principal.FindFirstValue("user"), out var user) =>
            new Credential(user, IsKey: false, RoundOf(principal), SessionOf(principal)),
        _ => null,
    };

    /// <summary>Cookies of the release before have none.</summary>
    static Guid? SessionOf(ClaimsPrincipal principal) =>
        Guid.TryParse(principal.FindFirstValue("session"), out var session) ? session : null;

    /// <summary>What a cookie of ours is called where the system is reached as the options say.</summary>
    public static string NameOf(string name, PageOptions page) => page.IsSecure ? HostPrefix + name : name;

    static int RoundOf(ClaimsPrincipal principal) =>
        int.TryParse(principal.FindFirstValue("round"), CultureInfo.InvariantCulture, out var round) ? round : 0;

    public static void Configure(CookieAuthenticationOptions cookies, IOptions<SessionOptions> session, IOptions<PageOptions> page, TimeProvider time)
    {
        Configure(cookies.Cookie, Name, page.Value);
        cookies.TimeProvider = time;
        cookies.ExpireTimeSpan = session.Value.Lifetime;
        cookies.SlidingExpiration = false;
        cookies.Events.OnValidatePrincipal = ValidateAsync;
    }

    public static void Configure(AntiforgeryOptions forms, IOptions<PageOptions> page)
    {
        Configure(forms.Cookie, FormName, page.Value);
        forms.FormFieldName = "form";
        forms.SuppressXFrameOptionsHeader = true; // The page's policy forbids frames.
    }

    static void Configure(CookieBuilder cookie, string name, PageOptions page)
    {
        cookie.Name = NameOf(name, page);
        cookie.Path = "/";
        cookie.HttpOnly = true;
        cookie.IsEssential = true;
        cookie.SameSite = SameSiteMode.Strict;
        cookie.SecurePolicy = page.IsSecure ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
    }

    /// <summary>Whether the sign-in has ended since the request was let in: a stream outlives it.</summary>
    public static bool HasExpired(HttpContext http, DateTimeOffset now) =>
        http.Features.Get<IAuthenticateResultFeature>()?.AuthenticateResult?.Properties?.ExpiresUtc is { } end && end <= now;

    /// <summary>A cookie proves who signed in; Accounts says whether that still is somebody.</summary>
    static async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        var operators = context.HttpContext.RequestServices.GetRequiredService<Operators>();
        try
        {
            if (CredentialOf(context.Principal!) is { } credential
                && await operators.IdentifyAsync(credential, context.HttpContext.RequestAborted) is { } identity)
            {
                var page = context.HttpContext.RequestServices.GetRequiredService<IOptions<PageOptions>>().Value;
                var test = credential.IsKey ? identity.Test : Choices.IsTest(context.HttpContext.Request, page);
                context.HttpContext.Features.Set(new Visitor(credential, identity, test));
                return;
            }
        }
        catch (Exception failure) when (Operators.IsAway(failure, context.HttpContext.RequestAborted))
        {
            // The cookie may be good: it stays, and the request is told to come again.
            context.HttpContext.Features.Set(new UnknownOperator());
            context.RejectPrincipal();
            return;
        }
        context.RejectPrincipal();
        await context.HttpContext.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
    }
}

/// <summary>Request feature: somebody shows a cookie, and Accounts can't be asked about it.</summary>
internal sealed class UnknownOperator;

/// <param name="Id">Of the API key, or of the user.</param>
/// <param name="Round">Of the user's sessions: a change of the password ends those of earlier rounds. 0 for a key.</param>
/// <param name="Session">The sign-in; null before there is one.</param>
internal readonly record struct Credential(Guid Id, bool IsKey, int Round = 0, Guid? Session = null);
