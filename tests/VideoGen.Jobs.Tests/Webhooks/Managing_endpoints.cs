using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using VideoGen.Jobs.Feed;
using VideoGen.Jobs.Tests.Feed;
using JobsOf = VideoGen.Jobs.Tests.Feed.Jobs;

namespace VideoGen.Jobs.Tests.Webhooks;

[TestFixture]
public sealed class Managing_endpoints() : WebhookFixture("hooks_manage")
{
    [Test]
    public async Task The_secret_is_shown_once()
    {
        var account = Guid.NewGuid();
        using var http = App.As(account);
        var answer = await http.PostAsync("/v1/webhooks/endpoints", new { url = Sink.Url(), description = "الاستقبال 🎬" });
        var created = await answer.JsonAsync(201);
        var id = created.GetProperty("id").GetGuid();

        Assert.That(answer.Headers.Location?.ToString(), Is.EqualTo($"/v1/webhooks/endpoints/{id}"));
        Assert.That(created.GetProperty("secret").GetString(), Does.StartWith("whsec_"));
        var read = await http.GetJsonAsync($"/v1/webhooks/endpoints/{id}");
        Assert.That(read.TryGetProperty("secret", out _), Is.False);
        Assert.That(read.GetProperty("description").GetString(), Is.EqualTo("الاستقبال 🎬"));
        Assert.That(read.GetProperty("format").GetString(), Is.EqualTo("native"));
        Assert.That(read.GetProperty("events").EnumerateArray().Select(type => type.GetString()), Is.EqualTo(EventTypes.Ends));
        Assert.That((await http.GetJsonAsync("/v1/webhooks/endpoints")).GetProperty("data").GetArrayLength(), Is.EqualTo(1));
    }

