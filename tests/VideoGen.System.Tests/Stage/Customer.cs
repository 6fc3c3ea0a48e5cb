using System.Net.Http.Json;
using VideoGen.Accounts.Contracts;
using VideoGen.HttpApi;
using VideoGen.System.Tests.Clients;

namespace VideoGen.System.Tests.Stage;

/// <summary>A developer with an account of their own, its credits and plan as a test wants them, and every kind of credential.</summary>
sealed class Customer : IDisposable
{
    readonly StartedSystem _system;

    Customer(StartedSystem system, Guid accountId, string email, string password, string token, string liveKey, string testKey)
    {
        _system = system;
        AccountId = accountId;
        Email = email;
        Password = password;
        Token = token;
        LiveKey = liveKey;
        TestKey = testKey;
        Native = new NativeClient(system.Gateway, liveKey);
        Tests = new NativeClient(system.Gateway, testKey);
    }

    public Guid AccountId { get; }

    public string Email { get; }

    public string Password { get; }

    /// <summary>A JWT of the signed-in user.</summary>
    public string Token { get; }

    /// <summary>An API key that spends the account's credits.</summary>
    public string LiveKey { get; }

    /// <summary>An API key whose jobs are simulated, free, and may carry a <c>simulate</c> script.</summary>
    public string TestKey { get; }

    /// <summary>The native API with the live key.</summary>
    public NativeClient Native { get; }

    /// <summary>The native API with the test key.</summary>
    public NativeClient Tests { get; }

    /// <param name="credits">All that the account has, to the unit.</param>
    /// <param name="plan">free, creator, pro or enterprise; decides the limits only.</param>
    public static async Task<Customer> SignUpAsync(StartedSystem system, long credits = 10_000, string plan = "enterprise")
    {
        var credentials = new { email = $"dev-{Guid.NewGuid():n}@example.com", password = "correct horse battery staple" };
        using var anonymous = new NativeClient(system.Gateway, credential: null);
        await anonymous.PostAsync<object>("/v1/accounts", credentials);
        var token = (await anonymous.PostAsync<TokenAnswer>("/v1/auth/token", credentials)).AccessToken;
        using var signedIn = new NativeClient(system.Gateway, token);
        var account = await signedIn.AccountAsync();
        using var operators = new NativeClient(system.Gateway, system.OperatorKey);
        // Before the keys are first used: identities are cached with the plan's limits.
        if (plan != account.Plan) await SetPlanAsync(operators, account.Id, plan);
        if (credits > 0) await GrantAsync(operators, account.Id, credits);
        var live = await KeyAsync(signedIn, new CreateApiKeyRequest("system tests"));
        var test = await KeyAsync(signedIn, new CreateApiKeyRequest("system tests, test", Test: true));
        return new Customer(system, account.Id, credentials.email, credentials.password, token, live.Secret, test.Secret);
    }

    /// <summary>A client of one of the APIs; the live key unless told otherwise.</summary>
    public HttpClient Open(Door door, string? credential = null) => door.Open(_system.Gateway, credential ?? LiveKey);

    /// <summary>Another API key, for example one with few scopes, or one to revoke.</summary>
    public async Task<CreatedApiKey> NewKeyAsync(params IReadOnlyList<string> scopes)
    {
        using var signedIn = new NativeClient(_system.Gateway, Token);
        return await KeyAsync(signedIn, new CreateApiKeyRequest("another", scopes.Count == 0 ? null : scopes));
    }

    public async Task GrantAsync(long credits)
    {
        using var operators = new NativeClient(_system.Gateway, _system.OperatorKey);
        await GrantAsync(operators, AccountId, credits);
    }

    public void Dispose()
    {
        Native.Dispose();
        Tests.Dispose();
    }

    static Task<CreatedApiKey> KeyAsync(NativeClient signedIn, CreateApiKeyRequest request) => signedIn.PostAsync<CreatedApiKey>("/v1/account/keys", request);

    static Task GrantAsync(NativeClient operators, Guid account, long credits) =>
        operators.PostAsync<object>($"/admin/v1/accounts/{account}/grants", new GrantCreditsRequest(credits, "for the tests"));

    static async Task SetPlanAsync(NativeClient operators, Guid account, string plan)
    {
        using var changed = await operators.Http.PutAsJsonAsync($"/admin/v1/accounts/{account}/plan", new ChangePlanRequest(plan), ApiJson.Options);
        Assert.That(changed.IsSuccessStatusCode, Is.True, await changed.Content.ReadAsStringAsync());
    }
}
