using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace VideoGen.Gateway.Limits;

/// <summary>
/// How many connections one client address may have open, so that nobody shuts the others out by doing nothing. One too many is
/// closed at once.
/// Load balancers whose word is believed speak for many clients and are not counted.
/// </summary>
internal sealed class AddressConnections(IOptions<LimitOptions> limits, IOptions<ForwardedHeadersOptions> proxies)
{
    readonly ConcurrentDictionary<string, int> _open = new(StringComparer.Ordinal);

    /// <summary>Serves a connection: its place first, and its way out as one that a refusal can end.</summary>
    public async Task ServeAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        using var place = TryEnter((connection.RemoteEndPoint as IPEndPoint)?.Address);
        if (place is null) return;
        var output = new RefusableOutput(connection.Transport.Output);
        connection.Features.Set(place);
        connection.Features.Set(output);
        connection.Transport = new Way(connection.Transport.Input, output);
        await next(connection);
    }

    /// <summary>A place, or null when this address has none left.</summary>
    public ConnectionPlace? TryEnter(IPAddress? address)
    {
        if (address is null || IsProxy(address)) return new ConnectionPlace(() => { });
        var name = AddressLimits.NameOf(address);
        if (_open.AddOrUpdate(name, 1, (_, open) => open + 1) > limits.Value.MaxConnectionsPerAddress)
        {
            Leave(name);
            return null;
        }
        return new ConnectionPlace(() => Leave(name));
    }

    void Leave(string name)
    {
        if (_open.AddOrUpdate(name, 0, (_, open) => open - 1) == 0) _open.TryRemove(KeyValuePair.Create(name, 0));
    }

    bool IsProxy(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return proxies.Value.KnownProxies.Contains(address) || proxies.Value.KnownIPNetworks.Any(network => network.Contains(address));
    }

    sealed class Way(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input => input;

        public PipeWriter Output => output;
    }
}

/// <summary>A connection's place among those of its address; a WebSocket gives it back, for sockets have a limit of their own.</summary>
internal sealed class ConnectionPlace(Action leave) : IDisposable
{
    Action? _leave = leave;

    public void Dispose() => Interlocked.Exchange(ref _leave, null)?.Invoke();
}
