using VideoGen.Accounts.Contracts;
using VideoGen.Gateway.Callers;
using VideoGen.Gateway.Routes;
using VideoGen.HttpApi.Errors;

namespace VideoGen.Gateway.Limits;

/// <summary>
/// Requests and submits a minute: by plan for a credential, by address without one, and by the route's own quota. Every answer says how much
/// is left, see <see cref="LimitHeaders"/>. An exact quota that nobody can count at the moment refuses everything.
/// </summary>
internal sealed class RateLimitMiddleware(RequestDelegate next, UsageCounters counters, AddressLimits addresses)
{
    const int Minute = 60;

    public async Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<RoutePolicy>() is not { } policy)
        {
            await next(context);
            return;
        }

        if (await CountAsync(context, policy) is not { } usage)
        {
            await Problems.WriteAsync(context, Problems.Describe(ErrorCodes.ServiceUnavailable, "Limits can't be counted at the moment."), TimeSpan.FromSeconds(1));
            return;
        }
        LimitHeaders.Show(context, usage);
        if (usage.IsAllowed)
            await next(context);
        else
            await Problems.WriteAsync(context, Problems.Describe(ErrorCodes.RateLimited,
                $"The limit of {usage.Limit} requests a minute is reached. Try again in {usage.ResetSeconds} seconds.",
                facts: new Dictionary<string, object?> { ["limit"] = usage.Limit }), TimeSpan.FromSeconds(usage.ResetSeconds));
    }

    /// <summary>Null when it can't be counted.</summary>
    async ValueTask<Usage?> CountAsync(HttpContext context, RoutePolicy policy)
    {
        if (context.Features.Get<Identified>() is not { Identity: var identity }) return addresses.Count(context, policy.Rate);
        var (kind, limit) = policy.Rate == RateClass.Submit ? ("submits", identity.RateLimits.SubmitsPerMinute) : ("requests", identity.RateLimits.RequestsPerMinute);
        var who = CredentialOf(identity);
        if (policy.Quota is not { } quota) return counters.TryUse(kind, who, limit);

        // What the plan refuses does not use the quota up, and the other way round.
        if (counters.Peek(kind, who, limit) is { Remaining: 0 } full) return full with { IsAllowed = false };
        if (await CountAsync(context, quota, identity.AccountId, who) is not { } own) return null;
        if (!own.IsAllowed) return own;
        var plan = counters.TryUse(kind, who, limit);
        return plan.IsAllowed && own.Remaining <= plan.Remaining ? own : plan;
    }

    async ValueTask<Usage?> CountAsync(HttpContext context, Quota quota, Guid accountId, string who)
    {
        if (!quota.IsExact) return counters.TryUse(quota.Name, who, quota.PerMinute);
        var limits = context.RequestServices.GetRequiredService<LimitClient>();
        var ask = new TakeLimit(accountId, $"{quota.Name} {who}", [new LimitWindow(Minute, quota.PerMinute)]);
        return await limits.TakeAsync(ask, context.RequestAborted) is { } answer ? Usage.Of(answer, answer.Windows[0]) : null;
    }

    static string CredentialOf(Identity identity) => (identity.KeyId ?? identity.UserId ?? identity.AccountId).ToString();
}
