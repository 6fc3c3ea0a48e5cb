using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using VideoGen.Accounts.ApiKeys;
using VideoGen.Accounts.Contracts;
using VideoGen.Accounts.Contracts.Events;
using VideoGen.HttpApi;
using VideoGen.HttpApi.Paging;
using VideoGen.Testing;

namespace VideoGen.Accounts.Tests.ApiKeys;

public sealed class Keys_of_an_account
{
    AccountsApplication _accounts = null!;
    ConcurrentQueue<ApiKeyRevoked> _revoked = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _accounts = await AccountsApplication.StartAsync();
        _revoked = await _accounts.ListenAsync<ApiKeyRevoked>();
    }

    [OneTimeTearDown]
    public Task Stop() => _accounts.DisposeAsync().AsTask();

    [Test]
    public async Task Show_their_secret_once_and_only_its_hash_is_stored()
    {
        var (account, client) = await OpenAsync();
        var created = await CreateAsync(client, new { name = "Büro 🔑" });
        Assert.That(ApiKeyFormat.IsWellFormed(created.Secret), Is.True);
        Assert.That(created.Key.Scopes, Is.EqualTo(Scope.All));
        var list = await (await client.GetAsync("/v1/account/keys")).Content.ReadAsStringAsync();
        Assert.That(list, Does.Contain(created.Key.Id.ToString()).And.Contain(created.Secret[..12]).And.Not.Contain(created.Secret[12..]));
        Assert.That((await ListAsync(client)).Single().Name, Is.EqualTo("Büro 🔑"));
        Assert.That(await _accounts.Database.ScalarAsync<byte[]>("select secret_hash from api_keys where account_id = $1", account),
            Is.EqualTo(SHA256.HashData(Encoding.ASCII.GetBytes(created.Secret))));
        var everything = await _accounts.Database.ScalarAsync<string>("select string_agg(k::text, '') from api_keys k");
        Assert.That(everything, Does.Not.Contain(created.Secret[12..]));
    }

    [Test]
    public async Task Stand_for_their_account()
    {
        var (account, client) = await OpenAsync();
        var created = await CreateAsync(client, new { name = "k", scopes = new[] { "jobs:read", "jobs:write", "jobs:read" } });
        var identity = await IdentifyAsync(created.Secret);
        Assert.Multiple(() =>
        {
            Assert.That((identity!.AccountId, identity.KeyId, identity.UserId, identity.Test, identity.Plan, identity.IsOperator, identity.ExpiresAt),
                Is.EqualTo((account, (Guid?)created.Key.Id, (Guid?)null, false, "free", false, (DateTimeOffset?)null)));
            Assert.That(identity.Scopes, Is.EqualTo(new[] { "jobs:read", "jobs:write" }));
            Assert.That(identity.RateLimits, Is.EqualTo(new RateLimits(30, 300)));
        });
    }

    [Test]
    public async Task Note_their_last_use_at_most_once_a_minute()
    {
        var (_, client) = await OpenAsync();
        var created = await CreateAsync(client, new { name = "k" });
        Assert.That(created.Key.LastUsedAt, Is.Null);
        await IdentifyAsync(created.Secret);
        var first = (await ListAsync(client)).Single().LastUsedAt;
        await IdentifyAsync(created.Secret);
        Assert.That((await ListAsync(client)).Single().LastUsedAt, Is.EqualTo(first).And.Not.Null);
        await _accounts.Database.ExecuteAsync("update api_keys set last_used_at = last_used_at - interval '61 seconds' where id = $1", created.Key.Id);
        await IdentifyAsync(created.Secret);
        Assert.That((await ListAsync(client)).Single().LastUsedAt, Is.GreaterThan(first!.Value));
    }

    [Test]
    public async Task That_are_revoked_stop_at_once_and_are_announced_once()
    {
        var (account, client) = await OpenAsync();
        var created = await CreateAsync(client, new { name = "k" });
        for (var time = 0; time < 3; time++)
            Assert.That((await client.DeleteAsync($"/v1/account/keys/{created.Key.Id}")).StatusCode, Is.EqualTo(HttpStatusCode.NoContent));
        Assert.That(await IdentifyAsync(created.Secret), Is.Null);
        await Eventually.ThatAsync(() => _revoked.Any(revoked => revoked.KeyId == created.Key.Id));
        var listed = (await ListAsync(client)).Single();
        Assert.That(_revoked.Where(revoked => revoked.KeyId == created.Key.Id), Is.EqualTo(new[] { new ApiKeyRevoked(account, created.Key.Id, listed.RevokedAt!.Value) }));
    }

    [Test]
    public async Task That_have_expired_stop()
    {
        var (_, client) = await OpenAsync();
        var created = await CreateAsync(client, new { name = "k", expires_at = DateTimeOffset.UtcNow.AddHours(1) });
        Assert.That((await IdentifyAsync(created.Secret))!.ExpiresAt, Is.EqualTo(created.Key.ExpiresAt));
        await _accounts.Database.ExecuteAsync("update api_keys set expires_at = now() where id = $1", created.Key.Id);
        Assert.That(await IdentifyAsync(created.Secret), Is.Null);
    }

    [Test]
    public async Task Of_someone_else_are_answered_like_missing_ones()
    {
        var (_, owner) = await OpenAsync();
        var (_, stranger) = await OpenAsync();
        var created = await CreateAsync(owner, new { name = "k" });
        var foreign = await (await stranger.DeleteAsync($"/v1/account/keys/{created.Key.Id}")).JsonAsync();
        var missing = await (await stranger.DeleteAsync($"/v1/account/keys/{Guid.CreateVersion7()}")).JsonAsync();
        Assert.That(Essence(foreign), Is.EqualTo(Essence(missing)));
        Assert.That(foreign.GetProperty("status").GetInt32(), Is.EqualTo(404));
        Assert.That(await (await stranger.DeleteAsync("/v1/account/keys/not-an-id")).RefusalAsync(), Is.EqualTo("404 not_found"));
        Assert.That(await IdentifyAsync(created.Secret), Is.Not.Null);
        Assert.That(await ListAsync(stranger), Is.Empty);
    }

    [Test]
    public async Task Never_get_more_than_their_maker_has()
    {
        var account = await _accounts.OpenAccountAsync();
        var caller = AccountsApplication.CallerOf(account);
        using var narrow = _accounts.As(caller with { Scopes = [Scope.AccountWrite, Scope.JobsRead] });
        Assert.That(await (await PostAsync(narrow, new { name = "k", scopes = new[] { "jobs:read", "jobs:write" } })).RefusalAsync(), Is.EqualTo("403 forbidden"));
        Assert.That((await CreateAsync(narrow, new { name = "k" })).Key.Scopes, Is.EquivalentTo(new[] { Scope.AccountWrite, Scope.JobsRead }));

        using var tester = _accounts.As(caller with { Test = true });
        Assert.That(await (await PostAsync(tester, new { name = "k", test = false })).RefusalAsync(), Is.EqualTo("403 forbidden"));
        Assert.That((await CreateAsync(tester, new { name = "k" })).Secret, Does.StartWith("vg_test_"));
    }

    [Test]
    public async Task That_expire_make_no_keys_that_live_longer()
    {
        var account = await _accounts.OpenAccountAsync();
        using var user = _accounts.As(account);
        var end = DateTimeOffset.UtcNow.AddHours(1);
        var maker = await CreateAsync(user, new { name = "maker", expires_at = end });
        using var client = _accounts.As(AccountsApplication.CallerOf(account) with { UserId = null, KeyId = maker.Key.Id });
        Assert.That(await (await PostAsync(client, new { name = "k", expires_at = end.AddHours(1) })).RefusalAsync(), Is.EqualTo("403 forbidden"));
        Assert.That((await CreateAsync(client, new { name = "k" })).Key.ExpiresAt, Is.EqualTo(maker.Key.ExpiresAt));
    }

    [Test]
    public async Task Are_at_most_a_hundred_in_use_even_when_made_at_once()
    {
        var (_, client) = await OpenAsync();
        var answers = new ConcurrentBag<HttpResponseMessage>();
        await Parallel.ForEachAsync(Enumerable.Range(0, 110), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (_, _) => answers.Add(await PostAsync(client, new { name = "k" })));
        Assert.That(answers.Count(answer => answer.StatusCode == HttpStatusCode.Created), Is.EqualTo(100));
        Assert.That(await answers.First(answer => !answer.IsSuccessStatusCode).RefusalAsync(), Is.EqualTo("409 quota_exceeded"));

        var pages = await (await client.GetAsync("/v1/account/keys?limit=60")).ReadAsync<Page<ApiKeyView>>();
        var rest = await (await client.GetAsync($"/v1/account/keys?limit=60&cursor={pages.NextCursor}")).ReadAsync<Page<ApiKeyView>>();
        Assert.That(pages.Data.Concat(rest.Data).Select(key => key.Id).Distinct().Count(), Is.EqualTo(100));
        Assert.That((pages.HasMore, rest.HasMore, rest.NextCursor), Is.EqualTo((true, false, (string?)null)));

        await client.DeleteAsync($"/v1/account/keys/{pages.Data[0].Id}");
        await CreateAsync(client, new { name = "after" });
    }

    [TestCase("""{}""", "name")]
    [TestCase("""{"name": 1, "scopes": "jobs:read", "expires_at": 5, "test": "yes"}""", "expires_at name scopes test")]
    [TestCase("""{"name": "", "scopes": []}""", "name scopes")]
    [TestCase("""{"name": "a\u0000", "scopes": ["jobs:read", "everything"]}""", "name scopes")]
    [TestCase("""{"name": "a", "scopes": [1]}""", "scopes")]
    [TestCase("""{"name": "a", "expires_at": "tomorrow"}""", "expires_at")]
    [TestCase("""{"name": "a", "expires_at": "2020-01-01T00:00:00Z"}""", "expires_at")]
    [TestCase("""{"name": "a", "expires_at": "2199-01-01T00:00:00Z"}""", "expires_at")]
    [TestCase("""{"name": "a", "expires_at": "2030-13-01T00:00:00Z"}""", "expires_at")]
    [TestCase("""{"name": "a", "expires_at": "2030-01-01T00:00:00"}""", "expires_at")]
    [TestCase("""{"name": "a", "operator": true, "account_id": "x"}""", "account_id operator")]
    public async Task Are_refused_by_field_when_asked_for_with_nonsense(string body, string fields)
    {
        var (_, client) = await OpenAsync();
        Assert.That(await (await client.PostTextAsync("/v1/account/keys", body)).FaultsAsync(), Is.EqualTo(fields.Split(' ')));
        Assert.That(await (await client.PostTextAsync("/v1/account/keys", $$"""{"name": "{{new string('n', 1_000_000)}}"}""")).FaultsAsync(), Is.EqualTo(new[] { "name" }));
    }

    [TestCase("""{}""")]
    [TestCase("""{"api_key": null}""")]
    [TestCase("""{"api_key": ""}""")]
    [TestCase("""{"api_key": "vg_live_DDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDD1QcfC8"}""")]
    [TestCase("""{"api_key": "vg_live_DDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDD1QcfC9"}""")]
    [TestCase("""{"api_key": "\u0000"}""")]
    public async Task That_nobody_made_are_unknown(string body) =>
        Assert.That(await (await _accounts.Inside.PostTextAsync("/internal/identities/by-key", body)).RefusalAsync(), Is.EqualTo("404 not_found"));

    [Test]
    public async Task Are_known_by_their_id_as_by_their_secret_until_they_are_revoked()
    {
        var (_, client) = await OpenAsync();
        var created = await CreateAsync(client, new { name = "browser" });
        var address = $"/internal/identities/by-key-id/{created.Key.Id}";
        using var living = await _accounts.Inside.GetAsync(address);
        Assert.That(await living.Content.ReadAsStringAsync(), Is.EqualTo(JsonSerializer.Serialize(await IdentifyAsync(created.Secret), ApiJson.Options)));

        using var revoked = await client.DeleteAsync($"/v1/account/keys/{created.Key.Id}");
        Assert.That(await (await _accounts.Inside.GetAsync(address)).RefusalAsync(), Is.EqualTo("404 not_found"));
    }

    async Task<(Guid Account, HttpClient Client)> OpenAsync()
    {
        var account = await _accounts.OpenAccountAsync();
        return (account, _accounts.As(account));
    }

    async Task<Identity?> IdentifyAsync(string key)
    {
        using var answer = await _accounts.Inside.PostAsJsonAsync("/internal/identities/by-key", new KeyLookup(key), ApiJson.Options);
        return answer.StatusCode == HttpStatusCode.NotFound ? null : await answer.ReadAsync<Identity>();
    }

    static async Task<CreatedApiKey> CreateAsync(HttpClient client, object body) => await (await PostAsync(client, body)).ReadAsync<CreatedApiKey>();

    static Task<HttpResponseMessage> PostAsync(HttpClient client, object body) => client.PostAsJsonAsync("/v1/account/keys", body, ApiJson.Options);

    static async Task<IReadOnlyList<ApiKeyView>> ListAsync(HttpClient client) => (await client.GetFromJsonAsync<Page<ApiKeyView>>("/v1/account/keys", ApiJson.Options))!.Data;

    static string Essence(JsonElement problem) => string.Join('|', problem.EnumerateObject().Where(member => member.Name != "trace_id").Select(member => member.ToString()));
}
