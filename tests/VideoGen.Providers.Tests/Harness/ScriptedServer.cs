using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace VideoGen.Providers.Tests.Harness;

/// <summary>What a scripted server does with one request; false ends the connection.</summary>
internal delegate Task<bool> Script(Stream connection, CancellationToken ct);

/// <summary>A server that answers each request by the next script, byte for byte; the last one serves all further requests.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource _stop = new();
    readonly ConcurrentBag<Task> _connections = [];
    readonly Lock _turn = new();
    readonly Task _accepting;
    IReadOnlyList<Script> _scripts;
    int _next;

    public ScriptedServer(params IReadOnlyList<Script> scripts)
    {
        _scripts = scripts;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>Head and body of each request.</summary>
    public ConcurrentQueue<string> Received { get; } = new();

    /// <summary>A whole answer; the connection stays open.</summary>
    public static Script Answer(int status, string body = "{}", string headers = "", string type = "application/json") => Raw(
        $"HTTP/1.1 {status} X\r\nContent-Type: {type}\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n{headers}\r\n{body}", staysOpen: true);

    /// <summary>These characters, whatever they are.</summary>
    public static Script Raw(string text, bool staysOpen = false) => async (connection, ct) =>
    {
        await connection.WriteAsync(Encoding.UTF8.GetBytes(text), ct);
        return staysOpen;
    };

    /// <summary>Not a byte until the client or the test has had enough.</summary>
    public static Script Silence { get; } = async (connection, ct) => await connection.ReadAsync(new byte[1], ct) > 0;

    /// <summary>A head, then a byte at a time without an end.</summary>
    public static Script Drip(TimeSpan pause) => async (connection, ct) =>
    {
        await connection.WriteAsync("HTTP/1.1 200 X\r\nContent-Type: application/json\r\n\r\n"u8.ToArray(), ct);
        using var timer = new PeriodicTimer(pause);
        while (await timer.WaitForNextTickAsync(ct)) await connection.WriteAsync(" "u8.ToArray(), ct);
        return false;
    };

    /// <summary>Begins anew with these.</summary>
    public void Play(params IReadOnlyList<Script> scripts)
    {
        lock (_turn) (_scripts, _next) = (scripts, 0);
        Received.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested) return;
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_connections);
        _stop.Dispose();
    }

    async Task AcceptAsync()
    {
        try
        {
            while (true) _connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
        }
        catch (Exception ended) when (_stop.IsCancellationRequested
            && ended is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // The test is over; a listener that was stopped between two clients says that it does not listen.
        }
    }

    async Task ServeAsync(TcpClient client)
    {
        using var _ = client;
        try
        {
            var stream = client.GetStream();
            while (await RequestAsync(stream, _stop.Token) is { } request)
            {
                Received.Enqueue(request);
                if (!await Next()(stream, _stop.Token)) return;
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or IOException)
        {
            // The client has gone, or the test is over.
        }
    }

    Script Next()
    {
        lock (_turn) return _scripts[Math.Min(_next++, _scripts.Count - 1)];
    }

    static async Task<string?> RequestAsync(NetworkStream stream, CancellationToken ct)
    {
        var (text, buffer) = (new StringBuilder(), new byte[4096]);
        while (true)
        {
            var end = text.ToString().IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end >= 0 && text.Length >= end + 4 + LengthOf(text.ToString(0, end))) return text.ToString();
            if (await stream.ReadAsync(buffer, ct) is not (> 0 and var read)) return null;
            text.Append(Encoding.Latin1.GetString(buffer, 0, read));
        }
    }

    static int LengthOf(string head) => head.Split("\r\n").Where(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))
        .Select(line => int.Parse(line["Content-Length:".Length..], CultureInfo.InvariantCulture)).FirstOrDefault();
}
