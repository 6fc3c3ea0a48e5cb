using VideoGen.HttpApi.Errors;
using VideoGen.Web.Contracts;

namespace VideoGen.Web.Access;

/// <summary>The answer to who has not signed in: a page leads to the form and back, a part of a page has its page loaded anew.</summary>
internal static class SignInFirst
{
    public static IResult Answer(HttpContext http)
    {
        if (http.Features.Get<UnknownOperator>() is not null)
            return Problems.Of(ErrorCodes.ServiceUnavailable, "Nobody can be asked who you are at the moment.",
                retryAfter: TimeSpan.FromSeconds(2));
        http.Response.Headers.CacheControl = "no-store";
        if (http.Request.Headers.ContainsKey("HX-Request")) http.Response.Headers["HX-Redirect"] = WebPages.SignIn;
        if (http.GetEndpoint()?.Metadata.GetMetadata<WholePage>() is null) return Problems.Of(ErrorCodes.Unauthorized, "Sign in first.");
        return Results.Redirect(WebPages.SignIn + "?return=" + Uri.EscapeDataString(ReturnPath.Of(http.Request.Path)));
    }
}

/// <summary>Endpoint metadata: people go to this address themselves.</summary>
internal sealed class WholePage;
