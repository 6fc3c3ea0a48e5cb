using VideoGen.Accounts.Contracts;
using VideoGen.ServiceDefaults.Callers;

namespace VideoGen.Web.Access;

/// <summary>Request feature: who has signed in, as Accounts knew it within the last two seconds, and which world the pages show.</summary>
/// <param name="Test">The test world; a key has no choice.</param>
internal sealed record Visitor(Credential Credential, Identity Identity, bool Test)
{
    public bool IsOperator => Identity is { IsOperator: true, Test: false };

    /// <summary>A page always acts in one world, never in both.</summary>
    public Caller ToCaller() => new(
        Identity.AccountId, Identity.UserId, Identity.KeyId, Test, Identity.Plan, Identity.Scopes, Identity.IsOperator,
            Identity.RetentionDays);
}

/// <summary>
/// Lets in who has signed in; everything that the page then asks of the services is asked in that caller's name, through the same routes
/// as by any program. Others are led to the sign-in.
/// </summary>
internal sealed class VisitorFilter : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        http.Response.OnStarting(static state => KeepNothing((HttpResponse)state), http.Response);
        if (http.Features.Get<Visitor>() is { } visitor)
        {
            http.Features.Set(visitor.ToCaller());
            return await next(context);
        }
        return SignInFirst.Answer(http);
    }

    static Task KeepNothing(HttpResponse response)
    {
        if (response.Headers.CacheControl.Count == 0) response.Headers.CacheControl = "no-store";
        return Task.CompletedTask;
    }
}
