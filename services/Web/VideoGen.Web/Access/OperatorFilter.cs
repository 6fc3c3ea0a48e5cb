using Microsoft.Extensions.Options;
using VideoGen.HttpApi.Errors;
using VideoGen.Web.Monitor;
using VideoGen.Web.Contracts;

namespace VideoGen.Web.Access;

/// <summary>Lets operators in, and everybody where the monitor is open. A page sends others to the sign-in; a part of a page answers 401.</summary>
internal sealed class OperatorFilter(IOptions<MonitorOptions> options) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (options.Value.Open || SessionCookie.CredentialOf(http.User) is not null) return await next(context);
        if (http.Features.Get<UnknownOperator>() is not null)
            return Problems.Of(ErrorCodes.ServiceUnavailable, "Nobody can be asked who you are at the moment.", retryAfter: TimeSpan.FromSeconds(2));
        if (http.GetEndpoint()?.Metadata.GetMetadata<WholePage>() is null) return Problems.Of(ErrorCodes.Unauthorized, "Sign in first.");
        http.Response.Headers.CacheControl = "no-store";
        return Results.Redirect(WebPages.SignIn + "?return=" + Uri.EscapeDataString(ReturnPath.Of(http.Request.Path)));
    }
}

/// <summary>Endpoint metadata: people go to this address themselves.</summary>
internal sealed class WholePage;
