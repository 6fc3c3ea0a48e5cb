using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using VideoGen.ServiceDefaults.Callers;

namespace VideoGen.ServiceDefaults.Tests.Callers;

[TestFixture]
public sealed class Calling_a_service
{
    static readonly Caller Someone = new(Guid.CreateVersion7(), null, Guid.CreateVersion7(), Test: false, "free", ["jobs:read"], IsOperator: false);

    readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    Service _service = null!;
    HttpClient _http = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _service = await Service.StartAsync(app =>
        {
            app.MapGet("/v1/me", (Caller caller) => caller.AccountId);
            app.MapGet("/v1/written", (Caller caller) => caller.AccountId).RequireScope("jobs:write");
            app.MapGet("/v1/open", () => "anybody").OpenToPublic();
            app.MapGet("/admin/v1/things", (Caller caller) => "operators");
            app.MapInternal().MapGet("/things", () => "processes");
        }, builder => builder.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(_time)));
        _http = new HttpClient { BaseAddress = _service.Address };
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        _http.Dispose();
        await _service.DisposeAsync();
    }

    [SetUp]
    public void Return_to_now() => _time.AdjustTime(DateTimeOffset.UtcNow);

    [Test]
    public async Task Hands_the_caller_to_the_endpoint()
    {
        using var answer = await SendAsync("/v1/me", _service.Tokens.Issue(Someone));
        Assert.That(await answer.Content.ReadFromJsonAsync<Guid>(), Is.EqualTo(Someone.AccountId));
    }

    [TestCase("/v1/me")]
    [TestCase("/internal/things")]
    [TestCase("/admin/v1/things")]
    public async Task Without_a_token_is_refused_with_a_problem(string path)
    {
        using var answer = await SendAsync(path, token: null);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Multiple(() =>
        {
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
            Assert.That(answer.Content.Headers.ContentType?.MediaType, Is.EqualTo("application/problem+json"));
            Assert.That(problem.GetProperty("code").GetString(), Is.EqualTo("unauthorized"));
        });
    }

    [Test]
    public async Task Without_a_token_reaches_what_is_open_to_the_public()
    {
        using var answer = await SendAsync("/v1/open", token: null);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task As_a_process_reaches_internal_routes_but_none_that_needs_a_caller()
    {
        var token = _service.Tokens.Issue(caller: null);
        using var inside = await SendAsync("/internal/things", token);
        using var outside = await SendAsync("/v1/me", token);
        Assert.Multiple(() =>
        {
            Assert.That(inside.StatusCode, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(outside.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
        });
    }

    [Test]
    public async Task As_a_customer_finds_no_admin_routes()
    {
        using var customer = await SendAsync("/admin/v1/things", _service.Tokens.Issue(Someone));
        using var admin = await SendAsync("/admin/v1/things", _service.Tokens.Issue(Someone with { IsOperator = true }));
        Assert.Multiple(() =>
        {
            Assert.That(customer.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
            Assert.That(admin.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        });
    }

    [Test]
    public async Task Without_the_scope_says_which_one_is_missing()
    {
        using var answer = await SendAsync("/v1/written", _service.Tokens.Issue(Someone));
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Multiple(() =>
        {
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
            Assert.That(problem.GetProperty("detail").GetString(), Does.Contain("jobs:write"));
        });
    }

    [TestCase(80, HttpStatusCode.OK, TestName = "A_token_lives_a_minute_and_the_clock_skew")]
    [TestCase(100, HttpStatusCode.Unauthorized, TestName = "A_token_dies_after_a_minute_and_the_clock_skew")]
    public async Task A_token_has_a_life(int secondsLater, HttpStatusCode expected)
    {
        var token = _service.Tokens.Issue(Someone);
        _time.Advance(TimeSpan.FromSeconds(secondsLater));
        using var answer = await SendAsync("/v1/me", token);
        Assert.That(answer.StatusCode, Is.EqualTo(expected));
    }

    [Test]
    public async Task A_token_that_was_known_once_dies_all_the_same()
    {
        var token = _service.Tokens.Issue(Someone with { KeyId = Guid.CreateVersion7() });
        using (var early = await SendAsync("/v1/me", token)) Assert.That(early.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        _time.Advance(TimeSpan.FromSeconds(100));
        using var late = await SendAsync("/v1/me", token);
        Assert.That(late.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    [Test]
    public async Task A_callers_token_is_used_again_while_it_is_young_and_says_the_same()
    {
        var busy = Someone with { KeyId = Guid.CreateVersion7() };
        var first = _service.Tokens.Issue(busy);
        var soon = _service.Tokens.Issue(busy with { Scopes = ["jobs:read"] });
        var widened = _service.Tokens.Issue(busy with { Scopes = ["jobs:read", "jobs:write"] });
        _time.Advance(CallerToken.Reuse + TimeSpan.FromSeconds(1));
        var later = _service.Tokens.Issue(busy with { Scopes = ["jobs:read", "jobs:write"] });
        var read = await _service.Tokens.VerifyAsync(widened);
        Assert.Multiple(() =>
        {
            Assert.That(soon, Is.EqualTo(first), "the same caller");
            Assert.That(widened, Is.Not.EqualTo(first), "other scopes");
            Assert.That(read.Caller!.Scopes, Is.EqualTo(new[] { "jobs:read", "jobs:write" }));
            Assert.That(later, Is.Not.EqualTo(widened), "some time later");
        });
    }

    [TestCaseSource(nameof(Forgeries))]
    public async Task With_a_forged_token_is_refused(string token)
    {
        using var answer = await SendAsync("/v1/me", token);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    static IEnumerable<TestCaseData> Forgeries()
    {
        TestCaseData Case(string name, string token) => new TestCaseData(token).SetArgDisplayNames(name);

        foreach (var alg in new[] { "none", "None", "NONE", "nOnE", "HS384", "HS512", "RS256" })
            yield return Case("unsigned, alg " + alg, Unsigned(alg));
        yield return Case("another key", Signed("another-secret-of-the-right-length-0123"));
        yield return Case("another algorithm", Signed(Service.SigningKey + Service.SigningKey, SecurityAlgorithms.HmacSha512));
        yield return Case("another issuer", Signed(issuer: "someone"));
        yield return Case("another audience", Signed(audience: "videogen"));
        yield return Case("expired", Signed(from: -600));
        yield return Case("from the future", Signed(from: 600));
        yield return Case("no expiry", Signed(expires: false));
        yield return Case("empty", "");
        yield return Case("dots", "..");
        yield return Case("text", "not a token");
        yield return Case("huge", new string('a', 9000));
        yield return Case("signature cut off", Signed()[..^4]);
        yield return Case("two tokens", Signed() + "," + Signed());
        yield return Case("changed payload", Changed());
    }

    static string Payload(string issuer, string audience, int from, bool expires)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds() + from;
        var claims = new Dictionary<string, object?> { ["iss"] = issuer, ["aud"] = audience, ["nbf"] = now, ["caller"] = Someone with { IsOperator = true } };
        if (expires) claims["exp"] = now + 60;
        return JsonSerializer.Serialize(claims);
    }

    static string Signed(string key = Service.SigningKey, string algorithm = SecurityAlgorithms.HmacSha256, string issuer = "videogen",
        string audience = "videogen-internal", int from = 0, bool expires = true) =>
        new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(Payload(issuer, audience, from, expires),
            new SigningCredentials(new SymmetricSecurityKey(Encoding.UTF8.GetBytes(key)), algorithm));

    static string Unsigned(string algorithm) =>
        $"{Base64UrlEncoder.Encode($$"""{"alg":"{{algorithm}}","typ":"JWT"}""")}.{Base64UrlEncoder.Encode(Payload("videogen", "videogen-internal", 0, expires: true))}.";

    static string Changed()
    {
        var parts = Signed().Split('.');
        return $"{parts[0]}.{Base64UrlEncoder.Encode(Payload("videogen", "videogen-internal", 1, expires: true))}.{parts[2]}";
    }

    async Task<HttpResponseMessage> SendAsync(string path, string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (token is not null) request.Headers.TryAddWithoutValidation(CallerToken.Header, token);
        return await _http.SendAsync(request);
    }
}
