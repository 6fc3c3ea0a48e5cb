using System.Net;

namespace VideoGen.Accounts.Users;

/// <summary>
/// The network address a request comes from. Only the gateway calls this service, and writes the client's address as the last
/// entry of <c>X-Forwarded-For</c>; earlier entries are the client's own words. An IPv6 client owns its /64, so that counts.
/// </summary>
internal static class ClientAddress
{
    public static string Of(HttpContext context)
    {
        var forwarded = context.Request.Headers["X-Forwarded-For"].LastOrDefault()?.Split(',')[^1].Trim();
        var address = IPAddress.TryParse(forwarded, out var client) ? client : context.Connection.RemoteIpAddress ?? IPAddress.None;
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        var bytes = address.GetAddressBytes();
        return Convert.ToHexStringLower(bytes.Length == 16 ? bytes.AsSpan(0, 8) : bytes);
    }
}
