using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using VideoGen.HttpApi;
using VideoGen.Providers.Connectors;
using VideoGen.Providers.Contracts;
using VideoGen.Providers.Contracts.Events;
using VideoGen.Providers.Tests.Connectors.Described;
using VideoGen.Providers.Tests.Harness;
using VideoGen.Testing;

namespace VideoGen.Providers.Tests.Callbacks;

/// <summary>A model that Replicate runs, which is asked so rarely that only its callback can tell in time.</summary>
[TestFixture]
internal sealed class Receiving_callbacks
{
    const string Path = "/internal/callbacks/replicate";
    const string Old = "whsec_ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=";
    const string Secret = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    string _catalog = "";
    FakeVendor _replicate = null!;
    ProvidersApplication _providers = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _catalog = Directory.CreateTempSubdirectory("videogen-catalog-").FullName;
        Directory.CreateDirectory(System.IO.Path.Combine(_catalog, "models"));
        Descriptions.CopyTo(_catalog, "replicate");
        var model = await File.ReadAllTextAsync(System.IO.Path.Combine(ServiceSettings.CatalogFolder, "models", "wan2.1.json"));
        await File.WriteAllTextAsync(System.IO.Path.Combine(_catalog, "models", "wan2.1.json"),
            model.Replace("""{ "connector": "simulator",""", """{ "connector": "replicate", "model": "wan" }, { "connector": "simulator",""", StringComparison.Ordinal));
        _replicate = new FakeVendor("replicate") { PollEvery = TimeSpan.FromHours(1) };
        _providers = await ProvidersApplication.StartAsync(
            services => Descriptions.Replace(services, _replicate), ("Catalog:Folder", _catalog), ("Connectors:Replicate:WebhookSecret", $"{Old} {Secret}"));
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _providers.DisposeAsync();
        Directory.Delete(_catalog, recursive: true);
    }

    [Test]
    public async Task A_genuine_one_has_the_vendor_asked_at_once_and_a_repetition_changes_nothing()
    {
        var (asked, ready) = (0, false);
        _replicate.OnGet = _ =>
        {
            Interlocked.Increment(ref asked);
            return Volatile.Read(ref ready) ? FakeVendor.Done : new VendorState.Waiting();
        };
        var job = await _providers.Jobs.StartAsync("wan2.1", new { prompt = "x" });
        var attempt = (await _providers.Jobs.WaitForAsync<GenerationStarted>(job)).AttemptId;
        var prediction = $"replicate-{attempt}";

        Assert.That(await SendAsync("msg-start", prediction, "processing"), Is.EqualTo(new CallbackAnswer(true, null)));
        await Eventually.ThatAsync(() => Volatile.Read(ref asked) == 1);
        Assert.That(await SendAsync("msg-start", prediction, "processing"), Is.EqualTo(new CallbackAnswer(true, null)));
        Volatile.Write(ref ready, true);
        Assert.That(await SendAsync("msg-end", prediction, "succeeded", secret: Old), Is.EqualTo(new CallbackAnswer(true, null)));
        await _providers.Jobs.WaitForAsync<GenerationSucceeded>(job);
        Assert.That(asked, Is.EqualTo(2), "once for each message, not for its repetition");

        Assert.That(await SendAsync("msg-late", prediction, "succeeded"), Is.EqualTo(new CallbackAnswer(true, null)), "the job has ended");
        Assert.That(_providers.Jobs.EventsOf<GenerationSucceeded>(job), Has.Count.EqualTo(1));
    }

    [TestCase("""{"id":"nobody-knows-it","status":"succeeded"}""")]
    [TestCase("""{"id":"a\u0000b"}""")]
    [TestCase("""{"id":"half a surrogate \ud800"}""")]
    [TestCase("""{"id":7}""")]
    [TestCase("""{"status":"succeeded"}""")]
    [TestCase("[]")]
    [TestCase("no JSON")]
    [TestCase("")]
    public async Task A_genuine_one_about_nothing_known_is_taken_all_the_same(string body) =>
        Assert.That(await SendTextAsync(Guid.NewGuid().ToString(), body, Secret), Is.EqualTo(new CallbackAnswer(true, null)));

    [Test]
    public async Task A_forged_or_stale_one_is_not_accepted_and_leaves_its_id_free()
    {
        var id = Guid.NewGuid().ToString();
        var forged = await SendTextAsync(id, "{}", "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
        var stale = await SendTextAsync(id, "{}", Secret, age: TimeSpan.FromMinutes(6));
        using var bare = await _providers.Inside.PostAsync(Path, new StringContent("{}"));
        Assert.Multiple(async () =>
        {
            Assert.That((forged.Accepted, forged.Fault), Is.EqualTo((false, "webhook-signature does not match.")));
            Assert.That((stale.Accepted, stale.Fault), Is.EqualTo((false, "webhook-timestamp is too far from now.")));
            Assert.That((await bare.Content.ReadFromJsonAsync<CallbackAnswer>(ApiJson.Options))!.Fault, Is.EqualTo("webhook-id, webhook-timestamp and webhook-signature are required."));
            Assert.That(await SendTextAsync(id, "{}", Secret), Is.EqualTo(new CallbackAnswer(true, null)));
        });
    }

    [Test]
    public async Task Fifty_copies_at_once_are_all_accepted() =>
        Assert.That(await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => SendAsync("msg-fifty", "unknown", "succeeded"))), Is.All.EqualTo(new CallbackAnswer(true, null)));

    [Test]
    public async Task Without_a_secret_nothing_is_accepted()
    {
        await using var providers = await ProvidersApplication.StartAsync();
        using var answer = await providers.Inside.PostAsync(Path, new StringContent("{}"));
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.That((answer.StatusCode, problem.GetProperty("code").GetString()), Is.EqualTo((HttpStatusCode.ServiceUnavailable, "service_unavailable")));
    }

    [Test]
    public async Task Strangers_do_not_get_to_the_door()
    {
        using var answer = await _providers.Anonymous.PostAsync(Path, new StringContent("{}"));
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    Task<CallbackAnswer> SendAsync(string id, string prediction, string status, string secret = Secret) =>
        SendTextAsync(id, JsonSerializer.Serialize(new { id = prediction, status, output = new[] { "https://replicate.delivery/x.mp4" }, error = (string?)null }), secret);

    async Task<CallbackAnswer> SendTextAsync(string id, string body, string secret, TimeSpan age = default)
    {
        var timestamp = (DateTimeOffset.UtcNow - age).ToUnixTimeSeconds().ToString();
        var signature = Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(secret["whsec_".Length..]), Encoding.UTF8.GetBytes($"{id}.{timestamp}.{body}")));
        using var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", timestamp);
        request.Headers.Add("webhook-signature", $"v1,{signature}");
        using var answer = await _providers.Inside.SendAsync(request);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync<CallbackAnswer>(ApiJson.Options))!;
    }
}
