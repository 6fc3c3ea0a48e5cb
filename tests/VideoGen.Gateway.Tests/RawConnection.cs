using System.Net.Sockets;
using System.Text;

namespace VideoGen.Gateway.Tests;

/// <summary>Bytes to a socket and what came back, for requests that no HTTP client would send.</summary>
internal static class RawConnection
{
    static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    public static Task<string> SendAsync(Uri address, string text) => SendAsync(address, Encoding.Latin1.GetBytes(text));

    /// <summary>Sends, then reads until the other side closes. End a request that is good with <c>Connection: close</c>.</summary>
    public static async Task<string> SendAsync(Uri address, byte[] bytes)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port, deadline.Token);
        await using var stream = client.GetStream();
        await stream.WriteAsync(bytes, deadline.Token);
        using var answer = new MemoryStream();
        try
        {
            await stream.CopyToAsync(answer, deadline.Token);
        }
        catch (IOException)
        {
            // A reset after the answer is an end, too.
        }
        return Encoding.UTF8.GetString(answer.ToArray());
    }
}
