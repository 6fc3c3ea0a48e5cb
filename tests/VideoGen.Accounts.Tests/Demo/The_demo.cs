using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using VideoGen.Accounts.ApiKeys;
using VideoGen.Accounts.Contracts;
using VideoGen.Accounts.Demo;
using VideoGen.HttpApi;

namespace VideoGen.Accounts.Tests.Demo;

public sealed class The_demo
{
    readonly string _apiKey = ApiKeyFormat.Create(test: false);
    readonly string _testKey = ApiKeyFormat.Create(test: true);
    readonly string _operatorKey = ApiKeyFormat.Create(test: false);
    AccountsApplication _accounts = null!;

    [OneTimeSetUp]
    public async Task Start() => _accounts = await AccountsApplication.StartAsync(("Accounts:Demo:Email", "demo@videogen.local"), ("Accounts:Demo:Password", "demo-password"),
        ("Accounts:Demo:ApiKey", _apiKey), ("Accounts:Demo:TestKey", _testKey), ("Accounts:Demo:OperatorKey", _operatorKey));

    [OneTimeTearDown]
    public Task Stop() => _accounts.DisposeAsync().AsTask();

    [Test]
    public async Task Has_an_account_on_pro_with_a_live_and_a_test_key()
    {
        var (live, test) = (await IdentifyAsync(_apiKey), await IdentifyAsync(_testKey));
        Assert.Multiple(() =>
        {
            Assert.That((live!.Test, live.Plan, live.IsOperator), Is.EqualTo((false, "pro", false)));
            Assert.That((test!.Test, test.Plan, test.IsOperator), Is.EqualTo((true, "pro", false)));
            Assert.That(test!.AccountId, Is.EqualTo(live!.AccountId));
        });
        var answer = await _accounts.Anonymous.PostAsJsonAsync("/v1/auth/token", new TokenRequest("demo@videogen.local", "demo-password"), ApiJson.Options);
        await answer.ReadAsync<TokenAnswer>();
    }

    [Test]
    public async Task Has_an_operator_of_its_own_who_has_a_key_and_no_password()
    {
        var identity = await IdentifyAsync(_operatorKey);
        Assert.That((identity!.IsOperator, identity.Test), Is.EqualTo((true, false)));
        Assert.That(identity.AccountId, Is.Not.EqualTo((await IdentifyAsync(_apiKey))!.AccountId));
        var answer = await _accounts.Anonymous.PostAsJsonAsync("/v1/auth/token", new TokenRequest("operator@videogen.local", "demo-password"), ApiJson.Options);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    [Test]
    public async Task Is_made_once_however_often_and_by_however_many_it_is_started()
    {
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => _accounts.Services.GetServices<Microsoft.Extensions.Hosting.IHostedService>().OfType<DemoWorker>().Single().StartAsync(default)));
        Assert.That(await _accounts.Database.ScalarAsync<long>("select count(*) from accounts"), Is.EqualTo(2));
        Assert.That(await _accounts.Database.ScalarAsync<long>("select count(*) from api_keys"), Is.EqualTo(3));
    }

    [Test]
    public void With_wrong_settings_names_all_of_them()
    {
        var options = new DemoOptions { Email = "demo", Password = "short", ApiKey = _testKey, TestKey = "x", OperatorKey = _apiKey + "x", OperatorEmail = "y", OperatorPassword = "z" };
        Assert.That(options.Errors().Select(error => error.Split(' ')[0]),
            Is.EquivalentTo(new[] { "Accounts:Demo:Email", "Accounts:Demo:Password", "Accounts:Demo:ApiKey", "Accounts:Demo:TestKey", "Accounts:Demo:OperatorKey", "Accounts:Demo:OperatorEmail", "Accounts:Demo:OperatorPassword" }));
        Assert.That(async () => await AccountsApplication.StartAsync(("Accounts:Demo:Email", "demo")), Throws.TypeOf<OptionsValidationException>().With.Message.Contains("Accounts:Demo:Password"));
    }

    async Task<Identity?> IdentifyAsync(string key)
    {
        using var answer = await _accounts.Inside.PostAsJsonAsync("/internal/identities/by-key", new KeyLookup(key), ApiJson.Options);
        return answer.StatusCode == HttpStatusCode.NotFound ? null : await answer.ReadAsync<Identity>();
    }
}
