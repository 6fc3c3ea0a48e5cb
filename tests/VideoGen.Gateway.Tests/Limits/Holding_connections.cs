using System.Net;
using System.Net.Sockets;
using VideoGen.Testing;

namespace VideoGen.Gateway.Tests.Limits;

/// <summary>Connections that do nothing: those of one address are its own matter.</summary>
[TestFixture]
public sealed class Holding_connections
{
    const int Most = 20;

    GatewayApplication _gateway = null!;

    [SetUp]
    public async Task Start() => _gateway = await GatewayApplication.StartAsync($"Gateway:Limits:MaxConnectionsPerAddress={Most}");

    [TearDown]
    public async Task Stop() => await _gateway.DisposeAsync();

    [Test]
    public async Task Leaves_room_for_everybody_else_and_takes_new_ones_when_old_ones_go()
    {
        var neighbour = IPAddress.Parse("127.0.0.2");
        var idle = new List<Socket>();
        for (var number = 0; number < 5 * Most; number++) idle.Add(await ConnectAsync(neighbour));
        await Eventually.ThatAsync(async () => await StatusFromAsync(neighbour) is null, because: "one too many is closed");
        Assert.That(await StatusFromAsync(IPAddress.Loopback), Is.EqualTo("200"));

        foreach (var socket in idle) socket.Dispose();
        await Eventually.ThatAsync(async () => await StatusFromAsync(neighbour) == "200");
    }

    [Test]
    public async Task Counts_no_proxy_that_speaks_for_many()
    {
        await using var behind =
            await GatewayApplication.StartAsync("Gateway:Limits:MaxConnectionsPerAddress=2", "Gateway:Limits:TrustedProxies:0=127.0.0.3");
        var proxy = IPAddress.Parse("127.0.0.3");
        var idle = new List<Socket>();
        for (var number = 0; number < 10; number++) idle.Add(await ConnectAsync(proxy, behind));
        Assert.That(await StatusFromAsync(proxy, behind), Is.EqualTo("200"));
        foreach (var socket in idle) socket.Dispose();
    }

    async Task<Socket> ConnectAsync(IPAddress from, GatewayApplication? gateway = null)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(from, 0));
        await socket.ConnectAsync(IPAddress.Loopback, (gateway ?? _gateway).Address.Port);
        return socket;
    }

    /// <summary>The status of a good request, or null when the connection is closed instead.</summary>
    async Task<string?> StatusFromAsync(IPAddress from, GatewayApplication? gateway = null)
    {
        using var socket = await ConnectAsync(from, gateway);
        try
        {
            await socket.SendAsync("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"u8.ToArray());
            var answer = new byte[64];
            var count = await socket.ReceiveAsync(answer);
            return count == 0 ? null : System.Text.Encoding.ASCII.GetString(answer, 9, 3);
        }
        catch (SocketException)
        {
            return null;
        }
    }
}
