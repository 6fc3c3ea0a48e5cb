using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace VideoGen.Storage.Tests.S3;

/// <summary>Accepts every connection and never ends an answer: it says nothing at all, or begins and falls silent.</summary>
internal sealed class HangingServer : IAsyncDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource _stop = new();
    readonly byte[] _beginning;
    readonly Task _accepting;

    HangingServer(string beginning)
    {
        _beginning = Encoding.ASCII.GetBytes(beginning);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Endpoint => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>The settings of a Storage that uses it, as command-line arguments without dashes.</summary>
    public string[] Settings =>
    [
        "Storage:Store=s3", $"Storage:S3:Endpoint={Endpoint}", "Storage:S3:AccessKey=key", "Storage:S3:SecretKey=secret",
        "Storage:S3:Bucket=videogen", "Storage:S3:UseSsl=false",
    ];

    public static HangingServer Silent() => new("");

    public static HangingServer FallingSilent() => new("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n<?xml");

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting;
        _listener.Dispose();
        _stop.Dispose();
    }

    async Task AcceptAsync()
    {
        var open = new List<Task>();
        try
        {
            while (true) open.Add(HoldAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
        await Task.WhenAll(open);
    }

    /// <summary>Reads until the client goes or the test is over.</summary>
    async Task HoldAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var (stream, buffer, isBegun) = (client.GetStream(), new byte[64 * 1024], false);
                while (await stream.ReadAsync(buffer, _stop.Token) > 0)
                {
                    if (!isBegun) await stream.WriteAsync(_beginning, _stop.Token);
                    isBegun = true;
                }
            }
            catch (Exception gone) when (gone is OperationCanceledException or IOException)
            {
                // The client has given up, or the test is over.
            }
        }
    }
}
