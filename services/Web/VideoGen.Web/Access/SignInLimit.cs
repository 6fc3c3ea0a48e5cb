using System.Threading.RateLimiting;

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
