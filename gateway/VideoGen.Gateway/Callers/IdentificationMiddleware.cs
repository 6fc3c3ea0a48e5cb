using VideoGen.Gateway.Dialects;
using VideoGen.Gateway.Limits;
using VideoGen.Gateway.Routes;
using VideoGen.HttpApi.Errors;

namespace VideoGen.Gateway.Callers;

/// <summary>
/// Finds out who is calling, by the credential that this API asks for, and lets nobody in on any other word. Behind it the
/// request carries no credential and no identity header; the caller is a feature of the context.
/// </summary>
internal sealed class IdentificationMiddleware(RequestDelegate next, Identification identification, AddressLimits limits)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var policy = context.GetEndpoint()?.Metadata.GetMetadata<RoutePolicy>();
        var mode = Mode.Read(context.Request);
        ForeignHeaders.Remove(context.Request.Headers, keepCookies: policy?.IsPage == true);
        var credential = LooksAtCredentials(policy, context.Request)
            ? context.Features.Get<DialectRequest>()?.Dialect.ReadCredential(context.Request) ?? Credentials.Native(context.Request)
            : default;
        ForeignHeaders.RemoveCredentials(context.Request.Headers);

        if (await RefusalAsync(context, policy, credential, mode) is { } refusal)
        {
            if (refusal.Problem.Status == StatusCodes.Status401Unauthorized) context.Response.Headers.WWWAuthenticate = "Bearer realm=\"videogen\"";
            await Problems.WriteAsync(context, refusal.Problem, refusal.RetryAfter);
            return;
        }
        await next(context);
    }

    /// <summary>A link that is signed needs no other credential, so a stale one beside it does no harm.</summary>
    static bool LooksAtCredentials(RoutePolicy? policy, HttpRequest request) => policy switch
    {
        null or { Access: Access.Anonymous } => false,
        { Access: Access.SignedLink } => !request.Query.ContainsKey("signature"),
        _ => true,
    };

    async Task<ProblemAnswer?> RefusalAsync(
        HttpContext context, RoutePolicy? policy, Credential credential, (bool? Test, ProblemAnswer? Refusal) mode)
    {
        if (!LooksAtCredentials(policy, context.Request)) return null;
        if (credential.IsAbsent)
            return policy!.Access == Access.Optional ? null : Problems.Of(ErrorCodes.Unauthorized, "Send an API key or a sign-in token.");

        var suspect = limits.MayFail(context) ? null : AddressLimits.AddressOf(context);
        var verdict = await identification.OfAsync(credential, suspect, context.RequestAborted);
        switch (verdict)
        {
            case { Identity: { } identity }:
                context.Features.Set(new Identified(identity, credential));
                if (mode.Refusal is not null) return mode.Refusal;
                var (caller, refusal) = Mode.Choose(Identified.CallerOf(identity), mode.Test);
                context.Features.Set(caller);
                return refusal;
            case { IsUnavailable: true }:
                return Problems.Of(ErrorCodes.ServiceUnavailable, "Credentials can't be checked at the moment.", retryAfter: TimeSpan.FromSeconds(1));
            default:
                return limits.CountFailure(context) is { } wait
                    ? Problems.Of(ErrorCodes.RateLimited, "Too many requests with credentials that are not valid came from this address.", retryAfter: wait)
                    : Problems.Of(ErrorCodes.Unauthorized, verdict.Fault);
        }
    }
}
