using System.Net;
using System.Text;

namespace VideoGen.Gateway.Tests.Dialects.Vydra;

[TestFixture]
public sealed class Sending_an_idempotency_key
{
    GatewayApplication _gateway = null!;
    string _key = "";

    [SetUp]
    public async Task Start()
    {
        _gateway = await GatewayApplication.StartAsync();
        VydraCatalog.Serve(_gateway.Services);
        _gateway.Services.On("jobs", "POST", "/v1/jobs", 202, """{"id":"0194d3a0-2222-7000-8000-000000000002","status":"queued","credits":{"held":175,"captured":0,"price_version":1}}""");
        _key = _gateway.Services.AddKey();
    }

    [TearDown]
    public async Task Stop() => await _gateway.DisposeAsync();

    [TestCase("""{"prompt":"a","aspect_ratio":"9:16"}""", "veo3", true)]
    [TestCase("""{ "aspect_ratio" : "9:16", "prompt":"a" }""", "veo3", true)]
    [TestCase("""{"aspect_ratio":"9\u003a16","\u0070rompt":"\u0061"}""", "veo3", true)]
    [TestCase("""{"prompt":"b","aspect_ratio":"9:16"}""", "veo3", false)]
    [TestCase("""{"prompt":"a"}""", "veo3", false)]
    [TestCase("""{"prompt":"a","aspect_ratio":"9:16"}""", "grok-imagine", false)]
    public async Task Means_the_same_request_only_with_the_same_model_and_fields(string body, string model, bool same)
    {
        var first = await FingerprintAsync("""{"prompt":"a","aspect_ratio":"9:16"}""", "veo3");
        Assert.That(await FingerprintAsync(body, model) == first, Is.EqualTo(same));
    }

    async Task<string> FingerprintAsync(string body, string model)
    {
        _gateway.Services.ClearReceived();
        using var response = await _gateway.SendAsync(HttpMethod.Post, $"/vydra/api/v1/models/{model}", _key, new StringContent(body, Encoding.UTF8, "application/json"), ("Idempotency-Key", "k-1"));
        var received = _gateway.Services.Received.Single(request => request.Target == "/v1/jobs");
        Assert.Multiple(() =>
        {
            Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Accepted));
            Assert.That(received.Headers["Idempotency-Key"], Is.EqualTo("k-1"));
        });
        return received.Headers["X-VideoGen-Fingerprint"];
    }
}
