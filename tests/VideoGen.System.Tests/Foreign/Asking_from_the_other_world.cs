using System.Net;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using VideoGen.System.Tests.Clients;
using VideoGen.System.Tests.Stage;

namespace VideoGen.System.Tests.Foreign;

/// <summary>
/// Test and live are two worlds of one account: what a live key made is answered to a test key like a missing row, in every API, and the
/// other way round; and no list of one names anything of the other. The routes come from the program and from the published document.
/// </summary>
[TestFixture]
public sealed class Asking_from_the_other_world
{
    static readonly IReadOnlyList<ApiRoute> Routes =
        [.. RouteList.OfNativeApi().Concat(RouteList.OfDialects()).Where(route => Ownership.Of(route) is { What: not Owned.Nobody })];

    static readonly IReadOnlyList<ApiRoute> Lists =
    [
        .. RouteList.OfNativeApi(parameters: false).Concat(RouteList.OfDialects(parameters: false))
            .Where(route => route.Method == "GET" && !route.Template.EndsWith("/stream", StringComparison.Ordinal)),
    ];

    WebhookSink _hooks = null!;
    Customer _customer = null!;
    OwnWorld _live = null!;
    OwnWorld _test = null!;

    static IEnumerable<TestCaseData> EveryRoute => Both(Routes);

    static IEnumerable<TestCaseData> EveryRead => Both(Routes.Where(route => route.Method is "GET" or "HEAD"));

    static IEnumerable<TestCaseData> EveryList => Both(Lists);

    [OneTimeSetUp]
    public async Task Fill_both_worlds()
    {
        _hooks = await WebhookSink.StartAsync();
        _customer = await TheSystem.NewCustomerAsync();
        _live = await OwnWorld.FillAsync(_customer, test: false, _hooks.Address + "/hook");
        _test = await OwnWorld.FillAsync(_customer, test: true, _hooks.Address + "/hook");
    }

    [OneTimeTearDown]
    public async Task Clear_away()
    {
        _customer.Dispose();
        await _hooks.DisposeAsync();
    }

    [Test]
    public void Knows_many_routes() => Assert.Multiple(() =>
    {
        Assert.That(Routes, Has.Count.GreaterThan(25));
        Assert.That(Lists, Has.Count.GreaterThan(10));
    });

    [TestCaseSource(nameof(EveryRoute)), DependsOnTest(nameof(Knows_many_routes), AllowFailure = true)]
    public async Task Answers_like_a_missing_one(object asked, bool fromTest)
    {
        var (route, row) = ((ApiRoute)asked, Ownership.Of((ApiRoute)asked)!);
        var (mine, theirs) = fromTest ? (_test, _live) : (_live, _test);
        var foreign = await Question.AskAsync(_customer, route, row, theirs.Things[row.What], mine.Key);
        var missing = await Question.AskAsync(_customer, route, row, Guid.CreateVersion7(), mine.Key);
        Assert.Multiple(() =>
        {
            Assert.That(foreign.Text, Is.EqualTo(missing.Text));
            Assert.That(foreign.Status, Is.EqualTo(HttpStatusCode.NotFound));
        });
    }

    [TestCaseSource(nameof(EveryList)), DependsOnTest(nameof(Answers_like_a_missing_one), AllowFailure = true)]
    public async Task Lists_nothing_of_it(object asked, bool fromTest)
    {
        var (mine, theirs) = fromTest ? (_test, _live) : (_live, _test);
        var text = await ListAsync((ApiRoute)asked, mine.Key);
        Assert.That(theirs.Ids.Where(id => text.Contains(id, StringComparison.Ordinal)), Is.Empty, text);
    }

