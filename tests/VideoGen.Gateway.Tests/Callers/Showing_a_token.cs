using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;

namespace VideoGen.Gateway.Tests.Callers;

[TestFixture]
public sealed class Showing_a_token
{
    static readonly Guid User = Guid.CreateVersion7();

    GatewayApplication _gateway = null!;
    Guid _user;

    /// <summary>The gateway's clock stands still at it, so that no token ages while other tests run.</summary>
    static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;

    [OneTimeSetUp]
    public async Task Start()
    {
        _gateway = await GatewayApplication.StartAsync(new FakeTimeProvider(Now));
        _gateway.Services.On("jobs", "GET", "/v1/jobs", 200, new { ok = true });
        _user = _gateway.Services.AddUser(identity => identity with { UserId = User });
    }

    [OneTimeTearDown]
    public async Task Stop() => await _gateway.DisposeAsync();

    [Test]
    public async Task Lets_a_genuine_one_in_as_its_user()
    {
        _gateway.Services.ClearReceived();
        Assert.That(await _gateway.StatusOfAsync("/v1/jobs", TestCredentials.Token(_user, Now)), Is.EqualTo(HttpStatusCode.OK));
        var caller = await _gateway.CallerOfAsync(_gateway.Services.Received.Last(request => request.Service == "jobs"));
        Assert.That(caller?.UserId, Is.EqualTo(_user));
    }

    static IEnumerable<TestCaseData> Genuine()
    {
        var now = Now;
        yield return Named("expired 20 s ago, within the skew", TestCredentials.Token(User, now, body => body["exp"] = Unix(now.AddSeconds(-20))));
        yield return Named("valid in 20 s, within the skew", TestCredentials.Token(User, now, body => body["nbf"] = Unix(now.AddSeconds(20))));
        yield return Named("audience in a list", TestCredentials.Token(User, now, body => body["aud"] = (string[])["other", "videogen"]));
        yield return Named("no typ", TestCredentials.Token(User, now, header: head => head.Remove("typ")));
        yield return Named("no nbf", TestCredentials.Token(User, now, body => body.Remove("nbf")));
    }

    [TestCaseSource(nameof(Genuine))]
    public async Task Lets_in_what_the_standard_allows(string token) =>
        Assert.That(await _gateway.StatusOfAsync("/v1/jobs", token), Is.EqualTo(HttpStatusCode.OK));

    static IEnumerable<TestCaseData> Forged() => [.. ByAlgorithmOrKey(), .. ByClaims(), .. ByForm()];

    static string Claims(DateTimeOffset now, string audience = "videogen") =>
        JsonSerializer.Serialize(new { iss = "videogen", aud = audience, sub = User, nbf = Unix(now), exp = Unix(now.AddMinutes(5)) });

    static IEnumerable<TestCaseData> ByAlgorithmOrKey()
    {
        var now = Now;
        var claims = Claims(now);
        var (payload, signature) = TestCredentials.Token(User, now).Split('.') is [_, var p, var s] ? (p, s) : default;

        foreach (var none in (string[])["none", "None", "NONE", "nOnE", "nonE", "NoNe"])
        {
            var head = TestCredentials.Encode($$"""{"alg":"{{none}}","typ":"JWT"}""");
            yield return Named($"alg {none} without a signature", $"{head}.{payload}.");
            yield return Named($"alg {none} with the old signature", $"{head}.{payload}.{signature}");
        }
        foreach (var alg in (string[])["", "hs256", "HS 256", "HS1", "RS256", "ES256", "PS256", "EdDSA", "dir"])
            yield return Named($"alg {alg} though signed with HS256", TestCredentials.Token(User, now, header: head => head["alg"] = alg));
        yield return Named("no alg", TestCredentials.Token(User, now, header: head => head.Remove("alg")));
        yield return Named("alg a number", TestCredentials.Token(User, now, header: head => head["alg"] = 256));
        yield return Named("alg null", TestCredentials.Token(User, now, header: head => head["alg"] = null));
        yield return Named("HS384 with our key", TestCredentials.Sign("""{"alg":"HS384","typ":"JWT"}""", claims, HMACSHA384.HashData));
        yield return Named("HS512 with our key", TestCredentials.Sign("""{"alg":"HS512","typ":"JWT"}""", claims, HMACSHA512.HashData));
        yield return Named("HS384 that says HS256", TestCredentials.Sign("""{"alg":"HS256","typ":"JWT"}""", claims, HMACSHA384.HashData));
        yield return Named("RS256 with a key of one's own", RsaSigned(claims));
        yield return Named("wrong key", TestCredentials.Token(User, now, key: "another-key-of-a-fitting-length-0123456789"));
        yield return Named("empty key", TestCredentials.Token(User, now, key: ""));
        yield return Named("key of the caller tokens", TestCredentials.Token(User, now, key: TestCredentials.CallerKey));
        yield return Named("jwk in the header", TestCredentials.Token(User, now, key: "mine", header: head => head["jwk"] = new { kty = "oct", k = "bWluZQ" }));
        yield return Named("jku in the header", TestCredentials.Token(User, now, key: "mine", header: head => head["jku"] = "http://127.0.0.1:1/keys.json"));
        yield return Named("x5u in the header", TestCredentials.Token(User, now, key: "mine", header: head => head["x5u"] = "http://127.0.0.1:1/cert.pem"));
        yield return Named("kid that is a path", TestCredentials.Token(User, now, key: "", header: head => head["kid"] = "../../../../dev/null"));
        yield return Named("kid that is SQL", TestCredentials.Token(User, now, key: "mine", header: head => head["kid"] = "x' union select 'mine' --"));
        yield return Named("crit in the header", TestCredentials.Token(User, now, header: head => { head["crit"] = (string[])["exp"]; }));
        yield return Named("typ of another token", TestCredentials.Token(User, now, header: head => head["typ"] = "at+jwt"));
    }

