using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using VideoGen.Jobs.Contracts;
using VideoGen.System.Tests.Clients;
using VideoGen.System.Tests.Stage;

namespace VideoGen.System.Tests.Foreign;

/// <summary>
/// Someone else's row is answered exactly like a missing one, in every API: status, headers and body. The routes come from the program
/// and from the published document; one that the table of owners does not know fails the test.
/// </summary>
[TestFixture]
public sealed class Asking_for_what_is_someone_elses
{
    static readonly IReadOnlyList<ApiRoute> Routes = [.. RouteList.OfNativeApi(), .. RouteList.OfDialects()];

    Dictionary<Owned, Guid> _owned = null!;
    Customer _owner = null!;
    Customer _stranger = null!;

    /// <summary>With a route of which nothing is known: that one fails.</summary>
    static IEnumerable<TestCaseData> WithOwner => Cases(Routes.Where(route => Ownership.Of(route)?.What != Owned.Nobody));

    static IEnumerable<TestCaseData> Reads => Cases(Routes.Where(route => route.Method is "GET" or "HEAD" && Ownership.Of(route) is { What: not Owned.Nobody }));

    [OneTimeSetUp]
    public async Task Own_one_of_each()
    {
        await using var webhooks = await WebhookSink.StartAsync();
        _owner = await TheSystem.NewCustomerAsync();
        _stranger = await TheSystem.NewCustomerAsync();
        var endpoint = await _owner.Native.PostAsync<JsonElement>("/v1/webhooks/endpoints", new { url = webhooks.Address + "/hook" });
        var job = await _owner.Native.SubmitAsync(new { model = "wan2.1", input = new { prompt = "mine", width = 256, height = 256, length = 9 } });
        job = await _owner.CompletedAsync(job.Id);
        var key = await _owner.NewKeyAsync();
        _owned = new()
        {
            [Owned.Job] = job.Id,
            [Owned.Asset] = job.Output!.Assets[0].Id,
            [Owned.ApiKey] = key.Key.Id,
            [Owned.WebhookEndpoint] = endpoint.GetProperty("id").GetGuid(),
            [Owned.WebhookDelivery] = await TheSystem.UntilAsync(DeliveryAsync, TimeSpan.FromSeconds(20)),
        };
    }

    [OneTimeTearDown]
    public void Clear_away()
    {
        _owner.Dispose();
        _stranger.Dispose();
    }

    [Test]
    public void Knows_the_doors_of_every_dialect() => Assert.Multiple(() =>
    {
        Assert.That(Door.Dialects.Select(door => door.Name), Is.EquivalentTo(RouteList.Dialects));
        Assert.That(Routes, Has.Count.GreaterThan(25));
    });

    [TestCaseSource(nameof(WithOwner)), DependsOnTest(nameof(Knows_the_doors_of_every_dialect), AllowFailure = true)]
    public async Task Answers_like_a_missing_one(object asked)
    {
        var route = (ApiRoute)asked;
        var row = Ownership.Of(route);
        Assert.That(row, Is.Not.Null, $"{route}: say in Ownership.All whose ids it takes");
        var foreign = await Question.AskAsync(_stranger, route, row!, _owned[row!.What]);
        var missing = await Question.AskAsync(_stranger, route, row, Guid.CreateVersion7());
        Assert.Multiple(() =>
        {
            Assert.That(foreign.Text, Is.EqualTo(missing.Text));
            Assert.That(foreign.Status, Is.EqualTo(HttpStatusCode.NotFound));
        });
    }

