using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using VideoGen.Durability;
using VideoGen.Jobs.Feed;
using VideoGen.ServiceDefaults.Callers;
using VideoGen.Testing;

namespace VideoGen.Jobs.Tests.Feed;

[TestFixture]
public sealed class Reading_the_feed
{
    FeedApplication _app = null!;

    [OneTimeSetUp]
    public async Task Start() => _app = await FeedApplication.StartAsync("feed_read");

    [OneTimeTearDown]
    public async Task Stop() => await _app.DisposeAsync();

    /// <summary>Other transactions of the shared server may hold rows back for a moment.</summary>
    async Task<List<string>> TypesAsync(Guid account, int count, FeedCursor after = default)
    {
        List<FeedRow> rows = [];
        await Eventually.ThatAsync(async () => (rows = await _app.Reader.ReadAsync(World.Both(account), after, 100,
            types: null, CancellationToken.None)).Count >= count);
        return [.. rows.Select(row => row.Type)];
    }

    [Test]
    public async Task Shows_events_in_order_with_the_job_as_it_was()
    {
        var account = Guid.NewGuid();
        var job = Jobs.New();
        await _app.AppendAsync(account, EventTypes.Queued, job);
        await _app.AppendAsync(account, EventTypes.Started, job with { Status = "running", Version = 2 });
        Assert.That(await TypesAsync(account, 2), Is.EqualTo(new[] { EventTypes.Queued, EventTypes.Started }));

        var page = await _app.As(account).GetJsonAsync("/v1/events");

        var first = page.GetProperty("data")[0];
        Assert.That(first.GetProperty("id").GetString(), Does.StartWith("evt_"));
        Assert.That(first.GetProperty("type").GetString(), Is.EqualTo("job.queued"));
        Assert.That(first.GetProperty("timestamp").GetDateTimeOffset(), Is.EqualTo(job.CreatedAt));
        Assert.That(first.GetProperty("data").GetProperty("input").GetProperty("prompt").GetString(), Is.EqualTo("a café ✓ by night"));
        Assert.That(page.GetProperty("has_more").GetBoolean(), Is.False);
    }

    [Test]
    public async Task A_transaction_that_commits_late_is_not_skipped()
    {
        var account = Guid.NewGuid();
        await using var scope = _app.Services.CreateAsyncScope();
        var late = scope.ServiceProvider.GetRequiredService<UnitOfWork>();
        await late.BeginAsync();
        await scope.ServiceProvider.GetRequiredService<FeedStore>()
            .AppendAsync(late, new FeedEntry(EventTypes.Queued, Jobs.New(prompt: "late"), account, WebhookUrl: null, Test: false), CancellationToken.None);
        await _app.AppendAsync(account, EventTypes.Started, Jobs.New(prompt: "early"));

        var meanwhile = await _app.Reader.ReadAsync(World.Both(account), FeedCursor.Start, 100, types: null, CancellationToken.None);
        var newest = await _app.Reader.NewestAsync(CancellationToken.None);
        await late.CommitAsync();

        Assert.That(meanwhile, Is.Empty, "what came after an open transaction is held back, or its rows would be skipped");
        Assert.That(await TypesAsync(account, 2), Is.EqualTo(new[] { EventTypes.Queued, EventTypes.Started }));
        Assert.That(await TypesAsync(account, 2, newest), Has.Count.EqualTo(2), "a cursor taken meanwhile lies before both");
    }

