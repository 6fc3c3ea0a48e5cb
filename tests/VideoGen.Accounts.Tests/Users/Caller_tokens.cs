using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using VideoGen.Accounts.Contracts;

namespace VideoGen.Accounts.Tests.Users;

public sealed class Caller_tokens
{
    static readonly string[] Guarded =
    [
        "GET /v1/account", "GET /v1/account/ledger", "GET /v1/account/keys", "POST /v1/account/keys", "DELETE /v1/account/keys/01a1fb93-e3fc-7e1a-960d-79448e911827",
        "GET /admin/v1/accounts", "GET /admin/v1/accounts/01a1fb93-e3fc-7e1a-960d-79448e911827", "GET /admin/v1/accounts/01a1fb93-e3fc-7e1a-960d-79448e911827/ledger",
        "POST /admin/v1/accounts/01a1fb93-e3fc-7e1a-960d-79448e911827/grants", "PUT /admin/v1/accounts/01a1fb93-e3fc-7e1a-960d-79448e911827/plan", "GET /admin/v1/plans",
        "GET /admin/v1/ledger/check", "PUT /internal/holds/01a1fb93-e3fc-7e1a-960d-79448e911827", "DELETE /internal/holds/01a1fb93-e3fc-7e1a-960d-79448e911827",
        "POST /internal/identities/by-key", "GET /internal/identities/by-user/01a1fb93-e3fc-7e1a-960d-79448e911827", "GET /internal/accounts/01a1fb93-e3fc-7e1a-960d-79448e911827",
        "GET /internal/identities/by-key-id/01a1fb93-e3fc-7e1a-960d-79448e911827", "POST /internal/limits/take", "GET /internal/openapi/v1.json",
        "GET /internal/dead-letters", "GET /internal/dead-letters/01a1fb93-e3fc-7e1a-960d-79448e911827",
        "POST /internal/dead-letters/replay", "POST /internal/dead-letters/discard",
        "PATCH /v1/account/keys/01a1fb93-e3fc-7e1a-960d-79448e911827", "POST /v1/account/password", "DELETE /v1/account",
        "PUT /internal/ended-sessions/01a1fb93-e3fc-7e1a-960d-79448e911827",
        "GET /internal/ended-sessions/01a1fb93-e3fc-7e1a-960d-79448e911827",
    ];

    AccountsApplication _accounts = null!;

    [OneTimeSetUp]
    public async Task Start() => _accounts = await AccountsApplication.StartAsync();

    [OneTimeTearDown]
    public Task Stop() => _accounts.DisposeAsync().AsTask();

    [Test]
    public async Task Are_needed_on_every_route_but_the_public_ones()
    {
        foreach (var route in Guarded) Assert.That(await StatusAsync(_accounts.Anonymous, route), Is.EqualTo(HttpStatusCode.Unauthorized), route);
    }

    [Test]
    public async Task That_are_forged_are_refused_on_every_route()
    {
        var account = await _accounts.OpenAccountAsync();
        var genuine = _accounts.Token(AccountsApplication.CallerOf(account) with { IsOperator = true });
        var parts = genuine.Split('.');
        var payload = Base64UrlEncoder.Decode(parts[1]);
        string[] forged =
        [
            "", "x", "a.b.c", genuine + "x", genuine[..^2], parts[0] + "." + parts[1] + ".",
            Base64UrlEncoder.Encode("""{"alg":"none","typ":"JWT"}""") + "." + parts[1] + ".", Base64UrlEncoder.Encode("""{"alg":"NONE","typ":"JWT"}""") + "." + parts[1] + "." + parts[2],
            parts[0] + "." + Base64UrlEncoder.Encode(payload.Replace(account.ToString(), Guid.NewGuid().ToString(), StringComparison.Ordinal)) + "." + parts[2],
            Signed(payload, "another-signing-key-of-forty-characters!"), Signed(payload.Replace("videogen-internal", "videogen", StringComparison.Ordinal)),
            Signed(payload.Replace("\"iss\":\"videogen\"", "\"iss\":\"somebody\"", StringComparison.Ordinal)), Signed(Without(payload, "exp")), Signed(Without(payload, "aud")), Signed(Without(payload, "iss")),
            Signed(With(payload, "exp", 1)), Signed(With(payload, "nbf", DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeSeconds())), SignedByHs512(payload),
        ];
        foreach (var token in forged)
        {
            using var client = _accounts.Client(token: null);
            client.DefaultRequestHeaders.TryAddWithoutValidation("X-VideoGen-Caller", token);
            foreach (var route in Guarded) Assert.That(await StatusAsync(client, route), Is.EqualTo(HttpStatusCode.Unauthorized), $"{route} {token}");
        }
    }

