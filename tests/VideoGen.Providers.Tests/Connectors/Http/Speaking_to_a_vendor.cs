using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using VideoGen.Providers.Connectors;
using VideoGen.Providers.Connectors.Http;
using VideoGen.Providers.Tests.Harness;
using static VideoGen.Providers.Tests.Harness.ScriptedServer;

namespace VideoGen.Providers.Tests.Connectors.Http;

/// <summary>A vendor's API that behaves as badly as a server can.</summary>
[TestFixture]
internal sealed class Speaking_to_a_vendor
{
    const string Key = "sk/live+0123456789";

    ScriptedServer _vendor = null!;
    VendorClient _client = null!;

    [SetUp]
    public void Start()
    {
        _vendor = new ScriptedServer(Answer(200));
        _client = Client();
    }

    [TearDown]
    public async Task Stop()
    {
        _client.Dispose();
        await _vendor.DisposeAsync();
    }

    [Test]
    public async Task A_create_is_sent_with_the_key_and_answered_with_json()
    {
        _vendor.Play(Answer(201, """{"id":"x1"}"""));
        var answer = await CreateAsync();
        Assert.That(answer.Json<JsonElement>().GetProperty("id").GetString(), Is.EqualTo("x1"));
        Assert.That(_vendor.Received.Single(), Does.StartWith("POST /v1/jobs?key=sk%2Flive%2B0123456789 HTTP/1.1")
            .And.Contains($"Authorization: Bearer {Key}").And.Contains("Content-Length: 14").And.EndsWith("""{"prompt":"x"}"""));
    }

