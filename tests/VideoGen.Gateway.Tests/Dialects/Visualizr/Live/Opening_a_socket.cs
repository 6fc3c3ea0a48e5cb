using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.WebSockets;
using System.Text;
using VideoGen.Accounts.Contracts;
using VideoGen.Accounts.Contracts.Events;
using VideoGen.Gateway.Dialects.Visualizr.Live;
using VideoGen.Testing;

namespace VideoGen.Gateway.Tests.Dialects.Visualizr.Live;

[TestFixture]
public sealed class Opening_a_socket
{
    [Test]
    public async Task Takes_the_credential_from_the_header_or_the_query()
    {
        await using var world = await LiveWorld.StartAsync(withBus: false);
        var (key, user) = (world.NewKey(), world.Gateway.Services.AddUser());
        await using (var byHeader = await LiveClient.ConnectAsync(world.Gateway, key)) await byHeader.AssertSilentAsync();
        await using (var byQuery = await LiveClient.ConnectAsync(world.Gateway, null, $"?token={key}")) await byQuery.AssertSilentAsync();
        await using var byToken = await LiveClient.ConnectAsync(world.Gateway, null, $"?token={TestCredentials.Token(user, DateTimeOffset.UtcNow)}");
        await byToken.AssertSilentAsync();
    }

    [Test]
    public async Task Is_refused_with_two_credentials_even_good_ones()
    {
        await using var world = await LiveWorld.StartAsync(withBus: false);
        var (one, other) = (world.Gateway.Services.AddKey(), world.Gateway.Services.AddKey());
        Assert.Multiple(async () =>
        {
            Assert.That(await RefusalAsync(world, one, $"?token={other}"), Is.EqualTo(HttpStatusCode.Unauthorized));
            Assert.That(await RefusalAsync(world, one, $"?token={one}"), Is.EqualTo(HttpStatusCode.Unauthorized));
            Assert.That(await RefusalAsync(world, null, $"?token={one}&token={one}"), Is.EqualTo(HttpStatusCode.Unauthorized));
        });
    }

    [TestCase(null, "", HttpStatusCode.Unauthorized)]
    [TestCase("vg_live_nonsense", "", HttpStatusCode.Unauthorized)]
    [TestCase(null, "?token=nonsense", HttpStatusCode.Unauthorized)]
    [TestCase(null, "?token=", HttpStatusCode.Unauthorized)]
    public async Task Is_refused_before_the_upgrade(string? key, string query, HttpStatusCode status)
    {
        await using var world = await LiveWorld.StartAsync(withBus: false);
        Assert.That(await RefusalAsync(world, key, query), Is.EqualTo(status));
    }

    [Test]
    public async Task Needs_the_scope_to_read_jobs()
    {
        await using var world = await LiveWorld.StartAsync(withBus: false);
        Assert.That(await RefusalAsync(world, world.NewKey(identity => identity with { Scopes = [Scope.JobsWrite] })), Is.EqualTo(HttpStatusCode.Forbidden));
    }

    [Test]
    public async Task Is_refused_when_the_account_has_as_many_as_it_may_have_or_the_process_has()
    {
        await using var world = await LiveWorld.StartAsync(withBus: false, settings: ["Dialects:Visualizr:Live:SocketsPerAccount=2", "Gateway:Limits:MaxSockets=3"]);
        var (key, other) = (world.NewKey(), world.NewKey());
        await using var first = await world.ConnectAsync(key);
        var second = await world.ConnectAsync(key);
        Assert.That(await RefusalAsync(world, key), Is.EqualTo(HttpStatusCode.TooManyRequests));
        await using var third = await world.ConnectAsync(other);
        Assert.That(await RefusalAsync(world, other), Is.EqualTo(HttpStatusCode.ServiceUnavailable));
        await second.Socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", CancellationToken.None);
        await Eventually.ThatAsync(() => world.Gateway.Get<LiveSockets>().Count == 2);
        await using var again = await world.ConnectAsync(key);
        await again.AssertSilentAsync();
        await second.DisposeAsync();
    }

    [TestCase("not json", "INVALID_PARAMETERS", "The message is not valid JSON.")]
    [TestCase("", "INVALID_PARAMETERS", "The message is not valid JSON.")]
    [TestCase("[]", "INVALID_PARAMETERS", "The message must be a JSON object.")]
    [TestCase("{}", "INVALID_PARAMETERS", "type must be subscribe, unsubscribe or ping.")]
    [TestCase("""{"type":"dance"}""", "INVALID_PARAMETERS", "type must be subscribe, unsubscribe or ping.")]
    [TestCase("""{"type":5,"request_id":"video_req_1"}""", "INVALID_PARAMETERS", "type must be subscribe, unsubscribe or ping.")]
    [TestCase("""{"type":"subscribe"}""", "INVALID_PARAMETERS", "request_id is required and must be a text.")]
    [TestCase("""{"type":"subscribe","request_id":7}""", "INVALID_PARAMETERS", "request_id is required and must be a text.")]
    [TestCase("""{"type":"subscribe","request_id":""}""", "REQUEST_NOT_FOUND", "There is no generation request with this id.")]
    [TestCase("""{"type":"subscribe","request_id":"\ud800"}""", "INVALID_PARAMETERS", "The message holds text that is not valid Unicode.")]
    [TestCase("""{"type":"unsubscribe","request_id":"nonsense"}""", "REQUEST_NOT_FOUND", "There is no generation request with this id.")]
    public async Task A_message_that_is_none_is_answered_and_the_socket_stays(string message, string code, string details)
    {
        await using var world = await LiveWorld.StartAsync(withBus: false);
        await using var client = await world.ConnectAsync(world.NewKey());
        await client.SendAsync(message);
        Assert.That(await client.ReceiveAsync(), Does.StartWith("""{"type":"error",""").And.Contain($"\"code\":\"{code}\"").And.Contain(details));
        await client.AssertSilentAsync();
    }

