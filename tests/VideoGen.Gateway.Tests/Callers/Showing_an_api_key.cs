using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using VideoGen.Gateway.Callers;

namespace VideoGen.Gateway.Tests.Callers;

[TestFixture]
public sealed class Showing_an_api_key
{
    GatewayApplication _gateway = null!;

    [SetUp]
    public async Task Start()
    {
        // A clock that stands still: what was learnt of a key does not grow old on a busy machine.
        _gateway = await GatewayApplication.StartAsync(new FakeTimeProvider(DateTimeOffset.UtcNow),
            "Gateway:Limits:MaxConnectionsPerAddress=2000");
        _gateway.Services.On("jobs", "GET", "/v1/jobs", 200, new { ok = true });
    }

    [TearDown]
    public async Task Stop() => await _gateway.DisposeAsync();

    [TestCase("Authorization", "Bearer {0}")]
    [TestCase("Authorization", "bearer {0}")]
    [TestCase("X-API-Key", "{0}")]
    [TestCase("x-api-key", "{0}")]
    public async Task Lets_its_account_in(string header, string form)
    {
        var key = _gateway.Services.AddKey();
        using var response = await _gateway.SendAsync(HttpMethod.Get, "/v1/jobs", headers: (header, string.Format(form, key)));
        var identity = _gateway.Services.IdentityOf(key);
        var caller = await _gateway.CallerOfAsync(_gateway.Services.Received.Single(request => request.Service == "jobs"));
        Assert.Multiple(() =>
        {
            Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(caller, Is.Not.Null);
            Assert.That((caller!.AccountId, caller.KeyId, caller.UserId, caller.Plan, caller.Test, caller.IsOperator),
                Is.EqualTo((identity.AccountId, identity.KeyId, identity.UserId, identity.Plan, identity.Test, identity.IsOperator)));
            Assert.That(caller.Scopes, Is.EqualTo(identity.Scopes));
        });
    }

    [Test]
    public async Task Leaves_no_credential_for_the_service()
    {
        var key = _gateway.Services.AddKey();
        using var response = await _gateway.SendAsync(HttpMethod.Get, "/v1/jobs", key, headers: ("X-API-Key", key));
        var received = _gateway.Services.Received.Single(request => request.Service == "jobs");
        Assert.Multiple(() =>
        {
            Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(received.Headers.Keys, Has.None.EqualTo("Authorization").IgnoreCase.And.None.EqualTo("X-API-Key").IgnoreCase);
        });
    }

    [Test]
    public async Task Refuses_two_different_ones()
    {
        var (first, second) = (_gateway.Services.AddKey(), _gateway.Services.AddKey());
        using var response = await _gateway.SendAsync(HttpMethod.Get, "/v1/jobs", first, headers: ("X-API-Key", second));
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    [Test]
    public async Task Refuses_a_header_that_is_given_twice()
    {
        var key = _gateway.Services.AddKey();
        var answer = await RawConnection.SendAsync(_gateway.Address, $"GET /v1/jobs HTTP/1.1\r\nHost: x\r\nX-API-Key: {key}\r\nX-API-Key: {key}\r\nConnection: close\r\n\r\n");
        Assert.That(answer, Does.StartWith("HTTP/1.1 401"));
    }

    [TestCase("Basic dXNlcjpwYXNz")]
    [TestCase("Bearer")]
    [TestCase("Bearer ")]
    [TestCase("Token abc")]
    [TestCase("Bearer vg_live_short")]
    public async Task Refuses_other_forms(string authorization)
    {
        using var response = await _gateway.SendAsync(HttpMethod.Get, "/v1/jobs", headers: ("Authorization", authorization));
        Assert.Multiple(() =>
        {
            Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
            Assert.That(response.Headers.WwwAuthenticate.ToString(), Does.StartWith("Bearer"));
        });
    }

    [Test]
    public void Knows_the_checksum_by_its_vector()
    {
        // CRC-32 of "123456789" is 0xCBF43926, the algorithm's own check value.
        Assert.Multiple(() =>
        {
            Assert.That(ApiKeyFormat.Checksum("123456789"), Is.EqualTo(Base62(0xCBF43926)));
            Assert.That(ApiKeyFormat.Checksum("mgk_test_0123456789ABCDEFGHIJKLMNOPQRSTUV"), Is.EqualTo("3FDVU6"));
        });
    }

    [Test]
    public async Task Refuses_a_wrong_checksum_without_asking_anybody()
    {
        var key = _gateway.Services.AddKey();
        for (var place = 8; place < key.Length; place++)
        {
            var changed = key[..place] + (key[place] == 'a' ? 'b' : 'a') + key[(place + 1)..];
            Assert.That(await _gateway.StatusOfAsync("/v1/jobs", changed), Is.EqualTo(HttpStatusCode.Unauthorized), $"place {place}");
        }
        Assert.That(_gateway.Services.Received, Is.Empty);
    }

    [Test]
    public async Task Asks_once_for_a_thousand_requests_at_a_time()
    {
        var key = _gateway.Services.AddKey();
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _gateway.Services.IdentityGate = gate.Task;
        var requests = Enumerable.Range(0, 1000).Select(_ => _gateway.StatusOfAsync("/v1/jobs", key)).ToArray();
        await Testing.Eventually.ThatAsync(() => _gateway.Services.Received.Count > 0);
        gate.SetResult();
        var statuses = await Task.WhenAll(requests);
        Assert.Multiple(() =>
        {
            Assert.That(statuses, Is.All.EqualTo(HttpStatusCode.OK));
            Assert.That(LookUps(), Is.EqualTo(1));
        });
    }

    [Test]
    public async Task Remembers_for_a_moment_that_a_key_is_unknown()
    {
        var key = TestCredentials.NewApiKey();
        var statuses = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => _gateway.StatusOfAsync("/v1/jobs", key)));
        Assert.Multiple(() =>
        {
            Assert.That(statuses, Is.All.EqualTo(HttpStatusCode.Unauthorized));
            Assert.That(LookUps(), Is.EqualTo(1));
        });
    }

    [Test]
    public async Task Says_503_when_nobody_can_be_asked()
    {
        _gateway.Services.On("accounts", "POST", "/internal/identities/by-key", context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });
        using var response = await _gateway.SendAsync(HttpMethod.Get, "/v1/jobs", TestCredentials.NewApiKey());
        using var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        Assert.Multiple(() =>
        {
            Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
            Assert.That(problem.RootElement.GetProperty("code").GetString(), Is.EqualTo("service_unavailable"));
            Assert.That(response.Headers.RetryAfter?.ToString(), Is.EqualTo("1"));
        });
    }

    [Test]
    public async Task Refuses_an_expired_one()
    {
        var key = _gateway.Services.AddKey(identity => identity with { ExpiresAt = DateTimeOffset.UtcNow.AddSeconds(-1) });
        Assert.That(await _gateway.StatusOfAsync("/v1/jobs", key), Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    int LookUps() => _gateway.Services.Received.Count(request => request.Target == "/internal/identities/by-key");

    static string Base62(uint value)
    {
        const string alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        var text = "";
        for (var digit = 0; digit < 6; digit++, value /= 62) text = alphabet[(int)(value % 62)] + text;
        return text;
    }
}