    static IEnumerable<TestCaseData> ByClaims()
    {
        var now = Now;
        yield return Named("expired", TestCredentials.Token(User, now, body => body["exp"] = Unix(now.AddSeconds(-60))));
        yield return Named("expired long ago", TestCredentials.Token(User, now, body => body["exp"] = 1));
        yield return Named("no exp", TestCredentials.Token(User, now, body => body.Remove("exp")));
        yield return Named("exp a text", TestCredentials.Token(User, now, body => body["exp"] = "2999999999"));
        yield return Named("exp beyond time", TestCredentials.Token(User, now, body => body["exp"] = 1e300));
        yield return Named("exp negative", TestCredentials.Token(User, now, body => body["exp"] = -1));
        yield return Named("not valid yet", TestCredentials.Token(User, now, body => body["nbf"] = Unix(now.AddMinutes(2))));
        yield return Named("nbf a text", TestCredentials.Token(User, now, body => body["nbf"] = "soon"));
        yield return Named("wrong issuer", TestCredentials.Token(User, now, body => body["iss"] = "https://accounts.google.com"));
        yield return Named("no issuer", TestCredentials.Token(User, now, body => body.Remove("iss")));
        yield return Named("issuer in other case", TestCredentials.Token(User, now, body => body["iss"] = "VideoGen"));
        yield return Named("wrong audience", TestCredentials.Token(User, now, body => body["aud"] = "videogen-internal"));
        yield return Named("no audience", TestCredentials.Token(User, now, body => body.Remove("aud")));
        yield return Named("audience in a list without us", TestCredentials.Token(User, now, body => body["aud"] = (string[])["a", "b"]));
        yield return Named("no subject", TestCredentials.Token(User, now, body => body.Remove("sub")));
        yield return Named("subject not an id", TestCredentials.Token(User, now, body => body["sub"] = "admin"));
        yield return Named("subject unknown", TestCredentials.Token(Guid.CreateVersion7(), now));
    }

    static IEnumerable<TestCaseData> ByForm()
    {
        var now = Now;
        var claims = Claims(now);
        var good = TestCredentials.Token(User, now);
        var (header, payload, signature) = good.Split('.') is [var h, var p, var s] ? (h, p, s) : default;
        yield return Named("truncated signature", good[..^1]);
        yield return Named("truncated to half", good[..(good.Length / 2)]);
        yield return Named("no signature", $"{header}.{payload}");
        yield return Named("empty signature", $"{header}.{payload}.");
        yield return Named("empty header", $".{payload}.{signature}");
        yield return Named("empty payload", $"{header}..{signature}");
        yield return Named("a fourth part", good + ".e30");
        yield return Named("padded signature", good + "=");
        yield return Named("changed payload", $"{header}.{TestCredentials.Encode(claims.Replace("videogen", "videogeN", StringComparison.Ordinal))}.{signature}");
        yield return Named("signature of another token", $"{header}.{payload}.{TestCredentials.Token(Guid.CreateVersion7(), now).Split('.')[2]}");
        yield return Named("payload not JSON", TestCredentials.Sign("""{"alg":"HS256"}""", "not json", HMACSHA256.HashData));
        yield return Named("payload a list", TestCredentials.Sign("""{"alg":"HS256"}""", "[]", HMACSHA256.HashData));
        yield return Named("header a list", TestCredentials.Sign("[]", claims, HMACSHA256.HashData));
        yield return Named("only dots", "..");
        yield return Named("a megabyte-like length", new string('a', 8000));
        yield return Named("the caller token's own kind", TestCredentials.Sign("""{"alg":"HS256","typ":"JWT"}""", Claims(now, "videogen-internal"), HMACSHA256.HashData, TestCredentials.CallerKey));
    }

    [Test]
    public void Has_more_than_forty_forgeries_to_try() => Assert.That(Forged().Count(), Is.GreaterThanOrEqualTo(40));

    [TestCaseSource(nameof(Forged))]
    public async Task Refuses_a_forged_one(string token)
    {
        _gateway.Services.ClearReceived();
        using var response = await _gateway.SendAsync(HttpMethod.Get, "/v1/jobs", bearer: null, content: null, ("Authorization", "Bearer " + token));
        Assert.Multiple(() =>
        {
            Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
            Assert.That(_gateway.Services.Received.Where(request => request.Service == "jobs"), Is.Empty);
        });
    }

    static TestCaseData Named(string name, string token) => new TestCaseData(token).SetArgDisplayNames(name);

    static long Unix(DateTimeOffset time) => time.ToUnixTimeSeconds();

    static string RsaSigned(string claims)
    {
        using var rsa = RSA.Create(2048);
        return TestCredentials.Sign("""{"alg":"RS256","typ":"JWT"}""", claims, (_, signed) => rsa.SignData(signed, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    }
}