    [Test]
    public async Task It_can_be_changed_disabled_enabled_and_deleted()
    {
        var account = Guid.NewGuid();
        using var http = App.As(account);
        var (old, url) = (Sink.Url(), Sink.Url());
        var endpoint = await RegisterAsync(account, old);
        var path = $"/v1/webhooks/endpoints/{endpoint.Id}";

        var changed = await (await http.PatchAsJsonAsync(path, new { url, events = new[] { "*" } })).JsonAsync(200);
        await App.AppendAsync(account, EventTypes.Queued, JobsOf.New());
        await Sink.WaitAsync(url);
        var disabled = await (await http.PatchAsJsonAsync(path, new { enabled = false })).JsonAsync(200);
        var enabled = await (await http.PatchAsJsonAsync(path, new { enabled = true })).JsonAsync(200);

        Assert.That((changed.GetProperty("url").GetString(), changed.GetProperty("enabled").GetBoolean()), Is.EqualTo((url, true)));
        Assert.That(Sink.At(old), Is.Empty);
        Assert.That(disabled.GetProperty("disabled_reason").GetString(), Is.EqualTo("customer"));
        Assert.That(enabled.GetProperty("disabled_reason").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That((int)(await http.DeleteAsync(path)).StatusCode, Is.EqualTo(204));
        Assert.That((int)(await http.DeleteAsync(path)).StatusCode, Is.EqualTo(404));
        Assert.That(await App.Database.ScalarAsync<long>("select count(*) from webhook_secret where owner_id = $1", endpoint.Id), Is.Zero);
        Assert.That(await DeliveriesAsync(account), Has.Count.EqualTo(1), "what was delivered stays readable");
    }

    [Test]
    public async Task A_test_event_shows_what_came_of_it()
    {
        var account = Guid.NewGuid();
        using var http = App.As(account);
        var url = Sink.Url((context, number) =>
        {
            context.Response.StatusCode = number == 1 ? 200 : 503;
            return context.Response.WriteAsync("got it");
        });
        var endpoint = await RegisterAsync(account, url);

        var good = await (await http.PostAsync($"/v1/webhooks/endpoints/{endpoint.Id}/test", content: null)).JsonAsync(200);
        var bad = await (await http.PostAsync($"/v1/webhooks/endpoints/{endpoint.Id}/test", content: null)).JsonAsync(200);

        var request = Sink.At(url)[0];
        Assert.That(request.IsSignedWith(endpoint.Secret), Is.True);
        Assert.That(JsonSerializer.Deserialize<JsonElement>(request.Body).GetProperty("type").GetString(), Is.EqualTo("webhook.test"));
        Assert.That(good.GetProperty("body").GetString(), Is.EqualTo(Encoding.UTF8.GetString(request.Body)));
        Assert.That((good.GetProperty("delivered").GetBoolean(), good.GetProperty("reply").GetString(), good.GetProperty("webhook_id").GetString()),
            Is.EqualTo((true, "got it", request.Id)));
        Assert.That((bad.GetProperty("delivered").GetBoolean(), bad.GetProperty("status").GetInt32(), bad.GetProperty("error").GetString()),
            Is.EqualTo((false, 503, "The server answered 503.")));
        Assert.That(await DeliveriesAsync(account, "?event_type=webhook.test&status=failed"), Has.Count.EqualTo(1));
        Assert.That((await EndpointAsync(account, endpoint.Id)).GetProperty("failing_since").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That((int)(await http.PostAsync($"/v1/webhooks/deliveries/{bad.GetProperty("delivery_id").GetGuid()}/replay", content: null)).StatusCode, Is.EqualTo(404));
    }

    [Test]
    public async Task An_account_may_have_twenty()
    {
        var account = Guid.NewGuid();
        using var http = App.As(account);
        var answers = await Task.WhenAll(Enumerable.Range(0, 25).Select(_ => http.PostAsync("/v1/webhooks/endpoints", new { url = Sink.Url() })));
        Assert.That(answers.Count(answer => (int)answer.StatusCode == 201), Is.EqualTo(20));
        var refused = await answers.First(answer => (int)answer.StatusCode != 201).JsonAsync(409);
        Assert.That(refused.GetProperty("code").GetString(), Is.EqualTo("quota_exceeded"));
    }

    static IEnumerable<TestCaseData> BadBodies() =>
    [
        new TestCaseData("""{}""", "url"),
        new TestCaseData("""{"url":""}""", "url"),
        new TestCaseData("""{"url":"http://hooks.example.com/"}""", "url"),
        new TestCaseData("""{"url":"https://10.0.0.5/"}""", "url"),
        new TestCaseData("""{"url":"https://localhost./"}""", "url"),
        new TestCaseData("""{"url":"https://hooks.example.com:6379/"}""", "url"),
        new TestCaseData("""{"url":"https://user:secret@hooks.example.com/"}""", "url"),
        new TestCaseData("""{"url":"file:///etc/passwd"}""", "url"),
        new TestCaseData("""{"url":"https://hooks.example.com/\u0000"}""", "url"),
        new TestCaseData("""{"url":"https://8.8.8.8/","events":[]}""", "events"),
        new TestCaseData("""{"url":"https://8.8.8.8/","events":["job.exploded"]}""", "events"),
        new TestCaseData("""{"url":"https://8.8.8.8/","events":["*","job.failed"]}""", "events"),
        new TestCaseData("""{"url":"https://8.8.8.8/","events":["job.failed","job.failed"]}""", "events"),
        new TestCaseData("""{"url":"https://8.8.8.8/","events":[null]}""", "events"),
        new TestCaseData("""{"url":"https://8.8.8.8/","description":"a\u0000b"}""", "description"),
        new TestCaseData("{\"url\":\"https://8.8.8.8/\",\"description\":\"" + new string('x', 1_000_000) + "\"}", "description").SetArgDisplayNames("1 MB of description", "description"),
        new TestCaseData("{\"url\":\"https://8.8.8.8/" + new string('x', 1_000_000) + "\"}", "url").SetArgDisplayNames("1 MB of url", "url"),
        new TestCaseData("""{"url":"https://8.8.8.8/","format":"xml"}""", "format"),
        new TestCaseData("""{"url":"https://8.8.8.8/","format":""}""", "format"),
        new TestCaseData("""{"url":"https://8.8.8.8/","format":"vsl","events":["job.progressed"]}""", "events"),
        new TestCaseData("""{"url":"https://8.8.8.8/","format":7}""", null),
        new TestCaseData("""{"url":42}""", null),
        new TestCaseData("""{"url":["https://8.8.8.8/"]}""", null),
        new TestCaseData("""{"url":"https://8.8.8.8/","events":"*"}""", null),
        new TestCaseData("""[]""", null),
        new TestCaseData("""{"url":""", null),
        new TestCaseData("", null),
    ];

    [TestCaseSource(nameof(BadBodies))]
    public async Task A_bad_body_is_refused_and_the_field_named(string body, string? field)
    {
        using var http = App.As(Guid.NewGuid());
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        var problem = await (await http.PostAsync("/v1/webhooks/endpoints", content)).JsonAsync(400);
        if (field is not null) Assert.That(problem.GetProperty("errors").TryGetProperty(field, out _), Is.True, problem.ToString()[..200]);
    }

    [Test]
    public async Task Every_fault_is_told_at_once()
    {
        using var http = App.As(Guid.NewGuid());
        var problem = await (await http.PostAsync("/v1/webhooks/endpoints", new { url = "ftp://x", events = new[] { "x" }, description = "\u0007" })).JsonAsync(400);
        Assert.That(problem.GetProperty("errors").EnumerateObject().Select(error => error.Name), Is.EquivalentTo(new[] { "url", "events", "description" }));
    }

    [Test]
    public async Task Someone_elses_ids_are_like_missing_ones()
    {
        var owner = Guid.NewGuid();
        var endpoint = await RegisterAsync(owner, Sink.Url());
        await App.AppendAsync(owner, EventTypes.Completed, JobsOf.New());
        var delivery = (await DeliveryAsync(owner, "delivered")).GetProperty("id").GetGuid();
        using var http = App.As(Guid.NewGuid());

        (HttpMethod Method, string Path, Guid Id)[] routes =
        [
            (HttpMethod.Get, "/v1/webhooks/endpoints/{0}", endpoint.Id), (HttpMethod.Patch, "/v1/webhooks/endpoints/{0}", endpoint.Id),
            (HttpMethod.Delete, "/v1/webhooks/endpoints/{0}", endpoint.Id), (HttpMethod.Post, "/v1/webhooks/endpoints/{0}/rotate-secret", endpoint.Id),
            (HttpMethod.Post, "/v1/webhooks/endpoints/{0}/test", endpoint.Id), (HttpMethod.Get, "/v1/webhooks/deliveries/{0}", delivery),
            (HttpMethod.Post, "/v1/webhooks/deliveries/{0}/replay", delivery),
        ];
        foreach (var (method, path, id) in routes)
        {
            var foreign = await SendAsync(http, method, string.Format(path, id));
            var missing = await SendAsync(http, method, string.Format(path, Guid.NewGuid()));
            Assert.That(foreign, Is.EqualTo(missing).And.StartsWith("404 not_found"), path);
        }
        Assert.That(await DeliveriesAsync(Guid.NewGuid(), $"?endpoint_id={endpoint.Id}"), Is.Empty);
        Assert.That((await EndpointAsync(owner, endpoint.Id)).GetProperty("enabled").GetBoolean(), Is.True, "the strangers' calls changed nothing");
    }

    static async Task<string> SendAsync(HttpClient http, HttpMethod method, string path)
    {
        using var request = new HttpRequestMessage(method, path);
        if (method == HttpMethod.Patch) request.Content = JsonContent.Create(new { enabled = false });
        var answer = await http.SendAsync(request);
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return $"{(int)answer.StatusCode} {body.GetProperty("code").GetString()} {body.GetProperty("detail").GetString()}";
    }

    [TestCase("GET", "/v1/webhooks/endpoints", "webhooks:write")]
    [TestCase("POST", "/v1/webhooks/endpoints", "webhooks:read")]
    [TestCase("GET", "/v1/webhooks/deliveries", "webhooks:write")]
    [TestCase("POST", "/v1/webhooks/deliveries/replay", "webhooks:read")]
    [TestCase("GET", "/v1/webhooks/signing-secret", "webhooks:read")]
    public async Task A_key_without_the_scope_is_refused(string method, string path, string scope)
    {
        using var http = App.As(Guid.NewGuid(), scope);
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = method == "POST" ? JsonContent.Create(new { }) : null };
        await (await http.SendAsync(request)).JsonAsync(403);
    }
}
