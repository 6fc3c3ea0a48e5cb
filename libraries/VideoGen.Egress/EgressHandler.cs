using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace VideoGen.Egress;

/// <summary>Opens a connection to an address that has been vetted. Replaced in tests, which count the calls.</summary>
delegate ValueTask<Stream> Dial(IPEndPoint target, CancellationToken ct);

/// <summary>
/// The transport for URLs that others chose. Every new connection, whatever caused it, resolves and vets its own target and
/// dials the vetted address. No proxy (behind one the guard would only see the proxy), no redirects, cookies or decompression.
/// </summary>
public static class EgressHandler
{
    static readonly TimeSpan ConnectTime = TimeSpan.FromSeconds(5);

    public static SocketsHttpHandler Create(EgressOptions options, INameResolver resolver) => Create(new EgressPolicy(options), resolver, DialAsync);

    internal static SocketsHttpHandler Create(EgressPolicy policy, INameResolver resolver, Dial dial)
    {
        var vetting = new AddressVetting(policy, resolver);
        var handler = Plain();
        handler.ConnectCallback = (context, ct) => ConnectAsync(vetting, dial, context.DnsEndPoint, ct);
        return handler;
    }

    static SocketsHttpHandler Plain() => new()
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectTimeout = ConnectTime,
        // Short, so that an address vetted once is not used for ever after the name has moved.
        PooledConnectionLifetime = TimeSpan.FromSeconds(60),
        MaxResponseHeadersLength = 16,
        MaxResponseDrainSize = 0,
        // A span for us, but no header: our trace ids are nobody's business outside.
        ActivityHeadersPropagator = DistributedContextPropagator.CreateNoOutputPropagator(),
    };

    /// <summary>
    /// The transport to the one host that the operator has configured, public or not. It dials nothing else, whatever a request says, but hosts that
    /// belong to it. Otherwise like the one for foreign URLs.
    /// </summary>
    /// <param name="address">The configured address; its host and port are what counts.</param>
    /// <param name="belongs">Further hosts that may be reached, at port 443 and public addresses only. Null for none.</param>
    public static SocketsHttpHandler CreateForHost(Uri address, TimeSpan connectTime, Func<string, bool>? belongs = null)
    {
        var handler = Plain();
        var vetting = new AddressVetting(new EgressPolicy(new EgressOptions()), new SystemNameResolver());
        handler.ConnectTimeout = connectTime;
        handler.ConnectCallback = (context, ct) => context.DnsEndPoint is { } target && target.Port == address.Port && IsHost(address, target.Host)
            ? DialAsync(target, ct)
            : context.DnsEndPoint is { Port: 443 } other && belongs?.Invoke(other.Host) == true ? ConnectAsync(vetting, DialAsync, other, ct)
            : throw new EgressBlockedException("The request leads to another host than the configured one.");
        return handler;
    }

    static bool IsHost(Uri address, string host) => string.Equals(host.Trim('[', ']'), address.IdnHost.Trim('[', ']'), StringComparison.OrdinalIgnoreCase);

    static async ValueTask<Stream> ConnectAsync(AddressVetting vetting, Dial dial, DnsEndPoint target, CancellationToken ct)
    {
        SocketException? last = null;
        foreach (var address in await vetting.VetAsync(target.Host, ct))
        {
            try
            {
                return await dial(new IPEndPoint(address, target.Port), ct);
            }
            catch (SocketException unreachable)
            {
                last = unreachable;
            }
        }
        throw last!;
    }

    internal static ValueTask<Stream> DialAsync(IPEndPoint target, CancellationToken ct) =>
        DialAsync(new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true }, target, ct);

    static ValueTask<Stream> DialAsync(DnsEndPoint target, CancellationToken ct) =>
        DialAsync(new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true }, target, ct);

    static async ValueTask<Stream> DialAsync(Socket socket, EndPoint target, CancellationToken ct)
    {
        try
        {
            await socket.ConnectAsync(target, ct);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
