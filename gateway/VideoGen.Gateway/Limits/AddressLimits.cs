using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using VideoGen.Gateway.Routes;

namespace VideoGen.Gateway.Limits;

/// <summary>Limits of those who show no credential, or a bad one: by client address, an IPv6 one by its /64.</summary>
internal sealed class AddressLimits(UsageCounters counters, IOptions<LimitOptions> options)
{
    const string Failures = "failed-credentials";

    /// <summary>False when this address has shown too many bad credentials within a minute; its look-ups then wait their turn.</summary>
    public bool MayFail(HttpContext context) =>
        Peek(context).Remaining > 0;

    /// <summary>Counts a bad credential.</summary>
    /// <returns>How long to wait when there were too many; otherwise null.</returns>
    public TimeSpan? CountFailure(HttpContext context) =>
        counters.TryUse(Failures, AddressOf(context), options.Value.FailedCredentialsPerMinute) is { IsAllowed: false } usage
            ? TimeSpan.FromSeconds(usage.ResetSeconds) : null;

    /// <summary>How many bad credentials this address may still show.</summary>
    public Usage Peek(HttpContext context) => counters.Peek(Failures, AddressOf(context), options.Value.FailedCredentialsPerMinute);

    /// <summary>Counts a request without a caller.</summary>
    public Usage Count(HttpContext context, RateClass rate) => counters.TryUse(rate.ToString(), AddressOf(context), rate switch
    {
        RateClass.SignUp => options.Value.SignUpsPerMinute,
        RateClass.SignIn => options.Value.SignInsPerMinute,
        RateClass.Callback => options.Value.CallbacksPerMinute,
        _ => options.Value.PublicReadsPerMinute,
    });

    public static string AddressOf(HttpContext context) => NameOf(context.Connection.RemoteIpAddress ?? IPAddress.None);

    /// <summary>What counts as one client: an IPv6 one owns its /64.</summary>
    public static string NameOf(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return address.ToString();
        return Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8));
    }
}