    /// <summary>Or else the lists above would have shown nothing whatever happens.</summary>
    [TestCase(true), TestCase(false), DependsOnTest(nameof(Lists_nothing_of_it), AllowFailure = true)]
    public async Task Lists_all_of_its_own(bool test)
    {
        var mine = test ? _test : _live;
        var texts = await Task.WhenAll(Lists.Select(list => ListAsync(list, mine.Key)));
        Assert.Multiple(() =>
        {
            Assert.That(mine.Things.Where(thing => !texts.Any(text => text.Contains(thing.Value.ToString(),
                StringComparison.Ordinal))), Is.Empty);
            Assert.That(texts.Count(text => mine.Ids.Any(id => text.Contains(id, StringComparison.Ordinal))), Is.GreaterThan(7));
        });
    }

    /// <summary>An id in a body, or in a query that changes many, is one, too.</summary>
    [TestCase(true), TestCase(false), DependsOnTest(nameof(Lists_all_of_its_own), AllowFailure = true)]
    public async Task Takes_and_changes_nothing_of_it(bool fromTest)
    {
        var (mine, theirs) = fromTest ? (_test, _live) : (_live, _test);
        foreach (var path in (string[])["/v1/jobs", "/v1/quotes"])
        {
            var (foreign, missing) = (await SubmitAsync(path, theirs.Things[Owned.Asset]), await SubmitAsync(path, Guid.CreateVersion7()));
            Assert.That(foreign, Is.EqualTo(missing).And.StartsWith("400 "));
        }
        using var removed = await mine.Native.Http.DeleteAsync($"/v1/assets?job_id={theirs.Things[Owned.Job]}");
        Assert.That(await removed.Content.ReadAsStringAsync(), Does.Contain("\"count\":0"));
        var replayed = await mine.Native.PostAsync<JsonElement>("/v1/webhooks/deliveries/replay",
            new { since = DateTimeOffset.UtcNow.AddHours(-1), status = "any", endpoint_id = theirs.Things[Owned.WebhookEndpoint] });
        Assert.That(replayed.GetProperty("replayed").GetInt32(), Is.Zero);

        async Task<string> SubmitAsync(string path, Guid asset)
        {
            using var content = JsonContent.Create(new { model = "wan2.1", input = new { prompt = "x", image = asset } });
            using var answer = await mine.Native.Http.PostAsync(path, content);
            return $"{(int)answer.StatusCode} {Question.Anonymous(await answer.Content.ReadAsStringAsync(), asset)}";
        }
    }

