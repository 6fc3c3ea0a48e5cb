using System.Net;
using System.Net.Sockets;

namespace VideoGen.Egress;

/// <summary>
/// From a host to the addresses that may be dialled. All or nothing: one forbidden answer among many refuses the name, which
/// defeats split answers; and the caller dials what is returned here, never the name, which defeats a second answer.
/// </summary>
sealed class AddressVetting(EgressPolicy policy, INameResolver resolver)
{
    const int MaxAnswers = 32;

    static readonly TimeSpan LookupTime = TimeSpan.FromSeconds(5);

    /// <exception cref="EgressBlockedException">The host leads somewhere forbidden.</exception>
    /// <exception cref="SocketException">The name does not resolve.</exception>
    public async Task<IReadOnlyList<IPAddress>> VetAsync(string host, CancellationToken ct)
    {
        var addresses = await FindAsync(host.Trim('[', ']'), ct);
        if (addresses.Count == 0) throw new SocketException((int)SocketError.HostNotFound);
        if (addresses.Count > MaxAnswers) throw new EgressBlockedException($"The host name has more than {MaxAnswers} addresses.");
        return addresses.All(policy.MayDial) ? addresses : throw new EgressBlockedException("The host name leads to an address that is not public.");
    }

    async Task<IReadOnlyList<IPAddress>> FindAsync(string host, CancellationToken ct)
    {
        if (IPAddress.TryParse(host, out var literal)) return [literal];
        if (string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase)) return policy.OpenLoopback();
        try
        {
            // The token alone is not enough: the system's resolver does not always heed it.
            return await resolver.ResolveAsync(host, ct).WaitAsync(LookupTime, ct);
        }
        catch (TimeoutException)
        {
            throw new SocketException((int)SocketError.TryAgain);
        }
    }
}
