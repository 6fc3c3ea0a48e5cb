using System.Net;
using VideoGen.HttpApi.Paging;
using VideoGen.Jobs.Contracts;
using VideoGen.Web.Account;

namespace VideoGen.Web.Tests.Studio;

/// <summary>A plan of three submits a minute: what pages do counts as what programs do.</summary>
[TestFixture]
public sealed class Passing_the_plans_limit
{
    const string Endpoint = "0194d3a0-0000-7000-8000-00000000000e";
    const string Delivery = "0194d3a0-0000-7000-8000-00000000000d";
    const string UsedUp = "jobs, uploads and sent webhooks of this minute are used up";

    PagesApplication _pages = null!;
    HttpClient _customer = null!;
    string _token = "";

    [SetUp]
    public async Task Start()
    {
        _pages = await PagesApplication.StartAsync();
        var backend = _pages.Backend;
        var delivery = new DeliveryShown(Guid.Parse(Delivery), "msg", null, "https://a.example", "job.completed", null, "failed", 1, null,
            null, null, TestJobs.Began);
        backend.Answer("GET /v1/models/toy", TestJobs.Model("toy"));
        backend.Answer("GET /v1/webhooks/endpoints", new Page<EndpointShown>([], null, false));
        backend.Answer("GET /v1/webhooks/deliveries", new Page<DeliveryShown>([delivery], null, false));
        backend.Answer("POST /v1/jobs", TestJobs.New(JobStatus.Queued).Job, status: 202);
        var price = new PriceBreakdown(5, "video", 1, [], 0);
        backend.Answer("POST /v1/quotes", new QuoteView("toy", 5, 1, price, new ExpectedSeconds(10, 20, 5)));
        backend.Answer($"POST /v1/webhooks/endpoints/{Endpoint}/test", new TestShown(Guid.Parse(Delivery), true, 200, 5, null, null));
        backend.Answer($"POST /v1/webhooks/deliveries/{Delivery}/replay", delivery);
        _customer = await _pages.CustomerAsync(submitsPerMinute: 3);
        _token = await PagesApplication.TokenOfAsync(_customer);
    }

    [TearDown]
    public async Task Stop()
    {
        _customer.Dispose();
        await _pages.DisposeAsync();
    }

    [Test]
    public async Task Jobs_and_webhooks_that_are_sent_share_it()
    {
        foreach (var path in (string[])["/studio/jobs", $"/account/webhooks/{Endpoint}/test", $"/account/deliveries/{Delivery}/replay"])
        {
            using var done = await SendAsync(path);
            Assert.That((int)done.StatusCode, Is.LessThan(400), path);
        }
        _pages.Backend.Asked.Clear();
        foreach (var (path, status) in ((string, int)[])[("/studio/jobs", 429), ($"/account/webhooks/{Endpoint}/test", 422),
            ($"/account/deliveries/{Delivery}/replay", 429)])
        {
            using var refused = await SendAsync(path);
            Assert.That((int)refused.StatusCode, Is.EqualTo(status), path);
            Assert.That(refused.Headers.RetryAfter, Is.Not.Null, path);
            Assert.That(WebUtility.HtmlDecode(await refused.Content.ReadAsStringAsync()), Does.Contain(UsedUp), path);
        }
        Assert.That(_pages.Backend.Asked, Has.None.StartsWith("POST"));
    }

    [Test]
    public async Task Prices_are_counted_and_keep_nobody_from_the_button()
    {
        for (var i = 0; i < 3; i++) Assert.That(await PriceAsync(), Does.Contain("credits"));
        _pages.Backend.Asked.Clear();
        Assert.That(await PriceAsync(), Does.Contain("prices of this minute are used up"));
        Assert.That(_pages.Backend.Asked, Has.None.Contains("/v1/quotes"));
        using var submit = await SendAsync("/studio/jobs");
        Assert.That(submit.Headers.Location?.ToString(), Does.StartWith("/jobs/"));
    }

    [Test]
    public async Task Somebody_else_has_a_limit_of_their_own()
    {
        for (var i = 0; i < 4; i++) (await SendAsync("/studio/jobs")).Dispose();
        using var other = await _pages.CustomerAsync(submitsPerMinute: 3);
        using var answer = await PagesApplication.PostAsync(other, "/studio/jobs", await PagesApplication.TokenOfAsync(other),
            fields: [("model", "toy"), ("in.prompt", "A cat")]);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Redirect));
    }

    async Task<string> PriceAsync()
    {
        using var answer = await SendAsync("/studio/quote");
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), "the part of the page is shown");
        return WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync());
    }

    Task<HttpResponseMessage> SendAsync(string path) =>
        PagesApplication.PostAsync(_customer, path, _token, fields: [("model", "toy"), ("in.prompt", "A cat")]);
}
