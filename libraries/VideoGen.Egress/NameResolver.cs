using System.Net;
using System.Net.Sockets;

namespace VideoGen.Egress;

/// <summary>Looks up the addresses of a name: the boundary to DNS, replaced in tests.</summary>
public interface INameResolver
{
    /// <summary>All A and AAAA answers; empty when the name has none.</summary>
    /// <exception cref="SocketException">The name does not exist, or DNS does not answer.</exception>
    Task<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken ct);
}

/// <summary>The machine's resolver.</summary>
public sealed class SystemNameResolver : INameResolver
{
    public async Task<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken ct) => await Dns.GetHostAddressesAsync(host, ct);
}
