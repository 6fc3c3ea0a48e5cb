using System.Collections.Concurrent;
using System.Net.Sockets;
using RabbitMQ.Client;

namespace VideoGen.Durability.Recovery;

/// <summary>
/// The bus's connections to its broker, so that one that hangs can be dropped.
/// <para>
/// After a broker was frozen or restarted under load, a connection of the client library can be left that looks open and on which no
/// publish is ever confirmed. Neither the bus nor the client notices. Closing its socket does what neither can be asked to do: every
/// operation on it fails, and the bus connects anew.
/// </para>
/// </summary>
internal sealed class BrokerConnections
{
    readonly ConcurrentDictionary<Socket, byte> _sockets = new();
    Uri? _broker;

    /// <summary>Has the client open its sockets here. Called before each connection is made.</summary>
    public void Watch(ConnectionFactory factory, Uri broker)
    {
        _broker = broker;
        factory.SocketFactory = family => new TcpClientAdapter(Open(family));
    }

    /// <summary>Closes the sockets; returns how many were open.</summary>
    public int Drop()
    {
        var dropped = 0;
        foreach (var socket in _sockets.Keys)
        {
            _sockets.TryRemove(socket, out _);
            if (!socket.SafeHandle.IsClosed && socket.Connected) dropped++;
            socket.Dispose();
        }
        return dropped;
    }

    /// <summary>
    /// Whether the broker confirms a publish on a fresh connection within this time. When it does not, it is frozen, away, or takes no
    /// messages (an alarm of its memory or disk), and another connection would not help.
    /// </summary>
    public async Task<bool> AnswersAsync(TimeSpan timeout, CancellationToken ct)
    {
        if (_broker is null) return false;
        using var socket = new Fresh();
        var factory = new ConnectionFactory
        {
            Uri = _broker, AutomaticRecoveryEnabled = false, ClientProvidedName = "videogen-probe", SocketFactory = socket.Open,
            RequestedConnectionTimeout = timeout, HandshakeContinuationTimeout = timeout, ContinuationTimeout = timeout,
        };
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(timeout);
        try
        {
            await PublishAsync(factory, limit.Token).WaitAsync(limit.Token);
            return true;
        }
        catch (Exception) when (!ct.IsCancellationRequested)
        {
            return false; // whatever it is: no answer
        }
    }

    // To a queue that does not exist: the broker confirms it and keeps nothing.
    static async Task PublishAsync(ConnectionFactory factory, CancellationToken ct)
    {
        await using var connection = await factory.CreateConnectionAsync(ct);
        await using var channel = await connection.CreateChannelAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), ct);
        await channel.BasicPublishAsync("", "videogen-probe", mandatory: false, new BasicProperties(), ReadOnlyMemory<byte>.Empty, ct);
    }

    /// <summary>A connection beside the bus's; null before the bus has made its first.</summary>
    public async Task<IConnection?> ConnectAsync(CancellationToken ct) => _broker is null
        ? null
        : await new ConnectionFactory { Uri = _broker, AutomaticRecoveryEnabled = false, ClientProvidedName = "videogen-dead-letters" }.CreateConnectionAsync(ct);

    Socket Open(AddressFamily family)
    {
        foreach (var socket in _sockets.Keys)
            if (socket.SafeHandle.IsClosed) _sockets.TryRemove(socket, out _);
        var fresh = Stream(family);
        _sockets.TryAdd(fresh, 0);
        return fresh;
    }

    static Socket Stream(AddressFamily family) => new(family, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    /// <summary>The sockets of one probe, closed with it even when the client still waits for something.</summary>
    sealed class Fresh : IDisposable
    {
        readonly ConcurrentBag<Socket> _opened = [];

        public TcpClientAdapter Open(AddressFamily family)
        {
            var socket = Stream(family);
            _opened.Add(socket);
            return new TcpClientAdapter(socket);
        }

        public void Dispose()
        {
            foreach (var socket in _opened) socket.Dispose();
        }
    }
}
