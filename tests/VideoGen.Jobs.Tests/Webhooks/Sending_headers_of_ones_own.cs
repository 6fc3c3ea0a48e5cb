using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using VideoGen.Jobs.Feed;
using VideoGen.Jobs.Tests.Feed;
using VideoGen.Jobs.Webhooks;
using JobsOf = VideoGen.Jobs.Tests.Feed.Jobs;

namespace VideoGen.Jobs.Tests.Webhooks;

[TestFixture]
public sealed class Sending_headers_of_ones_own() : WebhookFixture("hooks_headers")
{
    const string Secret = "Bearer s3cret value, with \"quotes\"";

    [Test]
    public async Task Every_delivery_has_them_and_no_answer_shows_them()
    {
        var account = Guid.NewGuid();
        using var http = App.As(account);
        var url = Sink.Url();
        var created = await (await http.PostAsync("/v1/webhooks/endpoints", new { url, headers = new Dictionary<string, string>
        {
            ["Authorization"] = Secret, ["X-Api-Key"] = "k1", ["Cookie"] = "a=b; c=d",
        } })).JsonAsync(201);
        var path = $"/v1/webhooks/endpoints/{created.GetProperty("id").GetGuid()}";
        await App.AppendAsync(account, EventTypes.Completed, JobsOf.New());
        await Sink.WaitAsync(url);
        var received = Sink.At(url).Single();
        var tested = await (await http.PostAsync(path + "/test", content: null)).JsonAsync(200);
        Assert.That((received.Headers["Authorization"], received.Headers["X-Api-Key"], received.Headers["Cookie"]),
            Is.EqualTo((Secret, "k1", "a=b; c=d")));
        Assert.That(received.IsSignedWith(created.GetProperty("secret").GetString()!), Is.True);
        Assert.That(Sink.At(url)[^1].Headers["Authorization"], Is.EqualTo(Secret), "a test has them, too");
        foreach (var shown in (JsonElement[])[created, tested, await http.GetJsonAsync(path),
            await http.GetJsonAsync("/v1/webhooks/endpoints"),
            await (await http.PatchAsJsonAsync(path, new { description = "x" })).JsonAsync(200), (await DeliveriesAsync(account))[0]])
            Assert.That(shown.GetRawText(), Does.Not.Contain("s3cret"));
        Assert.That((await http.GetJsonAsync(path)).GetProperty("headers").GetProperty("Authorization").GetString(),
            Is.EqualTo(EndpointHeaders.Mask));
        Assert.That(await App.Database.ScalarAsync<long>(
            "select count(*) from webhook_endpoint where headers_cipher::text like '%' || encode('s3cret'::bytea, 'hex') || '%'"), Is.Zero);
    }

    [Test]
    public async Task They_are_replaced_as_a_whole_and_asked_for_anew_with_another_host()
    {
        var account = Guid.NewGuid();
        using var http = App.As(account);
        var url = Sink.Url();
        var created =
            await (await http.PostAsync("/v1/webhooks/endpoints", new { url, headers = Of(("Authorization", Secret), ("Old", "1")) }))
            .JsonAsync(201);
        var path = $"/v1/webhooks/endpoints/{created.GetProperty("id").GetGuid()}";
        var moved = new UriBuilder(url) { Port = 9 }.Uri.ToString();

        Assert.That(await FaultsAsync(http, HttpMethod.Patch, path, new { url = moved }), Is.EqualTo(new[] { "headers" }));
        await (await http.PatchAsJsonAsync(path, new { url = url + "/2" })).JsonAsync(200);
        var replaced = await (await http.PatchAsJsonAsync(path, new { url = moved, headers = Of(("New", "2")) })).JsonAsync(200);
        Assert.That(replaced.GetProperty("headers").EnumerateObject().Select(header => header.Name), Is.EqualTo(new[] { "New" }));
        var none = await (await http.PatchAsJsonAsync(path, new { url, headers = new { } })).JsonAsync(200);
        Assert.That(none.GetProperty("headers").EnumerateObject(), Is.Empty);
        await App.AppendAsync(account, EventTypes.Completed, JobsOf.New());
        await Sink.WaitAsync(url);
        Assert.That(Sink.At(url).Single().Headers.Keys, Has.None.EqualTo("authorization").And.None.EqualTo("new").And.None.EqualTo("old"));
    }

    static readonly string[] Refused =
    [
        "Host", "host", "Connection", "Keep-Alive", "TE", "Trailer", "Transfer-Encoding", "Upgrade", "Proxy-Authorization",
            "Proxy-Anything", "Expect",
        "Content-Type", "CONTENT-LENGTH", "Content-Encoding", "content-anything", "Expires", "Last-Modified", "Allow",
        "webhook-id", "Webhook-Signature", "webhook-more", "User-Agent", "traceparent", "X-VideoGen-Mode", "X-Forwarded-For",
            "Forwarded", "Via",
        "", " ", "a b", "a:b", "a\r\nb", "ä", "(a)",
    ];

