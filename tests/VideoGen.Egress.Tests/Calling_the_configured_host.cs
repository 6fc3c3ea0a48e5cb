using System.Net;
using System.Net.Sockets;

namespace VideoGen.Egress.Tests;

/// <summary>The transport for a vendor's API, whose address the operator has set.</summary>
[TestFixture]
public sealed class Calling_the_configured_host
{
    [Test]
    public async Task Reaches_it_though_it_is_not_public_and_nothing_else()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        using var client = new HttpMessageInvoker(EgressHandler.CreateForHost(new Uri($"http://127.0.0.1:{port}/v1"), TimeSpan.FromSeconds(5)));

        var asked = SendAsync(client, $"http://127.0.0.1:{port}/anything");
        using (var connection = await listener.AcceptTcpClientAsync())
        {
            await connection.GetStream().WriteAsync("HTTP/1.1 204 X\r\nConnection: close\r\n\r\n"u8.ToArray());
            Assert.That(await asked, Is.EqualTo(HttpStatusCode.NoContent));
        }

        foreach (var other in (string[])[$"http://localhost:{port}/", "http://127.0.0.1:1/", "http://169.254.169.254/"])
            Assert.That(async () => await SendAsync(client, other), Throws.InstanceOf<HttpRequestException>().With.Message.Contains("another host"), other);
        Assert.That(listener.Pending(), Is.False);
    }

    static async Task<HttpStatusCode> SendAsync(HttpMessageInvoker client, string url)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        using var response = await client.SendAsync(request, CancellationToken.None);
        return response.StatusCode;
    }
}
