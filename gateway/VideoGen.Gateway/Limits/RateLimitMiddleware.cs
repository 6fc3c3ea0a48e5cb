using System.Globalization;
using VideoGen.Gateway.Callers;
using VideoGen.Gateway.Routes;
using VideoGen.HttpApi.Errors;

namespace VideoGen.Gateway.Limits;

/// <summary>
/// Requests and submits a minute: by plan for a credential, by address without one, and by the route's own quota. Every answer says how much is left:
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

        var usage = Count(context, policy);
        Show(context.Response, usage);
        if (usage.IsAllowed)
            await next(context);
        else
            await Problems.WriteAsync(context, Problems.Describe(ErrorCodes.RateLimited,
                $"The limit of {usage.Limit} requests a minute is reached. Try again in {usage.ResetSeconds} seconds.",
                facts: new Dictionary<string, object?> { ["limit"] = usage.Limit }), TimeSpan.FromSeconds(usage.ResetSeconds));
    }

    Usage Count(HttpContext context, RoutePolicy policy)
    {
        if (context.Features.Get<Identified>() is not { Identity: var identity }) return addresses.Count(context, policy.Rate);
        var (kind, limit) = policy.Rate == RateClass.Submit ? ("submits", identity.RateLimits.SubmitsPerMinute) : ("requests", identity.RateLimits.RequestsPerMinute);
        var who = CredentialOf(identity);
        if (policy.Quota is not { } quota) return counters.TryUse(kind, who, limit);

        // What the plan refuses does not use the quota up, and the other way round.
        if (counters.Peek(kind, who, limit) is { Remaining: 0 } full) return full with { IsAllowed = false };
        var own = counters.TryUse(quota.Name, who, quota.PerMinute);
        if (!own.IsAllowed) return own;
        var plan = counters.TryUse(kind, who, limit);
        return plan.IsAllowed && own.Remaining <= plan.Remaining ? own : plan;
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
