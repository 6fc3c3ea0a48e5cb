using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using VideoGen.Accounts.Contracts;
using VideoGen.HttpApi;
using VideoGen.Jobs.Contracts;
using VideoGen.Storage.Contracts;

namespace VideoGen.Bench.Dialects;

/// <summary>Opens accounts for the load.</summary>
internal sealed class BenchAccounts(BenchedSystem system, HttpClient http)
{
    /// <param name="plan">Decides the limits.</param>
    public Task<BenchAccount> OpenAsync(string plan) => BenchAccount.OpenAsync(system, http, plan);
}

/// <summary>An account with keys and credits.</summary>
internal sealed class BenchAccount
{
    /// <summary>Some of the APIs limit what one key may do a minute.</summary>
    const int ManyKeys = 90;

    readonly HttpClient _http;
    readonly List<string> _keys = [];
    string _test = "";

    BenchAccount(HttpClient http) => _http = http;

    public string TestKey => _test;

    /// <summary>The n-th key, in turn.</summary>
    public string Key(int number) => _keys[number % _keys.Count];

    /// <param name="test">Whether its many keys are test keys; what test keys make is there for them alone.</param>
    /// <param name="keys">How many, beside one test key.</param>
    public static async Task<BenchAccount> OpenAsync(BenchedSystem system, HttpClient http, string plan, bool test = false, int keys = ManyKeys)
    {
        var account = new BenchAccount(http);
        var credentials = new { email = $"bench-{Guid.NewGuid():n}@example.com", password = "correct horse battery staple" };
        await account.SendAsync<object>(HttpMethod.Post, "/v1/accounts", credentials, bearer: null);
        var token = (await account.SendAsync<TokenAnswer>(HttpMethod.Post, "/v1/auth/token", credentials, bearer: null)).AccessToken;
        var id = (await account.SendAsync<AccountView>(HttpMethod.Get, "/v1/account", body: null, token)).Id;
        var operators = system.Endpoints.OperatorKey;
        await account.SendAsync<object>(HttpMethod.Put, $"/admin/v1/accounts/{id}/plan", new ChangePlanRequest(plan), operators);
        await account.SendAsync<object>(HttpMethod.Post, $"/admin/v1/accounts/{id}/grants", new GrantCreditsRequest(100_000_000, "bench"), operators);
        for (var number = 0; number < keys; number++)
        {
            var key = new CreateApiKeyRequest($"bench {number}", Test: test);
            account._keys.Add((await account.SendAsync<CreatedApiKey>(HttpMethod.Post, "/v1/account/keys", key, token)).Secret);
        }
        account._test = (await account.SendAsync<CreatedApiKey>(HttpMethod.Post, "/v1/account/keys", new CreateApiKeyRequest("test", Test: true), token)).Secret;
        return account;
    }

    /// <summary>A live job that is completed, on the simulator.</summary>
    public async Task<Guid> CompletedAsync(string model, object input)
    {
        var body = new { model, input = JsonSerializer.SerializeToElement(input), simulate = new { } };
        var job = await SendAsync<JobView>(HttpMethod.Post, "/v1/jobs", body, Key(0));
        while (!JobStatus.Ends.Contains(job.Status))
            job = await SendAsync<JobView>(HttpMethod.Get, $"/v1/jobs/{job.Id}?wait=10s", body: null, Key(0));
        return job.Status == JobStatus.Completed ? job.Id : throw new InvalidOperationException($"A job of {model} ended {job.Status}: {job.Error}");
    }

    /// <summary>Takes every running slot with jobs that go on for ever, so that what is submitted afterwards only waits.</summary>
    public async Task BlockAsync(int slots)
    {
        for (var slot = 0; slot < slots; slot++)
            await SendAsync<JobView>(HttpMethod.Post, "/v1/jobs", new { model = "wan2.1", input = new { prompt = "stall" }, simulate = new { stall_at_percent = 0 } }, _test);
    }

    /// <summary>The new file's id.</summary>
    public async Task<Guid> UploadAsync(byte[] file, string name = "picture.png")
    {
        using var form = new MultipartFormDataContent { { new ByteArrayContent(file), "file", name } };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/uploads") { Content = form };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Key(0));
        using var answer = await _http.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<AssetView>(ApiJson.Options))!.Id;
    }

    public async Task<T> SendAsync<T>(HttpMethod method, string path, object? body, string? bearer)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body, options: ApiJson.Options) };
        if (bearer is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        using var answer = await _http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode
            ? JsonSerializer.Deserialize<T>(text, ApiJson.Options)!
            : throw new InvalidOperationException($"{method} {path} answered {(int)answer.StatusCode}: {text}");
    }
}
