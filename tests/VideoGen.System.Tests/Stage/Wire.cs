using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using VideoGen.Testing;

namespace VideoGen.System.Tests.Stage;

/// <summary>The cable to one service, which a test may pull: what others send to the service passes through here.</summary>
sealed class Wire : IAsyncDisposable
{
    readonly Func<int> _target;
    readonly ConcurrentDictionary<Socket, byte> _open = new();
    Socket? _listener;
    Task _accepting = Task.CompletedTask;
    TaskCompletionSource? _held;
    volatile bool _isTearing;

    /// <param name="target">The service's own port, asked for at each connection.</param>
    public Wire(Func<int> target)
    {
        _target = target;
        Listen();
    }

    public int Port { get; } = TestPorts.Free();

    public string Url => $"http://127.0.0.1:{Port}";

    /// <summary>The service can't be reached, as if it were down, until the result is disposed.</summary>
    public IDisposable Cut()
    {
        Close();
        return new Mending(Listen);
    }

    /// <summary>The service can be reached and says nothing until the result is disposed.</summary>
    public IDisposable Hold()
    {
        var held = _held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return new Mending(() =>
        {
            _held = null;
            held.SetResult();
        });
    }

    /// <summary>The service can be reached, and each connection ends in the middle of its next answer's body, until the result is disposed.</summary>
    public IDisposable Tear()
    {
        _isTearing = true;
        return new Mending(() => _isTearing = false);
    }

    public async ValueTask DisposeAsync()
    {
        Close();
        await _accepting;
    }

    void Listen()
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, Port));
        listener.Listen(512);
        _listener = listener;
        _accepting = AcceptAsync(listener);
    }

    void Close()
    {
        _listener?.Dispose();
        _listener = null;
        foreach (var socket in _open.Keys) socket.Dispose();
    }

    async Task AcceptAsync(Socket listener)
    {
        while (true)
        {
            try
            {
                var client = await listener.AcceptAsync();
                _ = RelayAsync(client);
            }
            catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    async Task RelayAsync(Socket client)
    {
        using var service = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using var caller = client;
        client.NoDelay = true;
        _open.TryAdd(client, 0);
        _open.TryAdd(service, 0);
        try
        {
            await service.ConnectAsync(IPAddress.Loopback, _target());
            await Task.WhenAny(PumpAsync(client, service, tears: false), PumpAsync(service, client, tears: true));
        }
        catch (Exception broken) when (broken is SocketException or ObjectDisposedException)
        {
            // The service is away, or the cable was pulled: the caller sees its connection end.
        }
        finally
        {
            _open.TryRemove(client, out _);
            _open.TryRemove(service, out _);
        }
    }

    /// <summary>Ends, whatever the reason, when either side does; the other's connection then ends with it.</summary>
    async Task PumpAsync(Socket from, Socket to, bool tears)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer) is var count and > 0)
            {
                if (_held is { } held) await held.Task;
                var torn = tears && _isTearing ? HeadOf(buffer.AsSpan(0, count)) + 10 : int.MaxValue;
                for (var sent = 0; sent < Math.Min(count, torn);) sent += await to.SendAsync(buffer.AsMemory(sent, Math.Min(count, torn) - sent));
                if (torn < count) return;
            }
        }
        catch (Exception broken) when (broken is SocketException or ObjectDisposedException)
        {
            // As above.
        }
    }

    /// <summary>Length of an answer's status line and headers with the empty line after them; too long for any answer when they don't end here.</summary>
    static int HeadOf(ReadOnlySpan<byte> bytes) => bytes.IndexOf("\r\n\r\n"u8) is var end and >= 0 ? end + 4 : int.MaxValue / 2;

    sealed class Mending(Action mend) : IDisposable
    {
        Action? _mend = mend;

        public void Dispose() => Interlocked.Exchange(ref _mend, null)?.Invoke();
    }
}