    [Test]
    public async Task A_message_may_have_four_kilobytes_and_come_in_pieces()
    {
        await using var world = await LiveWorld.StartAsync(withBus: false);
        await using var client = await world.ConnectAsync(world.NewKey());
        var message = Encoding.ASCII.GetBytes("""{"type":"ping"}""".PadRight(4096));
        foreach (var piece in message.Chunk(1000))
            await client.Socket.SendAsync(piece, WebSocketMessageType.Text, piece.Length < 1000, CancellationToken.None);
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("""{"type":"pong"}"""));
    }

    [TestCase(4097, WebSocketMessageType.Text, WebSocketCloseStatus.MessageTooBig)]
    [TestCase(5_000_000, WebSocketMessageType.Text, WebSocketCloseStatus.MessageTooBig)]
    [TestCase(10, WebSocketMessageType.Binary, WebSocketCloseStatus.InvalidMessageType)]
    [TestCase(0, WebSocketMessageType.Binary, WebSocketCloseStatus.InvalidMessageType)]
    [TestCase(100_000, WebSocketMessageType.Binary, WebSocketCloseStatus.MessageTooBig)]
    public async Task A_message_too_large_or_binary_closes_it(int length, WebSocketMessageType type, WebSocketCloseStatus status)
    {
        await using var world = await LiveWorld.StartAsync(withBus: false);
        await using var client = await world.ConnectAsync(world.NewKey());
        await client.Socket.SendAsync(Enumerable.Repeat((byte)'a', length).ToArray(), type, endOfMessage: true, CancellationToken.None);
        Assert.That(await client.ReceiveAsync(), Is.Null);
        Assert.That(client.CloseStatus, Is.EqualTo(status));
        await Eventually.ThatAsync(() => world.Gateway.Get<LiveSockets>().Count == 0);
    }

    [Test]
    public async Task A_flood_of_messages_waits_until_its_answers_are_taken()
    {
        await using var world = await LiveWorld.StartAsync(withBus: false);
        await using var client = await world.ConnectAsync(world.NewKey());
        var sending = Task.Run(async () =>
        {
            for (var n = 0; n < 20_000; n++) await client.SendAsync("""{"type":"ping"}""");
        });
        for (var n = 0; n < 20_000; n++) Assert.That(await client.ReceiveAsync(), Is.EqualTo("""{"type":"pong"}"""));
        await sending;
    }

    [Test]
    public async Task A_flood_of_subscriptions_waits_until_their_answers_are_taken()
    {
        await using var world = await LiveWorld.StartAsync(withBus: false, settings: "Dialects:Visualizr:Live:SubscriptionsPerSocket=10");
        var key = world.NewKey();
        await using var client = await world.ConnectAsync(key);
        var job = world.Add(key, one => LiveWorld.Running(one, 10));
        var sending = Task.Run(async () =>
        {
            for (var n = 0; n < 20_000; n++) await client.SubscribeAsync(n % 2 == 0 ? $"video_req_{job.Id}" : "video_req_nonsense");
            await client.SendAsync("""{"type":"ping"}""");
        });
        var messages = await client.ReceiveUntilAsync(message => message.Contains("pong"));
        await sending;
        Assert.That(messages.Count(message => message.Contains("REQUEST_NOT_FOUND")), Is.EqualTo(10_000));
        // Answers go before news; there may be none of these among so many of those.
        if (!messages.Any(message => message.Contains("\"progress\":10"))) Assert.That(await client.ReceiveAsync(), Does.Contain("\"progress\":10"));
    }

    [Test]
    public async Task A_revoked_key_closes_its_sockets_at_once_and_nobody_else_s()
    {
        await using var world = await LiveWorld.StartAsync(gateways: 2);
        var (key, other) = (world.NewKey(), world.NewKey());
        await using var first = await world.ConnectAsync(key);
        await using var second = await world.ConnectAsync(key, gateway: 1);
        await using var theirs = await world.ConnectAsync(other);
        await world.PublishAsync(new ApiKeyRevoked(world.AccountOf(key), world.KeyIdOf(key), DateTimeOffset.UtcNow));
        foreach (var client in (LiveClient[])[first, second])
        {
            Assert.That(await client.ReceiveAsync(), Is.Null);
            Assert.That((client.CloseStatus, client.CloseReason), Is.EqualTo((WebSocketCloseStatus.PolicyViolation, "The credential is no longer valid.")));
        }
        await theirs.AssertSilentAsync();
    }

    [Test]
    public async Task A_revocation_nobody_told_of_and_an_expired_token_close_it_within_seconds()
    {
        await using var world = await LiveWorld.StartAsync(withBus: false, settings: "Dialects:Visualizr:Live:CredentialCheck=00:00:00.3");
        var (key, user) = (world.NewKey(), world.Gateway.Services.AddUser());
        await using var byKey = await world.ConnectAsync(key);
        // Tokens are believed for half a minute after their end, because clocks differ.
        var token = TestCredentials.Token(user, DateTimeOffset.UtcNow, payload => payload["exp"] = DateTimeOffset.UtcNow.AddSeconds(-28).ToUnixTimeSeconds());
        await using var byToken = await LiveClient.ConnectAsync(world.Gateway, null, $"?token={token}");
        await using var good = await world.ConnectAsync(world.NewKey());
        world.Gateway.Services.RemoveKey(key);
        foreach (var client in (LiveClient[])[byKey, byToken])
        {
            Assert.That(await client.ReceiveAsync(), Is.Null);
            Assert.That(client.CloseStatus, Is.EqualTo(WebSocketCloseStatus.PolicyViolation));
        }
        await good.AssertSilentAsync();
    }

    [Test]
    public async Task A_server_that_stops_says_good_bye()
    {
        var world = await LiveWorld.StartAsync(withBus: false);
        await using var client = await world.ConnectAsync(world.NewKey());
        await client.AssertSilentAsync();
        var stopping = world.Gateway.StopAsync();
        Assert.That(await client.ReceiveAsync(), Is.Null);
        Assert.That(client.CloseStatus, Is.EqualTo(WebSocketCloseStatus.EndpointUnavailable));
        await stopping.WaitAsync(TimeSpan.FromSeconds(5));
        await world.DisposeAsync();
    }

    [Test]
    public async Task A_silent_client_is_pinged_and_one_that_is_gone_is_noticed()
    {
        await using var world = await LiveWorld.StartAsync(withBus: false, settings: "Dialects:Visualizr:Live:KeepAlive=00:00:00.3");
        await using var client = await world.ConnectAsync(world.NewKey());
        var receiving = client.ReceiveAsync();
        await Task.Delay(TimeSpan.FromSeconds(1.5));
        Assert.That(receiving.IsCompleted, Is.False, "its library answers the pings");
        await client.SendAsync("""{"type":"ping"}""");
        Assert.That(await receiving, Is.EqualTo("""{"type":"pong"}"""));

        // Only who reads answers pings.
        var reading = client.ReceiveAsync();
        using var raw = await RawSocketAsync(world);
        await Eventually.ThatAsync(() => world.Gateway.Get<LiveSockets>().Count == 1, because: "it does not answer the pings");
        Assert.That(reading.IsCompleted, Is.False);
    }

    [Test]
    public async Task The_credential_in_the_address_is_written_down_nowhere()
    {
        var written = new ConcurrentQueue<string>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = _ => true,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity => written.Enqueue(activity.DisplayName + string.Join(' ', activity.TagObjects.Select(tag => $"{tag.Key}={tag.Value}"))),
        };
        ActivitySource.AddActivityListener(listener);
        await using var world = await LiveWorld.StartAsync(withBus: false, settings: "Logging:LogLevel:Default=Trace");
        var key = world.NewKey();
        await using (var client = await LiveClient.ConnectAsync(world.Gateway, null, $"?token={key}"))
        {
            await client.AssertSilentAsync();
            await client.Socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", CancellationToken.None);
        }
        Assert.That(await RefusalAsync(world, null, $"?token={key}x"), Is.EqualTo(HttpStatusCode.Unauthorized));
        await Eventually.ThatAsync(() => written.Any(one => one.Contains("ws/generation")), because: "the requests were traced");
        Assert.That(written.Where(one => one.Contains(key)), Is.Empty);
        Assert.That(world.Gateway.Errors.Where(one => one.Contains(key)), Is.Empty);
        Assert.That(world.Gateway.Services.Received.Where(request => request.Target.Contains(key)), Is.Empty);
    }

    /// <summary>An open socket of a client that never answers anything.</summary>
    static async Task<System.Net.Sockets.TcpClient> RawSocketAsync(LiveWorld world)
    {
        var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync(world.Gateway.Address.Host, world.Gateway.Address.Port);
        var request = $"GET {LiveWorld.Path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            + $"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nAuthorization: Bearer {world.NewKey()}\r\n\r\n";
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request));
        await Eventually.ThatAsync(() => world.Gateway.Get<LiveSockets>().Count == 2, because: "it is open");
        return client;
    }

    static async Task<HttpStatusCode> RefusalAsync(LiveWorld world, string? key, string query = "")
    {
        using var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        if (key is not null) socket.Options.SetRequestHeader("Authorization", $"Bearer {key}");
        await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(new Uri($"ws://{world.Gateway.Address.Authority}{LiveWorld.Path}{query}"), CancellationToken.None));
        return socket.HttpStatusCode;
    }
}