    [TestCase(true), TestCase(false), DependsOnTest(nameof(Takes_and_changes_nothing_of_it), AllowFailure = true)]
    public async Task Tells_a_socket_as_little_of_it_as_of_a_missing_one(bool fromTest)
    {
        var (mine, theirs) = fromTest ? (_test, _live) : (_live, _test);
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", $"Bearer {mine.Key}");
        await socket.ConnectAsync(new Uri(Door.Visualizr.BaseUrl(TheSystem.Gateway).Replace("http:", "ws:",
            StringComparison.Ordinal) + "/api/v1/ws/generation"), CancellationToken.None);
        Assert.Multiple(async () =>
        {
            Assert.That(await SubscribeAsync(theirs.Things[Owned.Job]), Does.Contain("REQUEST_NOT_FOUND"));
            Assert.That(await SubscribeAsync(mine.Things[Owned.Job]), Does.Not.Contain("REQUEST_NOT_FOUND"));
        });

        async Task<string> SubscribeAsync(Guid job)
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            var message = JsonSerializer.SerializeToUtf8Bytes(new { type = "subscribe", request_id = $"video_req_{job}" });
            await socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, limit.Token);
            var buffer = new byte[16 * 1024];
            var received = await socket.ReceiveAsync(buffer, limit.Token);
            return Encoding.UTF8.GetString(buffer, 0, received.Count);
        }
    }

    /// <summary>Both streams are read from the account's first event on; each is to end with its own job's end.</summary>
    [TestCase(true), TestCase(false), DependsOnTest(nameof(Tells_a_socket_as_little_of_it_as_of_a_missing_one), AllowFailure = true)]
    public async Task Streams_only_its_own_events(bool test)
    {
        var (mine, theirs) = test ? (_test, _live) : (_live, _test);
        var first = await mine.Native.GetAsync<JsonElement>("/v1/events?limit=1");
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await using var stream = await mine.Native.Http.GetStreamAsync(
            $"/v1/events/stream?after={first.GetProperty("next_cursor").GetString()}", limit.Token);
        using var reader = new StreamReader(stream);
        var seen = new StringBuilder();
        while (!seen.ToString().Contains("event: job.completed", StringComparison.Ordinal)) seen
            .AppendLine(await reader.ReadLineAsync(limit.Token));
        Assert.That(seen.ToString(), Does.Not.Contain(theirs.Things[Owned.Job].ToString()).And.Contain(mine.Things[Owned.Job].ToString()));
    }

    [Test, DependsOnTest(nameof(Streams_only_its_own_events), AllowFailure = true)]
    public async Task Told_each_endpoint_of_its_own_jobs_alone()
    {
        foreach (var (mine, theirs) in new[] { (_test, _live), (_live, _test) })
        {
            var text = await mine.Native.Http.GetStringAsync($"/v1/webhooks/deliveries?endpoint_id={mine.Things[Owned.WebhookEndpoint]}");
            Assert.That(text, Does.Contain(mine.Things[Owned.Job].ToString()).And.Not.Contain(theirs.Things[Owned.Job].ToString()));
            var foreign =
                await mine.Native.Http.GetStringAsync($"/v1/webhooks/deliveries?endpoint_id={theirs.Things[Owned.WebhookEndpoint]}");
            Assert.That(foreign, Does.Contain("\"data\":[]"));
        }
        Assert.That(await SecretAsync(_test), Is.Not.EqualTo(await SecretAsync(_live)),
            "a test key must not be able to sign as the live world does");

        static async Task<string> SecretAsync(OwnWorld world) =>
            (await world.Native.GetAsync<JsonElement>("/v1/webhooks/signing-secret")).GetProperty("secret").GetString()!;
    }

    /// <summary>That the ids above were real ones in the right form, and that nothing has happened to what they name.</summary>
    [TestCaseSource(nameof(EveryRead)), DependsOnTest(nameof(Told_each_endpoint_of_its_own_jobs_alone), AllowFailure = true)]
    public async Task Leaves_the_own_world_with_everything(object asked, bool test)
    {
        var (route, row) = ((ApiRoute)asked, Ownership.Of((ApiRoute)asked)!);
        var mine = test ? _test : _live;
        var answer = await Question.AskAsync(_customer, route, row, mine.Things[row.What], mine.Key);
        Assert.That((int)answer.Status, Is.LessThan(400), answer.Text);
    }

    [Test, DependsOnTest(nameof(Leaves_the_own_world_with_everything), AllowFailure = true)]
    public async Task Leaves_the_keys_in_use() => Assert.Multiple(async () =>
    {
        foreach (var world in (OwnWorld[])[_live, _test])
        {
            var keys = await world.Native.GetAsync<JsonElement>("/v1/account/keys");
            Assert.That(keys.GetProperty("data").EnumerateArray().Select(key => key.GetProperty("revoked_at").ValueKind),
                Is.All.EqualTo(JsonValueKind.Null));
            Assert.That(keys.GetProperty("data").EnumerateArray().Select(key => key.GetProperty("test").GetBoolean()),
                Is.All.EqualTo(world.IsTest));
        }
    });

    static IEnumerable<TestCaseData> Both(IEnumerable<ApiRoute> routes) =>
        from route in routes
        from test in (bool[])[true, false]
        select new TestCaseData(route, test).SetArgDisplayNames(route.ToString(), test ? "test" : "live");

    async Task<string> ListAsync(ApiRoute route, string key)
    {
        using var http = _customer.Open(Door.Dialects.Prepend(Door.Native).Single(door => door.Name == route.Api), key);
        using var answer = await http.GetAsync(route.Template);
        return await answer.Content.ReadAsStringAsync();
    }
}