    [TestCaseSource(nameof(Refused))]
    public async Task Names_that_are_not_theirs_are_refused(string name)
    {
        using var http = App.As(Guid.NewGuid());
        var faults = await FaultsAsync(http, HttpMethod.Post, "/v1/webhooks/endpoints",
            new { url = Sink.Url(), headers = new Dictionary<string, string> { [name] = "v" } });
        Assert.That(faults.Single(), Does.StartWith("headers."));
    }

    [TestCase("")]
    [TestCase(" a")]
    [TestCase("a ")]
    [TestCase("a\r\nX: b")]
    [TestCase("a\n")]
    [TestCase("ä")]
    [TestCase("a\u007f")]
    [TestCase(EndpointHeaders.Mask)]
    public async Task Values_that_no_header_may_have_are_refused(string value)
    {
        using var http = App.As(Guid.NewGuid());
        var faults = await FaultsAsync(http, HttpMethod.Post, "/v1/webhooks/endpoints",
            new { url = Sink.Url(), headers = Of(("A", value), ("Good", "a b\tc")) });
        Assert.That(faults, Is.EqualTo(new[] { "headers.A" }));
    }

    [TestCase("""{"A":"1","a":"2"}""", "headers.a")]
    [TestCase("""{"A":"1","A":"2"}""", "headers.A")]
    [TestCase("""{"A":1,"B":null,"C":{}}""", "headers.A,headers.B,headers.C")]
    [TestCase("""["A"]""", "headers")]
    [TestCase("\"A\"", "headers")]
    public async Task Other_shapes_are_refused(string headers, string faults)
    {
        using var http = App.As(Guid.NewGuid());
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/webhooks/endpoints")
        {
            Content = new StringContent($$"""{"url":"{{Sink.Url()}}","headers":{{headers}}}""", Encoding.UTF8, "application/json"),
        };
        Assert.That(string.Join(',', await FaultsAsync(await http.SendAsync(request))), Is.EqualTo(faults));
    }

    [TestCase(20, 300, true)]
    [TestCase(21, 1, false)]
    [TestCase(2, 2048, true)]
    [TestCase(3, 2048, false)]
    public async Task There_may_be_twenty_of_six_kilobytes_in_all(int count, int length, bool isTaken)
    {
        using var http = App.As(Guid.NewGuid());
        var headers = Enumerable.Range(0, count).ToDictionary(i => $"X-{i}", _ => new string('v', length));
        using var answer = await http.PostAsync("/v1/webhooks/endpoints", new { url = Sink.Url(), headers });
        if (isTaken) await answer.JsonAsync(201);
        else Assert.That(await FaultsAsync(answer), Is.EqualTo(new[] { "headers" }));
    }

    [Test]
    public async Task A_receiver_that_sends_them_back_does_not_show_them_in_the_record()
    {
        var account = Guid.NewGuid();
        using var http = App.As(account);
        var url = Sink.Url((request, _) => request.Response.WriteAsJsonAsync(
            request.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString())));
        var headers = Of(("Authorization", "Bearer 0123456789"), ("X-Quoted", "with \"quotes\""));
        var created = await (await http.PostAsync("/v1/webhooks/endpoints", new { url, headers })).JsonAsync(201);
        var path = $"/v1/webhooks/endpoints/{created.GetProperty("id").GetGuid()}/test";
        var tested = (await (await http.PostAsync(path, content: null)).JsonAsync(200)).GetProperty("reply").GetString();
        var kept = (await DeliveryAsync(account, "delivered")).GetRawText();
        Assert.That(tested, Does.Contain(EndpointHeaders.Mask).And.Contain("VideoGen-Webhooks"));
        foreach (var shown in (string[])[tested!, kept]) Assert.That(shown, Does.Not.Contain("0123456789").And.Not.Contain("quotes"));
    }

    [TestCase("you sent Bearer 0123456789, thanks", "you sent ********, thanks")]
    [TestCase("token=0123456789", "token=********")]
    [TestCase("""{"a":"say \"please\""}""", """{"a":"********"}""")]
    [TestCase("cut in Bearer 01234", "cut in ********")]
    [TestCase("Bearer", "Bearer")]
    public void Values_in_a_reply_are_hidden(string reply, string shown)
    {
        var headers = Of(("Authorization", "Bearer 0123456789"), ("X", "say \"please\""), ("Short", "you"));
        Assert.That(EndpointHeaders.Hide(reply, headers), Is.EqualTo(shown));
    }

    static Dictionary<string, string> Of(params (string Name, string Value)[] headers) =>
        headers.ToDictionary(header => header.Name, header => header.Value);

    static async Task<string[]> FaultsAsync(HttpClient http, HttpMethod method, string path, object body) =>
        await FaultsAsync(await http.SendAsync(new HttpRequestMessage(method, path) { Content = JsonContent.Create(body) }));

    static async Task<string[]> FaultsAsync(HttpResponseMessage answer) =>
        [.. (await answer.JsonAsync(400)).GetProperty("errors").EnumerateObject().Select(fault => fault.Name)];
}
