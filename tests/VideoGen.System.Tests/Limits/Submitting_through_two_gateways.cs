using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using VideoGen.Jobs.Contracts;
using VideoGen.System.Tests.Stage;

namespace VideoGen.System.Tests.Limits;

/// <summary>
/// Limits that cost money hold to the unit however many gateways, and processes of Jobs and Accounts, there are: many submits at once, through two
/// gateways in turn.
/// </summary>
[TestFixture]
public sealed class Submitting_through_two_gateways
{
    const int Together = 12;

    StartedSystem _system = null!;
    List<string> _gateways = null!;

    [OneTimeSetUp]
    public async Task Start_two_of_each()
    {
        _system = await TheSystem.StartAnotherAsync(new()
        {
            ["Resources__gateway__Replicas"] = "2",
            ["Resources__jobs__Replicas"] = "2",
            ["Resources__accounts__Replicas"] = "2",
        });
        _gateways = [.. _system.Processes.Where(process => process.Name.StartsWith("gateway", StringComparison.Ordinal)).Select(process => process.Url!.TrimEnd('/'))];
    }

    [OneTimeTearDown]
    public async Task Stop() => await _system.DisposeAsync();

    [Test]
    public async Task Finds_two_that_answer()
    {
        Assert.That(_gateways, Has.Count.EqualTo(2).And.Unique);
        using var http = new HttpClient();
        foreach (var gateway in _gateways) Assert.That((await http.GetAsync(gateway + "/health")).StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    /// <summary>AI Studio, on the plan with its document's limits: 3 run, 20 wait, the rest are refused.</summary>
    [Test]
    public async Task Three_run_and_twenty_wait()
    {
        using var held = _system.Vendor.Hold();
        using var customer = await Customer.SignUpAsync(_system, plan: "free");
        var answers = await SubmitAsync(Door.AiStudio, customer, 29, "video-jobs", _ => new MultipartFormDataContent
        {
            { new StringContent("A sunset"), "prompt" },
            { new StringContent("veo-3.1-fast-generate-preview"), "model" },
            { new StringContent("720p"), "resolution" },
            { new StringContent("16:9"), "aspectRatio" },
        });
        var states = await StatesAsync(customer);
        Assert.Multiple(() =>
        {
            Assert.That(Counted(answers), Is.EquivalentTo(new[] { (HttpStatusCode.Accepted, 23), (HttpStatusCode.TooManyRequests, 6) }));
            Assert.That(states.Count(state => state == JobStatus.Queued), Is.EqualTo(20));
            Assert.That(states, Has.Count.EqualTo(23));
        });
    }

    [Test]
    public async Task A_full_queue_is_full_for_both()
    {
        using var held = _system.Vendor.Hold();
        using var customer = await Customer.SignUpAsync(_system, plan: "free");
        var answers = await SubmitAsync(Door.Visualizr, customer, 29, "api/v1/generate/video", _ => Json(new { prompt = "A sunset", width = 256, height = 256 }));
        Assert.That(Counted(answers), Is.EquivalentTo(new[] { (HttpStatusCode.OK, 23), (HttpStatusCode.ServiceUnavailable, 6) }));
    }

    [Test]
    public async Task A_key_submits_ten_times_a_minute()
    {
        using var held = _system.Vendor.Hold();
        using var customer = await Customer.SignUpAsync(_system);
        var answers = await SubmitAsync(Door.Vydra, customer, 25, "models/veo3", _ => Json(new { prompt = "A serene lake" }));
        Assert.That(Counted(answers), Is.EquivalentTo(new[] { (HttpStatusCode.Accepted, 10), (HttpStatusCode.TooManyRequests, 15) }));
    }

    /// <summary>A request counts as soon as its user is known, so that one without parameters is enough.</summary>
    [Test]
    public async Task An_end_user_asks_a_hundred_times_an_hour()
    {
        using var customer = await Customer.SignUpAsync(_system);
        var answers = await SubmitAsync(Door.Vsl, customer, 120, "generate-media", _ => Json(new { userId = "busy", mediaType = "image", modelId = "flux-schnell" }));
        Assert.That(Counted(answers), Is.EquivalentTo(new[] { (HttpStatusCode.BadRequest, 100), (HttpStatusCode.TooManyRequests, 20) }));
    }

    /// <summary>Many at a time, every second one through the other gateway.</summary>
    async Task<IReadOnlyList<HttpStatusCode>> SubmitAsync(Door door, Customer customer, int count, string path, Func<int, HttpContent> body)
    {
        var clients = _gateways.Select(gateway => door.Open(gateway, customer.LiveKey)).ToList();
        using var gate = new SemaphoreSlim(Together);
        var answers = await Task.WhenAll(Enumerable.Range(0, count).Select(async number =>
        {
            await gate.WaitAsync();
            try
            {
                using var answer = await clients[number % clients.Count].PostAsync(path, body(number));
                return answer.StatusCode;
            }
            finally
            {
                gate.Release();
            }
        }));
        foreach (var client in clients) client.Dispose();
        return answers;
    }

    static async Task<List<string>> StatesAsync(Customer customer)
    {
        var page = await customer.Native.GetAsync<JsonElement>("/v1/jobs?limit=100");
        return [.. page.GetProperty("data").EnumerateArray().Select(job => job.GetProperty("status").GetString()!)];
    }

    static IEnumerable<(HttpStatusCode Status, int Count)> Counted(IEnumerable<HttpStatusCode> answers) => answers.CountBy(status => status).Select(pair => (pair.Key, pair.Value));

    static JsonContent Json(object body) => JsonContent.Create(body);
}
