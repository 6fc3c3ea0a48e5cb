using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using VideoGen.Gateway.Callers;
using VideoGen.HttpApi;
using VideoGen.HttpApi.Errors;
using VideoGen.ServiceDefaults.Callers;

namespace VideoGen.Gateway.Tests.Callers;

/// <summary><c>X-VideoGen-Mode</c>: a session chooses with it which world of its account it works in; a key may only agree.</summary>
[TestFixture]
public sealed class Choosing_a_mode
{
    static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;

    GatewayApplication _gateway = null!;
    string _session = null!;
    string _live = null!;
    string _test = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _gateway = await GatewayApplication.StartAsync(new FakeTimeProvider(Now));
        _gateway.Services.On("jobs", "GET", "/v1/jobs", 200, new { ok = true });
        _session = TestCredentials.Token(_gateway.Services.AddUser(), Now);
        _live = _gateway.Services.AddKey();
        _test = _gateway.Services.AddKey(identity => identity with { Test = true });
    }

    [OneTimeTearDown]
    public async Task Stop() => await _gateway.DisposeAsync();

    [TestCase(null, null, false)]
    [TestCase("live", false, false)]
    [TestCase("test", true, true)]
    public async Task A_session_sees_what_it_chose_or_both(string? mode, bool? sees, bool makesTest)
    {
        var caller = await CallerAsync(_session, mode);
        Assert.That((caller.Sees.Test, caller.MakesIn.Test), Is.EqualTo((sees, (bool?)makesTest)));
    }

    [TestCase(false, null)]
    [TestCase(false, "live")]
    [TestCase(true, null)]
    [TestCase(true, "test")]
    public async Task A_key_sees_its_own_world(bool test, string? mode)
    {
        var caller = await CallerAsync(test ? _test : _live, mode);
        Assert.That((caller.Sees.Test, caller.MakesIn.Test), Is.EqualTo(((bool?)test, (bool?)test)));
    }

    [TestCase(false, "test", "live key")]
    [TestCase(true, "live", "test key")]
    public async Task A_key_is_refused_the_other_world(bool test, string mode, string why)
    {
        var fault = await FaultAsync(test ? _test : _live, mode);
        Assert.That(fault, Does.Contain(why));
    }

    [TestCase("")]
    [TestCase("Live")]
    [TestCase("both")]
    [TestCase("live,test")]
    [TestCase("true")]
    public async Task Any_other_value_is_refused(string mode)
    {
        foreach (var credential in (string[])[_session, _live, _test])
            Assert.That(await FaultAsync(credential, mode), Is.EqualTo("must be test or live, once"));
    }

    [Test]
    public async Task Twice_is_refused()
    {
        using var answer = await _gateway.SendAsync(HttpMethod.Get, "/v1/jobs", _session,
            headers: [(Mode.Header, "live"), (Mode.Header, "live")]);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
    }

    [Test]
    public async Task The_header_itself_goes_no_further()
    {
        await CallerAsync(_session, "test");
        Assert.That(_gateway.Services.Received.Last(request => request.Service == "jobs").Headers.Keys,
            Has.None.EqualTo(Mode.Header).IgnoreCase);
    }

    /// <summary>The refusal is one of the API that was asked.</summary>
    [TestCase("/vivid-flow/api/v1/history", "X-API-Key")]
    [TestCase("/vydra/api/v1/organization", "Authorization")]
    [TestCase("/ai-studio/api/v1/video-jobs", "Authorization")]
    [TestCase("/vsl/status/00000000-0000-0000-0000-000000000000", "X-API-Key")]
    [TestCase("/visualizr/api/v1/assets/videos", "Authorization")]
    public async Task A_dialect_refuses_in_its_own_words(string path, string header)
    {
        var credential = header == "Authorization" ? $"Bearer {_live}" : _live;
        using var answer = await _gateway.SendAsync(HttpMethod.Get, path, headers: [(Mode.Header, "test"), (header, credential)]);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest), text);
        Assert.That(text, Does.Not.Contain("urn:"));
    }

    async Task<Caller> CallerAsync(string credential, string? mode)
    {
        _gateway.Services.ClearReceived();
        using var answer = await _gateway.SendAsync(HttpMethod.Get, "/v1/jobs", credential,
            headers: mode is null ? [] : [(Mode.Header, mode)]);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        return (await _gateway.CallerOfAsync(_gateway.Services.Received.Last(request => request.Service == "jobs")))!;
    }

    async Task<string> FaultAsync(string credential, string mode)
    {
        using var answer = await _gateway.SendAsync(HttpMethod.Get, "/v1/jobs", credential, headers: (Mode.Header, mode));
        var problem = JsonSerializer.Deserialize<Problem>(await answer.Content.ReadAsStringAsync(), ApiJson.Options)!;
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        return problem.Errors![Mode.Header].Single();
    }
}
