using System.Globalization;
using VideoGen.Gateway.Callers;
using VideoGen.Gateway.Routes;
using VideoGen.HttpApi.Errors;

namespace VideoGen.Gateway.Limits;

/// <summary>
/// Requests and submits a minute: by plan for a credential, by address without one. Every answer says how much is left:
/// <c>RateLimit-Limit</c>, <c>-Remaining</c> and <c>-Reset</c> (seconds), and the older <c>X-RateLimit-…</c> (<c>-Reset</c> as Unix time).
/// </summary>
internal sealed class RateLimitMiddleware(RequestDelegate next, UsageCounters counters, AddressLimits addresses, TimeProvider time)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<RoutePolicy>() is not { } policy)
        {
            await next(context);
            return;
        }

        var usage = Count(context, policy.Rate);
        Show(context.Response, usage);
        if (usage.IsAllowed)
            await next(context);
        else
            await Problems.WriteAsync(context, Problems.Describe(ErrorCodes.RateLimited,
                $"The limit of {usage.Limit} requests a minute is reached. Try again in {usage.ResetSeconds} seconds.",
                facts: new Dictionary<string, object?> { ["limit"] = usage.Limit }), TimeSpan.FromSeconds(usage.ResetSeconds));
    }

    Usage Count(HttpContext context, RateClass rate)
    {
        if (context.Features.Get<Identified>() is not { Identity: var identity }) return addresses.Count(context, rate);
        var limit = rate == RateClass.Submit ? identity.RateLimits.SubmitsPerMinute : identity.RateLimits.RequestsPerMinute;
        return counters.TryUse(rate == RateClass.Submit ? "submits" : "requests", CredentialOf(identity), limit);
    }

    static string CredentialOf(Accounts.Contracts.Identity identity) => (identity.KeyId ?? identity.UserId ?? identity.AccountId).ToString();

    /// <summary>Set at the start of the answer, so that an error written further in keeps them.</summary>
    void Show(HttpResponse response, Usage usage)
    {
        var resetAt = time.GetUtcNow().ToUnixTimeSeconds() + usage.ResetSeconds;
        response.OnStarting(() =>
        {
            var headers = response.Headers;
            headers["RateLimit-Limit"] = headers["X-RateLimit-Limit"] = Text(usage.Limit);
            headers["RateLimit-Remaining"] = headers["X-RateLimit-Remaining"] = Text(usage.Remaining);
            headers["RateLimit-Reset"] = Text(usage.ResetSeconds);
            headers["X-RateLimit-Reset"] = Text(resetAt);
            return Task.CompletedTask;
        });
    }

    static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