    [TestCase(500)]
    [TestCase(502)]
    [TestCase(503)]
    [TestCase(504)]
    public async Task A_create_that_may_have_been_taken_is_neither_repeated_nor_called_refused(int status)
    {
        _vendor.Play(Answer(status), Answer(201));
        Assert.That((await FaultOfAsync(CreateAsync)).Fault, Is.EqualTo(VendorFault.Status));
        Assert.That(_vendor.Received, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_create_whose_answer_breaks_off_is_sent_once_even_on_a_connection_that_was_used_before()
    {
        _vendor.Play(Answer(200), Raw(""), Answer(201));
        await _client.Http.ReadAsync("jobs", CancellationToken.None);
        Assert.That((await FaultOfAsync(CreateAsync)).Fault, Is.EqualTo(VendorFault.Broken));
        Assert.That(_vendor.Received, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task A_create_that_comes_too_often_is_refused_with_the_time_to_wait()
    {
        _vendor.Play(Answer(429, headers: "Retry-After: 7\r\n"), Answer(201));
        var answer = await CreateAsync();
        Assert.That((answer.Refusal!.Kind, answer.Refusal.RetryAfter), Is.EqualTo((RefusalKind.RateLimited, TimeSpan.FromSeconds(7))));
        Assert.That(_vendor.Received, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_create_that_reached_nobody_is_refused()
    {
        await _vendor.DisposeAsync();
        var answer = await CreateAsync();
        Assert.That((answer.Status, answer.Refusal!.Kind), Is.EqualTo((0, RefusalKind.Unavailable)));
    }

    [Test]
    public async Task A_read_is_repeated_until_it_succeeds()
    {
        _vendor.Play(Answer(503, "<html>busy</html>", type: "text/html"), Raw("HTTP/1.1 200 X\r\nContent-Length: 50\r\n\r\n{\"half\":"), Answer(429, headers: "Retry-After: 0\r\n"), Answer(200, "[7]"));
        var answer = await _client.Http.ReadAsync("jobs/1", CancellationToken.None);
        Assert.That((answer.Json<int[]>()[0], _vendor.Received.Count), Is.EqualTo((7, 4)));
    }

    [Test]
    public async Task A_read_that_never_succeeds_is_answered_with_the_last_status()
    {
        _vendor.Play(Answer(502));
        var answer = await _client.Http.ReadAsync("jobs/1", CancellationToken.None);
        Assert.That((answer.Status, answer.Refusal!.Kind, _vendor.Received.Count), Is.EqualTo((502, RefusalKind.Unavailable, 4)));
    }

    [Test]
    public async Task Long_patience_is_not_waited_out()
    {
        _vendor.Play(Answer(429, headers: "Retry-After: 3600\r\n"));
        var answer = await _client.Http.ReadAsync("jobs/1", CancellationToken.None);
        Assert.That((answer.Refusal!.RetryAfter, _vendor.Received.Count), Is.EqualTo((TimeSpan.FromHours(1), 1)));
    }

    [TestCase(400)]
    [TestCase(401)]
    [TestCase(404)]
    [TestCase(422)]
    public async Task A_read_that_would_fail_again_is_not_repeated(int status)
    {
        _vendor.Play(Answer(status));
        Assert.That((await _client.Http.ReadAsync("jobs/1", CancellationToken.None)).Status, Is.EqualTo(status));
        Assert.That(_vendor.Received, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_silent_vendor_is_given_up()
    {
        using var impatient = Client(("ReadTimeout", "00:00:00.2"), ("MaxRetries", "0"));
        _vendor.Play(Silence);
        var fault = await FaultOfAsync(() => impatient.Http.ReadAsync("jobs/1", CancellationToken.None));
        Assert.That((fault.Fault, fault.Message), Is.EqualTo((VendorFault.TimedOut, "Acme was silent for 00:00:00.2000000")));
    }

    [Test]
    public async Task A_dripping_vendor_is_given_up_and_the_whole_call_has_an_end()
    {
        using var impatient = Client(("Timeout", "00:00:00.5"));
        _vendor.Play(Drip(TimeSpan.FromMilliseconds(20)));
        var watch = Stopwatch.StartNew();
        var fault = await FaultOfAsync(() => impatient.Http.ReadAsync("jobs/1", CancellationToken.None));
        Assert.That((fault.Fault, watch.Elapsed < TimeSpan.FromSeconds(10)), Is.EqualTo((VendorFault.TimedOut, true)));
    }

    [Test]
    public void The_callers_cancellation_stays_what_it_is()
    {
        _vendor.Play(Silence);
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        Assert.That(async () => await _client.Http.ReadAsync("jobs/1", cancel.Token), Throws.InstanceOf<OperationCanceledException>());
    }

    [TestCase("Content-Length: 5000\r\n")]
    [TestCase("")]
    public async Task A_huge_answer_is_not_read_to_its_end(string length)
    {
        using var client = Client(("MaxAnswerBytes", "1024"));
        _vendor.Play(Raw($"HTTP/1.1 200 X\r\n{length}\r\n{new string('x', 5000)}"));
        Assert.That((await FaultOfAsync(() => client.Http.ReadAsync("jobs/1", CancellationToken.None))).Fault, Is.EqualTo(VendorFault.TooLarge));
        Assert.That(_vendor.Received, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_redirect_is_not_followed()
    {
        await using var elsewhere = new ScriptedServer(Answer(200));
        _vendor.Play(Answer(307, headers: $"Location: {elsewhere.Address}jobs\r\n"));
        Assert.That((await CreateAsync()).Refusal!.Kind, Is.EqualTo(RefusalKind.Failed));
        Assert.That((await _client.Http.ReadAsync("jobs/1", CancellationToken.None)).Refusal!.Kind, Is.EqualTo(RefusalKind.Failed));
        Assert.That(elsewhere.Received, Is.Empty);
    }

    [Test]
    public async Task An_address_at_another_host_is_never_called()
    {
        await using var elsewhere = new ScriptedServer(Answer(200));
        foreach (var address in (string[])[$"{elsewhere.Address}jobs/1", "//evil.example/jobs/1", _vendor.Address.ToString().Replace("http:", "https:", StringComparison.Ordinal)])
            Assert.That((await FaultOfAsync(() => _client.Http.ReadAsync(address, CancellationToken.None))).Fault, Is.EqualTo(VendorFault.Blocked), address);
        Assert.That((await _client.Http.ReadAsync($"{_vendor.Address}other/1", CancellationToken.None)).Status, Is.EqualTo(200), "the vendor's own");
        Assert.That((elsewhere.Received.Count, _vendor.Received.Count), Is.EqualTo((0, 1)));
    }

    [Test]
    public async Task A_web_page_instead_of_json_is_an_error()
    {
        _vendor.Play(Answer(200, "<html>Welcome</html>", type: "text/html"));
        var answer = await CreateAsync();
        Assert.That(() => answer.Json<JsonElement>(), Throws.InstanceOf<VendorException>().With.Property("Fault").EqualTo(VendorFault.NotJson)
            .And.Message.EqualTo("Acme answered 200 with text/html, which is not the JSON that was expected"));
    }

    [Test]
    public async Task Secrets_in_errors_are_blotted_out_wherever_they_could_be_seen()
    {
        var echo = $$"""{"detail":"Bad key {{Key}}","url":"/v1/jobs?key=sk%2flive%2b0123456789&x=1","escaped":"sk\/live\u002B0123456789","other":"Authorization: Bearer abcdefghi"}""";
        _vendor.Play(Answer(401, echo), Answer(503, echo), Answer(503, echo), Answer(401, echo));
        var refused = await CreateAsync();
        var read = await _client.Http.ReadAsync("jobs/1", CancellationToken.None);
        var thrown = Assert.Throws<VendorException>(read.EnsureSuccess)!;

        var seen = string.Join('\n', [refused.Refusal!.Detail!, refused.Text, read.Text, read.Refusal!.Detail!, thrown.ToString(), .. _client.Logged]);
        Assert.That(_client.Logged, Has.Some.Contains("Acme could not be read"), "the log was listened to");
        Assert.That(seen, Does.Contain("Bad key ***").And.Not.Contain("0123456789"));
        Assert.That(refused.Refusal.Detail, Does.Not.Contain("abcdefghi"), "what looks like a credential, in words for people");
    }

    VendorClient Client(params (string Name, string Value)[] settings) =>
        new([("BaseUrl", $"{_vendor.Address}v1"), ("ApiKey", Key), ("RetryDelay", "00:00:00.01"), .. settings]);

    Task<VendorAnswer> CreateAsync() => _client.Http.CreateAsync("jobs", JsonContent.Create(new { prompt = "x" }), CancellationToken.None);

    static async Task<VendorException> FaultOfAsync(Func<Task<VendorAnswer>> call)
    {
        try
        {
            throw new AssertionException($"It answered {await call()}");
        }
        catch (VendorException fault)
        {
            return fault;
        }
    }
}
