using VideoGen.Jobs.Feed;
using VideoGen.Jobs.Tests.Feed;
using VideoGen.Testing;
using JobsOf = VideoGen.Jobs.Tests.Feed.Jobs;

namespace VideoGen.Jobs.Tests.Webhooks;

[TestFixture]
public sealed class Replaying_deliveries() : WebhookFixture("hooks_replay")
{
    [Test]
    public async Task One_is_sent_again_with_its_id_and_bytes_and_its_attempts_go_on()
    {
        var account = Guid.NewGuid();
        var url = Sink.Url();
        await RegisterAsync(account, url);
        await App.AppendAsync(account, EventTypes.Completed, JobsOf.New());
        var delivered = await DeliveryAsync(account, "delivered");
        using var http = App.As(account);

        var accepted = await (await http.PostAsync($"/v1/webhooks/deliveries/{delivered.GetProperty("id").GetGuid()}/replay", content: null)).JsonAsync(202);
        var requests = await Sink.WaitAsync(url, 2);
        await Eventually.ThatAsync(async () => (await DeliveryAsync(account, "delivered")).GetProperty("attempts").GetArrayLength() == 2);

        Assert.That(accepted.GetProperty("id").GetGuid(), Is.EqualTo(delivered.GetProperty("id").GetGuid()));
        Assert.That(requests[1].Id, Is.EqualTo(requests[0].Id));
        Assert.That(requests[1].Body, Is.EqualTo(requests[0].Body));
    }

    [Test]
    public async Task A_time_range_of_failures_is_sent_again_once_the_receiver_is_well()
    {
        var account = Guid.NewGuid();
        var well = false;
        var url = Sink.Url((http, _) =>
        {
            http.Response.StatusCode = Volatile.Read(ref well) ? 200 : 500;
            return Task.CompletedTask;
        });
        var endpoint = await RegisterAsync(account, url);
        var since = DateTimeOffset.UtcNow.AddMinutes(-1);
        for (var n = 0; n < 3; n++) await App.AppendAsync(account, EventTypes.Completed, JobsOf.New());
        await Eventually.ThatAsync(async () => (await DeliveriesAsync(account, "?status=failed")).Count == 3);
        Volatile.Write(ref well, true);
        using var http = App.As(account);

        var answer = await (await http.PostAsync("/v1/webhooks/deliveries/replay", new { since, endpoint_id = endpoint.Id })).JsonAsync(202);

        Assert.That((answer.GetProperty("replayed").GetInt32(), answer.GetProperty("next_cursor").GetString()), Is.EqualTo((3, (string?)null)));
        await Eventually.ThatAsync(async () => (await DeliveriesAsync(account, "?status=delivered")).Count == 3);
        var again = await (await http.PostAsync("/v1/webhooks/deliveries/replay", new { since })).JsonAsync(202);
        Assert.That(again.GetProperty("replayed").GetInt32(), Is.Zero, "what was delivered is not sent again unless asked for");
    }

    [TestCase("""{}""", "since")]
    [TestCase("""{"since":"2026-01-02T00:00:00Z","until":"2026-01-01T00:00:00Z"}""", "until")]
    [TestCase("""{"since":"2026-01-02T00:00:00Z","status":"lost"}""", "status")]
    [TestCase("""{"since":"2026-01-02T00:00:00Z","event_type":"job.exploded"}""", "event_type")]
    [TestCase("""{"since":"2026-01-02T00:00:00Z","cursor":"x"}""", "cursor")]
    public async Task A_bad_filter_is_refused_and_the_field_named(string body, string field)
    {
        using var http = App.As(Guid.NewGuid());
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        var problem = await (await http.PostAsync("/v1/webhooks/deliveries/replay", content)).JsonAsync(400);
        Assert.That(problem.GetProperty("errors").TryGetProperty(field, out _), Is.True, problem.ToString());
    }

    [Test]
    public async Task The_list_is_filtered_and_paged()
    {
        var account = Guid.NewGuid();
        var endpoint = await RegisterAsync(account, Sink.Url());
        var job = JobsOf.New();
        await App.AppendAsync(account, EventTypes.Completed, job);
        for (var n = 0; n < 4; n++) await App.AppendAsync(account, EventTypes.Failed, JobsOf.New());
        await Eventually.ThatAsync(async () => (await DeliveriesAsync(account, "?status=delivered")).Count == 5);
        using var http = App.As(account);

        var first = await http.GetJsonAsync($"/v1/webhooks/deliveries?limit=3&endpoint_id={endpoint.Id}");
        var second = await http.GetJsonAsync($"/v1/webhooks/deliveries?limit=3&cursor={first.GetProperty("next_cursor").GetString()}");

        var ids = new[] { first, second }.SelectMany(page => page.GetProperty("data").EnumerateArray()).Select(row => row.GetProperty("id").GetGuid()).ToList();
        Assert.That(ids, Is.Unique.And.Count.EqualTo(5));
        Assert.That(second.GetProperty("next_cursor").GetString(), Is.Null);
        Assert.That(await DeliveriesAsync(account, $"?job_id={job.Id}"), Has.Count.EqualTo(1));
        Assert.That(await DeliveriesAsync(account, "?event_type=job.failed"), Has.Count.EqualTo(4));
        Assert.That(await DeliveriesAsync(account, $"?since={Uri.EscapeDataString(DateTimeOffset.UtcNow.AddHours(1).ToString("O"))}"), Is.Empty);
        Assert.That(await DeliveriesAsync(account, "?status=pending"), Is.Empty);
    }

    [TestCase("status=lost")]
    [TestCase("limit=0")]
    [TestCase("limit=201")]
    [TestCase("cursor=%00")]
    [TestCase("endpoint_id=nonsense")]
    [TestCase("since=yesterday")]
    public async Task A_bad_query_is_refused(string query)
    {
        using var http = App.As(Guid.NewGuid());
        await (await http.GetAsync("/v1/webhooks/deliveries?" + query)).JsonAsync(400);
    }
}
