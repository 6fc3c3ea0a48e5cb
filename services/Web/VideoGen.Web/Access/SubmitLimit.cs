using System.Threading.RateLimiting;
using VideoGen.HttpApi.Errors;

namespace VideoGen.Web.Access;

/// <summary>
/// The plan's submits a minute, for who works on the pages: one credential's, as the gateway counts them for programs, in a sliding
/// window. Counted are jobs, uploads and webhooks that are sent on request. The prices that the studio's form asks for by itself have a
/// window of their own, as large, so that looking at prices keeps nobody from pressing the button. Each instance counts for itself.
/// </summary>
internal sealed class SubmitLimit : IDisposable
{
    static readonly TimeSpan Wait = TimeSpan.FromSeconds(10);

    readonly PartitionedRateLimiter<Visitor> _submits = NewLimiter();
    readonly PartitionedRateLimiter<Visitor> _prices = NewLimiter();

    /// <summary>For a job, an upload or a webhook; null where there is room, which is used then.</summary>
    public Problem? Use(HttpContext context) => Use(_submits, context,
        "That was quick: your plan's jobs, uploads and sent webhooks of this minute are used up. Try again in a moment.");

    /// <summary>For a price; null where there is room, which is used then.</summary>
    public Problem? UsePrice(HttpContext context) => Use(_prices, context,
        "Your plan's prices of this minute are used up. The next comes in a moment; you can generate all the same.");

    public void Dispose()
    {
        _submits.Dispose();
        _prices.Dispose();
    }

    static Problem? Use(PartitionedRateLimiter<Visitor> limiter, HttpContext context, string text)
    {
        if (context.Features.Get<Visitor>() is not { } visitor) return null;
        using var lease = limiter.AttemptAcquire(visitor);
        if (lease.IsAcquired) return null;
        context.Response.Headers.RetryAfter = Problems.Seconds(Wait).ToString();
        return Problems.Describe(ErrorCodes.RateLimited, text);
    }

    static PartitionedRateLimiter<Visitor> NewLimiter() => PartitionedRateLimiter.Create<Visitor, (Guid, int)>(visitor =>
        RateLimitPartition.GetSlidingWindowLimiter(
            (visitor.Credential.Id, visitor.Identity.RateLimits.SubmitsPerMinute), key => new SlidingWindowRateLimiterOptions
            {
                PermitLimit = Math.Max(1, key.Item2),
                Window = TimeSpan.FromMinutes(1),
                SegmentsPerWindow = 6,
            }));
}