    /// <summary>An id in a body is one, too: a file that an input names.</summary>
    [TestCase("native", "jobs", """{"model":"wan2.1","input":{"prompt":"x","image":"ID"}}""")]
    [TestCase("vydra", "models/grok-imagine", """{"prompt":"x","model":"image-to-video","image_url":"ID"}""")]
    [TestCase("vsl", "generate-media", """{"userId":"x","mediaType":"video","modelId":"stability-video","parameters":{"image":"ID"}}""")]
    [DependsOnTest(nameof(Answers_like_a_missing_one), AllowFailure = true)]
    public async Task Takes_it_for_an_input_as_little_as_a_missing_one(string api, string path, string body)
    {
        using var http = _stranger.Open(Door.Dialects.Prepend(Door.Native).Single(door => door.Name == api));
        var foreign = await SubmitAsync(_owned[Owned.Asset]);
        var missing = await SubmitAsync(Guid.CreateVersion7());
        Assert.Multiple(() =>
        {
            Assert.That(foreign, Is.EqualTo(missing));
            Assert.That(foreign, Does.StartWith("400 "));
        });

        async Task<string> SubmitAsync(Guid asset)
        {
            using var content = new StringContent(body.Replace("ID", asset.ToString(), StringComparison.Ordinal), Encoding.UTF8, "application/json");
            using var answer = await http.PostAsync(path, content);
            return $"{(int)answer.StatusCode} {Question.Anonymous(await answer.Content.ReadAsStringAsync(), asset)}";
        }
    }

    [Test, DependsOnTest(nameof(Takes_it_for_an_input_as_little_as_a_missing_one), AllowFailure = true)]
    public async Task Tells_a_socket_as_little_of_it_as_of_a_missing_one()
    {
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", $"Bearer {_stranger.LiveKey}");
        await socket.ConnectAsync(new Uri(Door.Visualizr.BaseUrl(TheSystem.Gateway).Replace("http:", "ws:", StringComparison.Ordinal) + "/api/v1/ws/generation"), CancellationToken.None);
        var foreign = await SubscribeAsync(_owned[Owned.Job]);
        var missing = await SubscribeAsync(Guid.CreateVersion7());
        Assert.Multiple(() =>
        {
            Assert.That(foreign, Is.EqualTo(missing));
            Assert.That(foreign, Does.Contain("REQUEST_NOT_FOUND"));
        });

        async Task<string> SubscribeAsync(Guid job)
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            var message = JsonSerializer.SerializeToUtf8Bytes(new { type = "subscribe", request_id = $"video_req_{job}" });
            await socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, limit.Token);
            var buffer = new byte[16 * 1024];
            var received = await socket.ReceiveAsync(buffer, limit.Token);
            return Question.Anonymous(Encoding.UTF8.GetString(buffer, 0, received.Count), job);
        }
    }

    /// <summary>That the ids above were real ones in the right form: their owner gets what the stranger did not.</summary>
    [TestCaseSource(nameof(Reads)), DependsOnTest(nameof(Tells_a_socket_as_little_of_it_as_of_a_missing_one), AllowFailure = true)]
    public async Task Leaves_the_owner_with_everything(object asked)
    {
        var route = (ApiRoute)asked;
        var row = Ownership.Of(route)!;
        var answer = await Question.AskAsync(_owner, route, row, _owned[row.What]);
        Assert.That((int)answer.Status, Is.LessThan(400), answer.Text);
    }

    [Test, DependsOnTest(nameof(Leaves_the_owner_with_everything), AllowFailure = true)]
    public async Task Leaves_the_job_completed() =>
        Assert.That((await _owner.Native.GetAsync<JobView>($"/v1/jobs/{_owned[Owned.Job]}")).Status, Is.EqualTo(JobStatus.Completed));

    static IEnumerable<TestCaseData> Cases(IEnumerable<ApiRoute> routes) => routes.Select(route => new TestCaseData(route).SetArgDisplayNames(route.ToString()));

    async Task<Guid?> DeliveryAsync()
    {
        var page = await _owner.Native.GetAsync<JsonElement>("/v1/webhooks/deliveries");
        return page.GetProperty("data").EnumerateArray().Select(row => (Guid?)row.GetProperty("id").GetGuid()).FirstOrDefault();
    }
}