    [Test]
    public async Task Readers_that_page_while_forty_writers_commit_in_any_order_see_every_event_once()
    {
        var account = Guid.NewGuid();
        var seen = new List<Guid>();
        using var done = new CancellationTokenSource();
        var reading = Task.Run(async () =>
        {
            var cursor = FeedCursor.Start;
            while (seen.Count < 40)
            {
                foreach (var row in await _app.Reader.ReadAsync(World.Both(account), cursor, 3, types: null, done.Token))
                {
                    seen.Add(row.EventId);
                    cursor = row.Cursor;
                }
            }
        });

        await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => _app.AppendAsync(account, EventTypes.Progressed, Jobs.New())));

        Assert.That(await Task.WhenAny(reading, Task.Delay(TimeSpan.FromSeconds(20))), Is.SameAs(reading));
        await done.CancelAsync();
        Assert.That(seen, Is.Unique.And.Count.EqualTo(40));
    }

    [Test]
    public async Task Pages_by_cursor_and_always_says_where_to_go_on()
    {
        var account = Guid.NewGuid();
        for (var n = 0; n < 3; n++) await _app.AppendAsync(account, EventTypes.Queued, Jobs.New());
        await TypesAsync(account, 3);
        using var http = _app.As(account);

        var first = await http.GetJsonAsync("/v1/events?limit=2");
        var second = await http.GetJsonAsync($"/v1/events?limit=2&after={first.GetProperty("next_cursor").GetString()}");
        var third = await http.GetJsonAsync($"/v1/events?limit=2&after={second.GetProperty("next_cursor").GetString()}");

        Assert.That(new[] { first, second, third }.Select(page => page.GetProperty("data").GetArrayLength()), Is.EqualTo(new[] { 2, 1, 0 }));
        Assert.That(new[] { first, second, third }.Select(page => page.GetProperty("has_more").GetBoolean()), Is.EqualTo(new[] { true, false, false }));
        Assert.That(third.GetProperty("next_cursor").GetString(), Is.EqualTo(second.GetProperty("next_cursor").GetString()));
    }

    [Test]
    public async Task Newest_begins_with_what_comes_from_now_on()
    {
        var account = Guid.NewGuid();
        await _app.AppendAsync(account, EventTypes.Queued, Jobs.New());
        await TypesAsync(account, 1);
        using var http = _app.As(account);

        var newest = await http.GetJsonAsync("/v1/events?after=newest");
        await _app.AppendAsync(account, EventTypes.Failed, Jobs.New());

        Assert.That(newest.GetProperty("data").GetArrayLength(), Is.Zero);
        Assert.That(FeedCursor.TryParse(newest.GetProperty("next_cursor").GetString(), out var cursor), Is.True);
        Assert.That(await TypesAsync(account, 1, cursor), Is.EqualTo(new[] { EventTypes.Failed }));
    }

    [Test]
    public async Task Filters_by_type_and_shows_no_other_account()
    {
        var (account, other) = (Guid.NewGuid(), Guid.NewGuid());
        await _app.AppendAsync(account, EventTypes.Queued, Jobs.New());
        await _app.AppendAsync(account, EventTypes.Completed, Jobs.New());
        await _app.AppendAsync(other, EventTypes.Completed, Jobs.New());
        await TypesAsync(account, 2);

        var page = await _app.As(account).GetJsonAsync("/v1/events?type=job.completed&type=job.failed");

        Assert.That(page.GetProperty("data").EnumerateArray().Select(row => row.GetProperty("type").GetString()), Is.EqualTo(new[] { "job.completed" }));
    }

    [TestCase("after=not-ours", "after")]
    [TestCase("after=ZnwxfDI", null)]
    [TestCase("limit=0", "limit")]
    [TestCase("limit=501", "limit")]
    [TestCase("type=job.exploded", "type")]
    [TestCase("limit=many", "")]
    public async Task Refuses_what_it_does_not_understand_and_names_it(string query, string? field)
    {
        var answer = await _app.As(Guid.NewGuid()).GetAsync("/v1/events?" + query);
        if (field is null)
        {
            await answer.JsonAsync(200);
            return;
        }
        var problem = await answer.JsonAsync(400);
        if (field.Length > 0) Assert.That(problem.GetProperty("errors").TryGetProperty(field, out _), Is.True, problem.ToString());
    }

    [Test]
    public async Task Needs_the_scope() => Assert.That((int)(await _app.As(Guid.NewGuid(), "jobs:write").GetAsync("/v1/events")).StatusCode, Is.EqualTo(403));

    [Test]
    public async Task Publishes_the_event_with_the_bytes_of_the_feed()
    {
        var account = Guid.NewGuid();
        await _app.AppendAsync(account, EventTypes.Completed, Jobs.New(version: 7));
        await TypesAsync(account, 1);
        var row = (await _app.Reader.ReadAsync(World.Both(account), FeedCursor.Start, 1, types: null, CancellationToken.None))[0];
        var body = JsonSerializer.Deserialize<JsonElement>(row.Body);
        Assert.That(body.EnumerateObject().Select(member => member.Name), Is.EqualTo(new[] { "type", "timestamp", "data" }));
    }
}
