using System.Net;
using System.Net.Sockets;

namespace VideoGen.Durability.Tests.Harness;

/// <summary>Stands between a client and a server. At a word, the connections that are open go silent in both directions
/// without an error, as where a cable is cut: what is sent is lost, only an end gets through. New ones work.</summary>
internal sealed class Relay : IAsyncDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource _end = new();
    readonly Uri _server;
    readonly Task _accepting;
    CancellationTokenSource _hang = new();
    CancellationTokenSource _cut = new();
    int _accepted;

    public Relay(Uri server)
    {
        _server = server;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>The server's address by way of the relay.</summary>
    public Uri Address => new UriBuilder(_server) { Host = "127.0.0.1", Port = ((IPEndPoint)_listener.LocalEndpoint).Port }.Uri;

    /// <summary>How many connections have been made.</summary>
    public int Accepted => Volatile.Read(ref _accepted);

    public void Hang() => Interlocked.Exchange(ref _hang, new CancellationTokenSource()).Cancel();

    /// <summary>Closes the connections that are open.</summary>
    public void Cut() => Interlocked.Exchange(ref _cut, new CancellationTokenSource()).Cancel();

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _accepting;
        _end.Dispose();
        _hang.Dispose();
        _cut.Dispose();
    }

    async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_end.Token);
                Interlocked.Increment(ref _accepted);
                connections.Add(ConnectAsync(client, _hang.Token, _cut.Token));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(connections);
        }
    }

    async Task ConnectAsync(TcpClient client, CancellationToken hang, CancellationToken cut)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_end.Token, cut);
        var end = either.Token;
        using (client)
        using (var server = new TcpClient())
        {
            try
            {
                await server.ConnectAsync(_server.Host, _server.Port, end);
                await Task.WhenAny(PumpAsync(client, server, hang, end), PumpAsync(server, client, hang, end));
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
            {
                // One side has gone; the other goes with it.
            }
        }
    }

    static async Task PumpAsync(TcpClient from, TcpClient to, CancellationToken hang, CancellationToken end)
    {
        var buffer = new byte[16 * 1024];
        while (true)
        {
            var read = await from.GetStream().ReadAsync(buffer, end);
            if (read == 0) return;
            if (!hang.IsCancellationRequested) await to.GetStream().WriteAsync(buffer.AsMemory(0, read), end);
        }
    }
}