    [Test]
    public async Task Of_customers_find_no_operators_routes()
    {
        using var client = _accounts.As(await _accounts.OpenAccountAsync());
        foreach (var route in Guarded.Where(route => route.Contains("/admin/", StringComparison.Ordinal)))
            Assert.That(await StatusAsync(client, route), Is.EqualTo(HttpStatusCode.NotFound), route);
    }

    [Test]
    public async Task Of_a_service_itself_are_no_caller_for_the_public_routes()
    {
        foreach (var route in Guarded.Where(route => !route.Contains("/internal/", StringComparison.Ordinal)))
            Assert.That(await StatusAsync(_accounts.Inside, route), Is.EqualTo(HttpStatusCode.Unauthorized), route);
    }

    [Test]
    public async Task Need_the_scope_of_the_route()
    {
        using var reader = _accounts.As(AccountsApplication.CallerOf(Guid.NewGuid()) with { Scopes = [Scope.AccountRead] });
        using var nobody = _accounts.As(AccountsApplication.CallerOf(Guid.NewGuid()) with { Scopes = [] });
        foreach (var route in Guarded.Where(route => route.Contains("/v1/account", StringComparison.Ordinal) && !route.Contains("/admin/", StringComparison.Ordinal)))
        {
            Assert.That(await StatusAsync(nobody, route), Is.EqualTo(HttpStatusCode.Forbidden), route);
            if (!route.StartsWith("GET", StringComparison.Ordinal)) Assert.That(await StatusAsync(reader, route), Is.EqualTo(HttpStatusCode.Forbidden), route);
        }
    }

    [Test]
    public async Task Guard_every_route_there_is()
    {
        var routes = _accounts.Routes().ToList();
        Assert.That(routes, Has.Count.GreaterThan(20));
        var open = routes.Where(route => route.Open).Select(route => route.Pattern).Order().ToArray();
        Assert.That(open, Is.EqualTo(new[] { "/alive", "/health", "/v1/accounts", "/v1/auth/token", "/v1/plans" }));
        Assert.That(Guarded, Has.Length.EqualTo(routes.Count(route => !route.Open)), "a new route needs a line above");
        Assert.That(await StatusAsync(_accounts.Anonymous, "GET /v1/plans"), Is.EqualTo(HttpStatusCode.OK));
    }

    static async Task<HttpStatusCode> StatusAsync(HttpClient client, string route)
    {
        var (method, path) = (route.Split(' ')[0], route.Split(' ')[1]);
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (method is "POST" or "PUT") request.Content = new StringContent("{}", Encoding.UTF8, "application/json");
        using var answer = await client.SendAsync(request);
        return answer.StatusCode;
    }

    static string Signed(string payload, string key = AccountsApplication.SigningKey)
    {
        var signing = new SymmetricSecurityKey(Encoding.UTF8.GetBytes(key));
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(payload, new SigningCredentials(signing, SecurityAlgorithms.HmacSha256));
    }

    /// <summary>Genuine but for its algorithm. The token library makes no HS512 signature with a key as short as ours.</summary>
    static string SignedByHs512(string payload)
    {
        var signed = $"{Base64UrlEncoder.Encode("""{"alg":"HS512","typ":"JWT"}""")}.{Base64UrlEncoder.Encode(payload)}";
        return $"{signed}.{Base64UrlEncoder.Encode(HMACSHA512.HashData(Encoding.UTF8.GetBytes(AccountsApplication.SigningKey), Encoding.ASCII.GetBytes(signed)))}";
    }

    static string Without(string payload, string claim) => Edit(payload, claims => claims.Remove(claim));

    static string With(string payload, string claim, long value) => Edit(payload, claims => claims[claim] = value);

    static string Edit(string payload, Action<Dictionary<string, object>> edit)
    {
        var claims = JsonSerializer.Deserialize<Dictionary<string, object>>(payload)!;
        edit(claims);
        return JsonSerializer.Serialize(claims);
    }
}
