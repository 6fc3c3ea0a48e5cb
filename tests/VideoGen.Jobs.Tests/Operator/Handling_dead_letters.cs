using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using RabbitMQ.Client;
using VideoGen.Durability.DeadLetters;
using VideoGen.Jobs.Operator.DeadLetters;
using VideoGen.Jobs.Tests.Harness;
using VideoGen.ServiceDefaults.DeadLetters;
using VideoGen.Testing;

namespace VideoGen.Jobs.Tests.Operator;

/// <summary>A message that no program wrote lies in a queue of Jobs; the other services do not answer.</summary>
public sealed class Handling_dead_letters
{
    const string Path = "/admin/v1/dead-letters";

    JobsApplication _app = null!;

    HttpClient Operator => _app.Account(isOperator: true).Client;

    [OneTimeSetUp]
    public async Task StartAsync() => _app = await JobsApplication.StartAsync("dead_letters");

    [OneTimeTearDown]
    public ValueTask StopAsync() => _app.DisposeAsync();

    [Test]
    public async Task Operators_list_them_with_the_reason_and_see_which_services_are_missing()
    {
        var letter = await PoisonAsync("list");
        var page = await Operator.GetFromJsonAsync<JsonElement>($"{Path}?limit=100");
        Assert.Multiple(() =>
        {
            Assert.That(letter.GetProperty("service").GetString(), Is.EqualTo("jobs"));
            Assert.That(letter.GetProperty("source").GetString(), Is.EqualTo("error"));
            Assert.That(letter.GetProperty("message_type").GetString(), Is.EqualTo("unknown"));
            Assert.That(letter.GetProperty("reason").GetString(), Is.Not.Empty);
            Assert.That(
                page.GetProperty("missing").EnumerateArray().Select(name => name.GetString()),
                Is.EqualTo(new[] { "accounts", "providers", "storage" }));
        });
    }

