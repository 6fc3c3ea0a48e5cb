using System.Net;
using System.Net.Sockets;

namespace VideoGen.Egress;

/// <summary>
/// Which addresses belong to the public internet. IPv4: everything outside the special-purpose registry. IPv6: only
/// 2000::/3 without the blocks in it that are reserved or carry an IPv4 address; so mapped, NAT64 and local addresses of every
/// kind are out without being named.
/// </summary>
static class Addresses
{
    static readonly IPNetwork[] SpecialV4 = Parse(
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
        "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        // The wire server of a large cloud: inside a public range, yet it serves the machine's own secrets.
        "168.63.129.16/32");

    static readonly IPNetwork GlobalV6 = IPNetwork.Parse("2000::/3");

    static readonly IPNetwork[] SpecialV6 = Parse("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20");

    public static bool IsPublic(IPAddress address) => address.AddressFamily switch
    {
        AddressFamily.InterNetwork => !IsIn(SpecialV4, address),
        // IPNetwork reads a mapped address as IPv4, whose first byte then meets the prefix: hence the first test.
        AddressFamily.InterNetworkV6 => !address.IsIPv4MappedToIPv6 && address.ScopeId == 0 && GlobalV6.Contains(address) && !IsIn(SpecialV6, address),
        _ => false,
    };

    /// <summary>A mapped address is in no network: whoever means IPv4 writes IPv4.</summary>
    public static bool IsIn(IPNetwork[] networks, IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) return false;
        foreach (var network in networks)
            if (network.BaseAddress.AddressFamily == address.AddressFamily && network.Contains(address))
                return true;
        return false;
    }

    public static IPNetwork[] Parse(params IEnumerable<string> texts) => [.. texts.Select(text => IPNetwork.Parse(text))];
}
