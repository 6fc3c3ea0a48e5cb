using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace VideoGen.Egress.Tests;

/// <summary>
/// The internet of these tests: one loopback socket stands for every public server. It records which addresses the client
/// wanted to dial, speaks TLS when the client does, and answers by host and path.
/// </summary>
internal sealed class FixtureInternet : IDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource _stop = new();
    readonly X509Certificate2 _certificate = SelfSigned();
    readonly Task _accepting;

    public FixtureInternet()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public ConcurrentQueue<IPEndPoint> Dialled { get; } = [];

    public ConcurrentQueue<string> Requests { get; } = [];

    /// <summary>Bytes of one reply by URL; the corpus' own replies are built in.</summary>
    public Dictionary<string, string> Replies { get; } = new(StringComparer.Ordinal);

    public EgressClient Client(EgressPolicy policy, INameResolver resolver)
    {
        var handler = EgressHandler.Create(policy, resolver, DialAsync);
        handler.SslOptions = new SslClientAuthenticationOptions
        {
            RemoteCertificateValidationCallback = (_, shown, _, _) => shown?.GetCertHashString() == _certificate.GetCertHashString(),
        };
        return new EgressClient(handler, policy, TimeProvider.System);
    }

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Stop();
        Assert.That(_accepting.Wait(TimeSpan.FromSeconds(5)), Is.True);
        _certificate.Dispose();
        _stop.Dispose();
    }

    async ValueTask<Stream> DialAsync(IPEndPoint target, CancellationToken ct)
    {
        Dialled.Enqueue(target);
        return await EgressHandler.DialAsync((IPEndPoint)_listener.LocalEndpoint, ct);
    }

    async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
            }
            catch (Exception stopped) when (stopped is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var first = new byte[1];
                await client.Client.ReceiveAsync(first, SocketFlags.Peek, _stop.Token);
                Stream stream = client.GetStream();
                var scheme = "http";
                if (first[0] == 0x16)
                {
                    var tls = new SslStream(stream);
                    await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate }, _stop.Token);
                    (stream, scheme) = (tls, "https");
                }
                await using (stream) await AnswerAsync(stream, scheme);
            }
            catch (Exception left) when (left is IOException or SocketException or OperationCanceledException or AuthenticationException)
            {
                // The client under test hangs up on hostile replies; that is what the tests want.
            }
        }
    }

    async Task AnswerAsync(Stream stream, string scheme)
    {
        var head = new StringBuilder();
        var buffer = new byte[4096];
        while (!head.ToString().Contains("\r\n\r\n", StringComparison.Ordinal))
        {
            var read = await stream.ReadAsync(buffer, _stop.Token);
            if (read == 0) return;
            head.Append(Encoding.Latin1.GetString(buffer, 0, read));
        }
        var lines = head.ToString().Split("\r\n");
        var host = lines.First(line => line.StartsWith("Host:", StringComparison.OrdinalIgnoreCase))[5..].Trim();
        var url = $"{scheme}://{host}{lines[0].Split(' ')[1]}";
        Requests.Enqueue(head.ToString());
        await ReplyAsync(stream, url);
    }

    async Task ReplyAsync(Stream stream, string url)
    {
        if (Replies.TryGetValue(url, out var own))
            await WriteAsync(stream, own);
        else if (HostileUrls.Redirects.TryGetValue(url, out var redirect))
            await WriteAsync(stream, $"HTTP/1.1 {redirect[..3]} Moved\r\nLocation: {redirect[4..].Split(" (")[0]}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        else if (url.EndsWith("/huge", StringComparison.Ordinal))
            await EndlessAsync(stream, new byte[64 * 1024], TimeSpan.Zero);
        else if (url.EndsWith("/drip", StringComparison.Ordinal))
            await EndlessAsync(stream, new byte[1], TimeSpan.FromMilliseconds(50));
        else if (url.EndsWith("/gzip-bomb", StringComparison.Ordinal))
            await WriteAsync(stream, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\nConnection: close\r\n\r\n\x1f\x8b\x08\0");
        else if (url.EndsWith("/lying-length", StringComparison.Ordinal))
            await WriteAsync(stream, "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n0123456789");
        else if (url.EndsWith("/html", StringComparison.Ordinal))
            await WriteAsync(stream, "HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 14\r\nConnection: close\r\n\r\n<!doctype html");
        else
            await WriteAsync(stream, "HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 8\r\nConnection: close\r\n\r\n\x89PNG\r\n\x1a\n");
    }

    async Task EndlessAsync(Stream stream, byte[] piece, TimeSpan pause)
    {
        await WriteAsync(stream, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
        while (true)
        {
            await stream.WriteAsync(piece, _stop.Token);
            if (pause > TimeSpan.Zero) await Task.Delay(pause, _stop.Token);
        }
    }

    async Task WriteAsync(Stream stream, string text) => await stream.WriteAsync(Encoding.Latin1.GetBytes(text), _stop.Token);

    static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=fixture", key, HashAlgorithmName.SHA256);
        return request.CreateSelfSigned(DateTimeOffset.UnixEpoch, new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero));
    }
}
