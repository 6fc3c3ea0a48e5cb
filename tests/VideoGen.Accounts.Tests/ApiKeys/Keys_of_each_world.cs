using System.Net;
using System.Net.Http.Json;
using VideoGen.Accounts.Contracts;
using VideoGen.HttpApi;
using VideoGen.HttpApi.Paging;

namespace VideoGen.Accounts.Tests.ApiKeys;

/// <summary>A key sees and revokes keys of its own world; a session those of both.</summary>
public sealed class Keys_of_each_world
{
    AccountsApplication _accounts = null!;
    Guid _account;
    readonly Dictionary<bool, CreatedApiKey> _keys = [];

    [OneTimeSetUp]
    public async Task Start()
    {
        _accounts = await AccountsApplication.StartAsync();
        _account = await _accounts.OpenAccountAsync();
        foreach (var test in (bool[])[false, true])
        {
            using var answer = await _accounts.As(_account).PostAsJsonAsync("/v1/account/keys", new { name = "k", test });
            _keys[test] = (await answer.Content.ReadFromJsonAsync<CreatedApiKey>(ApiJson.Options))!;
        }
    }

    [OneTimeTearDown]
    public Task Stop() => _accounts.DisposeAsync().AsTask();

    [TestCase(false)]
    [TestCase(true)]
    public async Task Are_listed_there_alone(bool test)
    {
        using var http = Of(test);
        Assert.That((await ListAsync(http)).Select(key => key.Id), Is.EqualTo(new[] { _keys[test].Key.Id }));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Are_not_there_to_be_revoked_from_the_other(bool test)
    {
        using var http = Of(test);
        using var answer = await http.DeleteAsync($"/v1/account/keys/{_keys[!test].Key.Id}");
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That((await ListAsync(_accounts.As(_account))).Select(key => key.RevokedAt), Is.All.Null);
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Get_another_name_from_there_alone(bool test)
    {
        var name = $"renamed in {test}";
        using var http = Of(test);
        using var mine = await http.PatchAsJsonAsync($"/v1/account/keys/{_keys[test].Key.Id}", new { name });
        using var others = await http.PatchAsJsonAsync($"/v1/account/keys/{_keys[!test].Key.Id}", new { name });
        using var faulty =
            await http.PatchAsJsonAsync($"/v1/account/keys/{_keys[test].Key.Id}", new { name = " ", scopes = Array.Empty<string>() });
        Assert.That((await mine.ReadAsync<ApiKeyView>()).Name, Is.EqualTo(name));
        Assert.That(others.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That(await faulty.FaultsAsync(), Is.EqualTo(new[] { "name", "scopes" }));
        Assert.That((await ListAsync(http)).Select(key => key.Name), Is.EqualTo(new[] { name }));
    }

    [Test]
    public async Task Are_all_there_for_a_session() =>
        Assert.That((await ListAsync(_accounts.As(_account))).Select(key => key.Test), Is.EquivalentTo(new[] { true, false }));

    [Test]
    public async Task Show_the_ledger_to_live_ones_alone()
    {
        using var live = Of(test: false);
        using var test = Of(test: true);
        Assert.That((await live.GetFromJsonAsync<Page<LedgerEntry>>("/v1/account/ledger", ApiJson.Options))!.Data,
            Is.Not.Empty, "the plan's first grant");
        Assert.That((await test.GetFromJsonAsync<Page<LedgerEntry>>("/v1/account/ledger", ApiJson.Options))!.Data, Is.Empty);
    }

    HttpClient Of(bool test) => _accounts.As(AccountsApplication.CallerOf(_account) with { UserId = null,
        KeyId = _keys[test].Key.Id, Test = test, SeesBoth = false });

    static async Task<IReadOnlyList<ApiKeyView>> ListAsync(HttpClient http) =>
        (await http.GetFromJsonAsync<Page<ApiKeyView>>("/v1/account/keys", ApiJson.Options))!.Data;
}
