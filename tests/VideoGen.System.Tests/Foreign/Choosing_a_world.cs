using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using VideoGen.System.Tests.Clients;
using VideoGen.System.Tests.Stage;

namespace VideoGen.System.Tests.Foreign;

/// <summary>A session, which belongs to neither world, chooses with <c>X-VideoGen-Mode</c>; a key can't.</summary>
[TestFixture]
public sealed class Choosing_a_world
{
    static readonly string[] Lists = ["/v1/jobs", "/v1/assets", "/v1/events", "/v1/webhooks/endpoints",
        "/v1/webhooks/deliveries", "/v1/account/keys"];

    WebhookSink _hooks = null!;
    Customer _customer = null!;
    OwnWorld _live = null!;
    OwnWorld _test = null!;

    [OneTimeSetUp]
    public async Task Fill_both_worlds()
    {
        _hooks = await WebhookSink.StartAsync();
        _customer = await TheSystem.NewCustomerAsync();
        _live = await OwnWorld.FillAsync(_customer, test: false, _hooks.Address + "/hook");
        _test = await OwnWorld.FillAsync(_customer, test: true, _hooks.Address + "/hook");
    }

    [OneTimeTearDown]
    public async Task Clear_away()
    {
        _customer.Dispose();
        await _hooks.DisposeAsync();
    }

    [TestCaseSource(nameof(Lists))]
    public async Task A_session_sees_both_marked(string list)
    {
        var rows = await RowsAsync(list, mode: null);
        var marks = rows.Select(row => row.TryGetProperty("test", out var mark)
            ? mark.GetBoolean() : row.GetProperty("data").GetProperty("test").GetBoolean());
        Assert.That(marks.Distinct(), Is.EquivalentTo(new[] { true, false }));
    }

    [TestCaseSource(nameof(Lists)), DependsOnTest(nameof(A_session_sees_both_marked), AllowFailure = true)]
    public async Task A_session_that_chooses_sees_what_a_key_of_that_world_does(string list)
    {
        foreach (var world in (OwnWorld[])[_live, _test])
        {
            var seen = (await RowsAsync(list, world.Name)).Select(row => row.GetProperty("id").GetString());
            var page = await world.Native.GetAsync<JsonElement>(list);
            var own = page.GetProperty("data").EnumerateArray().Select(row => row.GetProperty("id").GetString());
            Assert.That(seen, Is.EquivalentTo(own).And.Not.Empty);
        }
    }

    [Test, DependsOnTest(nameof(A_session_that_chooses_sees_what_a_key_of_that_world_does), AllowFailure = true)]
    public async Task A_session_makes_live_things_unless_it_says_test()
    {
        foreach (var (mode, test) in new[] { (null, false), ("live", false), ("test", true) })
        {
            using var endpoint = await SendAsync(HttpMethod.Post, "/v1/webhooks/endpoints", _customer.Token, mode,
                new { url = _hooks.Address + "/hook" });
            using var job = await SendAsync(HttpMethod.Post, "/v1/jobs", _customer.Token, mode, OwnWorld.Job);
            foreach (var made in (HttpResponseMessage[])[endpoint, job])
                Assert.That(JsonDocument.Parse(await made.Content.ReadAsStringAsync()).RootElement.GetProperty("test").GetBoolean(),
                    Is.EqualTo(test));
        }
    }

    [Test]
    public async Task A_session_is_answered_404_from_the_other_world()
    {
        using var other = await SendAsync(HttpMethod.Get, $"/v1/jobs/{_live.Things[Owned.Job]}", _customer.Token, "test");
        using var own = await SendAsync(HttpMethod.Get, $"/v1/jobs/{_live.Things[Owned.Job]}", _customer.Token, "live");
        Assert.That((other.StatusCode, own.StatusCode), Is.EqualTo((HttpStatusCode.NotFound, HttpStatusCode.OK)));
    }

    [TestCase("Test")]
    [TestCase("both")]
    [TestCase("test, live")]
    [TestCase("")]
    public async Task Another_value_is_a_400_that_names_the_header(string value)
    {
        foreach (var credential in (string[])[_customer.Token, _customer.LiveKey])
        {
            using var answer = await SendAsync(HttpMethod.Get, "/v1/jobs", credential, value);
            Assert.That((answer.StatusCode, await answer.Content.ReadAsStringAsync()).ToString(),
                Does.StartWith("(BadRequest").And.Contain("X-VideoGen-Mode").And.Contain("test or live"));
        }
    }

    [Test]
    public async Task A_key_may_say_only_what_it_is()
    {
        foreach (var (key, agreed, other) in new[] { (_customer.LiveKey, "live", "test"), (_customer.TestKey, "test", "live") })
        {
            using var same = await SendAsync(HttpMethod.Get, "/v1/jobs", key, agreed);
            using var refused = await SendAsync(HttpMethod.Get, "/v1/jobs", key, other);
            Assert.That(same.StatusCode, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
            Assert.That(await refused.Content.ReadAsStringAsync(), Does.Contain("X-VideoGen-Mode").And.Contain($"this is a {agreed} key"));
        }
    }

    [Test]
    public async Task The_ledger_is_the_live_worlds()
    {
        Assert.That(await _live.Native.Http.GetStringAsync("/v1/account/ledger"), Does.Contain(_live.Things[Owned.Job].ToString()));
        Assert.That((await _test.Native.GetAsync<JsonElement>("/v1/account/ledger")).GetProperty("data").GetArrayLength(), Is.Zero);
    }

    async Task<IReadOnlyList<JsonElement>> RowsAsync(string list, string? mode)
    {
        using var answer = await SendAsync(HttpMethod.Get, list, _customer.Token, mode);
        return [.. JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("data").EnumerateArray()];
    }

    static async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string credential, string? mode, object? body = null)
    {
        using var http = Door.Native.Open(TheSystem.Gateway, credential);
        using var request = new HttpRequestMessage(method, path);
        if (mode is not null) request.Headers.TryAddWithoutValidation("X-VideoGen-Mode", mode);
        if (body is not null) request.Content = JsonContent.Create(body);
        return await http.SendAsync(request);
    }
}
