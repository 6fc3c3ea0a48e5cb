using System.Threading.RateLimiting;
using VideoGen.HttpApi.Errors;

namespace VideoGen.Web.Access;

/// <summary>
/// Ten tries a minute for one address; each gateway has its own limits before that, and Accounts has one for each e-mail address after it.
/// There is none for all addresses together: with it a stranger could keep operators out.
/// </summary>
internal sealed class SignInLimit : IDisposable
{
    readonly PartitionedRateLimiter<string> _limits = PartitionedRateLimiter.Create<string,
        string>(address => RateLimitPartition.GetSlidingWindowLimiter(
        address, _ => new SlidingWindowRateLimiterOptions { PermitLimit = 10, Window = TimeSpan.FromMinutes(1), SegmentsPerWindow = 6 }));

    public bool TryUse(HttpContext context)
    {
        using var lease = _limits.AttemptAcquire(AddressOf(context));
        return lease.IsAcquired;
    }

    public void Dispose() => _limits.Dispose();

    /// <summary>An IPv6 client owns its /64.</summary>
    static string AddressOf(HttpContext context)
    {
        if (context.Connection.RemoteIpAddress is not { } address) return "";
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        var bytes = address.GetAddressBytes();
        return Convert.ToHexString(bytes.Length == 16 ? bytes.AsSpan(0, 8) : bytes);
    }
}

/// <summary>
/// The plan's limit on what makes jobs and uploads, for who makes them on the pages: one credential's submits a minute, as the gateway
/// has it for programs. Each instance counts for itself.
/// </summary>
internal sealed class SubmitLimit : IDisposable
{
    static readonly TimeSpan Wait = TimeSpan.FromSeconds(10);

    readonly PartitionedRateLimiter<Visitor> _limits = PartitionedRateLimiter.Create<Visitor,
        Guid>(visitor => RateLimitPartition.GetSlidingWindowLimiter(
        visitor.Credential.Id, _ => new SlidingWindowRateLimiterOptions
        {
            PermitLimit = Math.Max(1, visitor.Identity.RateLimits.SubmitsPerMinute),
            Window = TimeSpan.FromMinutes(1),
            SegmentsPerWindow = 6,
        }));

    /// <summary>Null where there is room; it is used then.</summary>
    public Problem? Use(HttpContext context)
    {
        if (context.Features.Get<Visitor>() is not { } visitor) return null;
        using var lease = _limits.AttemptAcquire(visitor);
        if (lease.IsAcquired) return null;
        context.Response.Headers.RetryAfter = Problems.Seconds(Wait).ToString();
        return Problems.Describe(ErrorCodes.RateLimited,
            "That was quick: your plan's jobs and uploads of this minute are used up. Try again in a moment.");
    }

    public void Dispose() => _limits.Dispose();
}