    [Test]
    public async Task Operators_read_one_with_its_body_replay_it_and_discard_it()
    {
        var letter = await PoisonAsync("replay");
        var path = $"{Path}/jobs/{letter.GetProperty("id").GetString()}";
        var content = await Operator.GetFromJsonAsync<JsonElement>(path);
        Assert.That(
            (content.GetProperty("body_encoding").GetString(), content.GetProperty("body").GetString()), Is.EqualTo(("text", "poison replay")));

        Assert.That((await Operator.PostAsync(path + "/replay", null)).StatusCode, Is.EqualTo(HttpStatusCode.NoContent));
        var again = await LetterAsync(letter.GetProperty("size_bytes").GetInt32());
        Assert.That(again.GetProperty("id").GetString(), Is.Not.EqualTo(letter.GetProperty("id").GetString()), "it failed again");

        path = $"{Path}/jobs/{again.GetProperty("id").GetString()}";
        Assert.That((await Operator.DeleteAsync(path)).StatusCode, Is.EqualTo(HttpStatusCode.NoContent));
        Assert.That((await Operator.DeleteAsync(path)).StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task Many_are_discarded_by_a_filter_but_never_all_by_mistake()
    {
        await PoisonAsync("many of them");
        using var mistake = await Operator.PostAsJsonAsync(Path + "/jobs/discard", new { });
        Assert.That(mistake.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));

        using var none = await Operator.PostAsJsonAsync(Path + "/jobs/discard", new { source = "outbox" });
        Assert.That((await none.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("count").GetInt32(), Is.Zero);
        using var some = await Operator.PostAsJsonAsync(Path + "/jobs/discard", new { message_type = "unknown", source = "error" });
        Assert.That((await some.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("count").GetInt32(), Is.GreaterThan(0));
    }

    [TestCase("GET", "")]
    [TestCase("GET", "/jobs/018f0000-0000-7000-8000-000000000000")]
    [TestCase("POST", "/jobs/018f0000-0000-7000-8000-000000000000/replay")]
    [TestCase("DELETE", "/jobs/018f0000-0000-7000-8000-000000000000")]
    [TestCase("POST", "/jobs/replay")]
    [TestCase("POST", "/jobs/discard")]
    public async Task Nobody_else_finds_them(string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), Path + path);
        if (method == "POST") request.Content = JsonContent.Create(new { all = true });
        Assert.That((await _app.Account().Client.SendAsync(request)).StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [TestCase("?service=gateway", "service")]
    [TestCase("?source=elsewhere", "source")]
    [TestCase("?limit=101", "limit")]
    [TestCase("?cursor=none", "cursor")]
    public async Task A_question_that_makes_no_sense_is_refused(string query, string field)
    {
        using var answer = await Operator.GetAsync(Path + query);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain($"{field} must be"));
    }

    [Test]
    public async Task A_service_that_is_away_is_named()
    {
        using var answer = await Operator.PostAsync($"{Path}/storage/{Guid.NewGuid()}/replay", null);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.BadGateway));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain("The service storage does not answer. It may have done it"));
    }

    [Test]
    public void A_replay_may_take_longer_than_a_list() => Assert.That(
        _app.Services.GetRequiredService<StorageLetters>().Http.Timeout,
        Is.EqualTo(DeadLettersClient.LongestTake).And.GreaterThan(DeadLettersClient.LongestRead));

    [Test]
    public void Lists_of_several_services_become_one_newest_first()
    {
        var start = DateTimeOffset.UnixEpoch;
        var page = DeadLettersEndpoints.Merge(
        [
            ("accounts", new DeadLetterList([Letter(start.AddHours(4)), Letter(start.AddHours(1))])),
            ("jobs", new DeadLetterList([Letter(start.AddHours(3)), Letter(start.AddHours(2))])),
            ("storage", null),
        ], limit: 3);
        Assert.That(page.Data.Select(one => (one.Service, one.FailedAt.Hour)), Is.EqualTo(new[] { ("accounts", 4), ("jobs", 3), ("jobs", 2) }));
        Assert.That((page.HasMore, page.NextCursor is null, string.Join(' ', page.Missing)), Is.EqualTo((true, false, "storage")));

        static DeadLetter Letter(DateTimeOffset at) => new(Guid.CreateVersion7(at), "error", "queue", "type", Guid.NewGuid(), null, null, "why", 1, at, 1);
    }

    [Test]
    public async Task One_that_is_nested_too_deeply_is_shown_as_text()
    {
        var deep = new string('[', 63) + new string(']', 63); // a reader takes it, but not inside of something
        var letter = await PoisonAsync(deep, "");
        var content = await Operator.GetFromJsonAsync<JsonElement>($"{Path}/jobs/{letter.GetProperty("id").GetString()}");
        Assert.That(content.GetProperty("body_encoding").GetString(), Is.EqualTo("text"));
        Assert.That(content.GetProperty("body").GetString(), Is.EqualTo(deep));
    }

    async Task<JsonElement> PoisonAsync(string what, string prefix = "poison ")
    {
        var body = Encoding.UTF8.GetBytes(prefix + what);
        await using var connection = await new ConnectionFactory { Uri = new Uri(await TestServers.RabbitMqAsync()) }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));
        await channel.BasicPublishAsync("", QueueOfJobs(), mandatory: true, new BasicProperties { ContentType = "application/vnd.masstransit+json" }, body);
        return await LetterAsync(body.Length);
    }

    string QueueOfJobs() => _app.Services.GetRequiredService<IBusControl>().CheckHealth().Endpoints.Values
        .Select(endpoint => endpoint.InputAddress.Segments[^1]).Single(name => name.EndsWith("-job", StringComparison.Ordinal));

    /// <summary>The letter of this length, which differs from poison to poison.</summary>
    async Task<JsonElement> LetterAsync(int sizeBytes) => (JsonElement)await Eventually.GetAsync<object>(async () =>
    {
        var page = await Operator.GetFromJsonAsync<JsonElement>($"{Path}?service=jobs&limit=100");
        return page.GetProperty("data").EnumerateArray().Where(one => one.GetProperty("size_bytes").GetInt32() == sizeBytes).Select(one => (object)one).FirstOrDefault();
    }, TimeSpan.FromSeconds(30), "the poison is a dead letter");
}
