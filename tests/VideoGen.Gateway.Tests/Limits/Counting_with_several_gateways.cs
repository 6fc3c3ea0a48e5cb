using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using VideoGen.Accounts;
using VideoGen.Durability;
using VideoGen.Gateway.Tests.Dialects.Vsl;
using VideoGen.Testing;

namespace VideoGen.Gateway.Tests.Limits;

/// <summary>Two gateways, the real Accounts behind both, and its real database. Its bus leads nowhere: what is counted here needs none.</summary>
[TestFixture]
public sealed class Counting_with_several_gateways
{
    string _catalog = "";
    TestDatabase _database = null!;
    WebApplication _accounts = null!;
    GatewayApplication _one = null!;
    GatewayApplication _other = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        // A plan whose own limit is not what is met here.
        _catalog = Directory.CreateTempSubdirectory("videogen-catalog-").FullName;
        var plans = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "catalog", "plans.json"));
        await File.WriteAllTextAsync(Path.Combine(_catalog, "plans.json"), plans.Replace("\"submits_per_minute\": 30,", "\"submits_per_minute\": 1000,", StringComparison.Ordinal));
        _database = await TestDatabase.CreateAsync("limits");
        _accounts = AccountsService.Build(
        [
            $"--ConnectionStrings:videogen={_database.ConnectionString}", "--ConnectionStrings:rabbitmq=amqp://guest:guest@127.0.0.1:1",
            $"--Database:Schema={_database.Schema}", $"--Caller:SigningKey={TestCredentials.CallerKey}",
            $"--Jwt:SigningKey={TestCredentials.JwtKey}", $"--Catalog:Folder={_catalog}", "--Logging:LogLevel:Default=None",
            "--urls=http://127.0.0.1:0",
        ]);
        await _accounts.Services.GetRequiredService<MigrationRunner>().RunAsync();
        await _accounts.StartAsync();
        (_one, _other) = (await GatewayAsync(), await GatewayAsync());
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _one.DisposeAsync();
        await _other.DisposeAsync();
        await _accounts.StopAsync();
        await _accounts.DisposeAsync();
        await _database.DisposeAsync();
        Directory.Delete(_catalog, recursive: true);
    }

    [Test]
    public async Task Lets_exactly_the_documents_ten_submits_a_minute_through_both_together()
    {
        var key = await NewKeyAsync();
        var (first, second) = (await SubmitAsync(_one, key), await SubmitAsync(_other, key));
        var answers = await Task.WhenAll(Enumerable.Range(0, 24).Select(turn => SubmitAsync(turn % 2 == 0 ? _one : _other, key)));
        Assert.Multiple(() =>
        {
            Assert.That((first, second), Is.EqualTo(((HttpStatusCode.Accepted, 9), (HttpStatusCode.Accepted, 8))), "the second gateway knows of the first one's");
            Assert.That(answers.Count(answer => answer.Status == HttpStatusCode.Accepted), Is.EqualTo(8));
            Assert.That(answers.Count(answer => answer.Status == HttpStatusCode.TooManyRequests), Is.EqualTo(16));
            Assert.That(answers.Where(answer => answer.Status == HttpStatusCode.Accepted).Select(answer => answer.Remaining), Is.EquivalentTo(Enumerable.Range(0, 8)));
            Assert.That(Submits(_one) + Submits(_other), Is.EqualTo(10));
        });
        var another = await NewKeyAsync();
        Assert.That((await SubmitAsync(_other, another)).Status, Is.EqualTo(HttpStatusCode.Accepted), "another key has a limit of its own");

        static int Submits(GatewayApplication gateway) => gateway.Services.Received.Count(request => request.Target == "/v1/jobs");
    }

    [Test]
    public async Task Lets_exactly_the_hundred_submits_an_hour_of_a_customers_user_through_both_together()
    {
        var key = await NewKeyAsync();
        var (first, second) = (await GenerateAsync(_one, key, "user123"), await GenerateAsync(_other, key, "user123"));
        var answers = await Task.WhenAll(Enumerable.Range(0, 140).Select(turn => GenerateAsync(turn % 2 == 0 ? _one : _other, key, "user123")));
        Assert.Multiple(async () =>
        {
            Assert.That((first, second), Is.EqualTo(((HttpStatusCode.Accepted, 99), (HttpStatusCode.Accepted, 98))));
            Assert.That(answers.Count(answer => answer.Status == HttpStatusCode.TooManyRequests), Is.EqualTo(42));
            Assert.That(answers.Where(answer => answer.Status == HttpStatusCode.Accepted).Select(answer => answer.Remaining), Is.EquivalentTo(Enumerable.Range(0, 98)));
            Assert.That(await GenerateAsync(_one, key, "user124"), Is.EqualTo((HttpStatusCode.Accepted, 99)), "another user of the same customer");
            Assert.That(await GenerateAsync(_one, await NewKeyAsync(), "user123"), Is.EqualTo((HttpStatusCode.Accepted, 99)), "the same name in another account");
        });
    }

    [Test]
    public async Task Reads_are_counted_by_each_gateway_for_itself()
    {
        var key = await NewKeyAsync();
        var statuses = await Task.WhenAll(Enumerable.Range(0, 120).Select(turn => (turn % 2 == 0 ? _one : _other).StatusOfAsync("/vydra/api/v1/models", key)));
        Assert.That(statuses.Count(status => status == HttpStatusCode.OK), Is.EqualTo(100));
    }

    async Task<GatewayApplication> GatewayAsync()
    {
        var address = _accounts.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        var gateway = await GatewayApplication.StartAsync($"services:accounts:http:0={address}");
        VslCatalog.Serve(gateway.Services);
        gateway.Services.On("jobs", "POST", "/v1/jobs", 202,
            """{"id":"0194d3a0-2222-7000-8000-000000000002","status":"queued","credits":{"held":175,"captured":0,"price_version":1}}""");
        return gateway;
    }

    /// <summary>Of an account of its own, made the way a customer makes it.</summary>
    async Task<string> NewKeyAsync()
    {
        var person = new { email = $"{Guid.NewGuid():n}@example.com", password = "correct horse battery staple", name = "Somebody" };
        using var opened = await _one.Http.PostAsJsonAsync("/v1/accounts", person);
        Assert.That(opened.StatusCode, Is.EqualTo(HttpStatusCode.Created), await opened.Content.ReadAsStringAsync());
        var token = await JsonAsync(await _one.Http.PostAsJsonAsync("/v1/auth/token", new { person.email, person.password }));
        using var content = new StringContent("""{"name":"a key"}""", new MediaTypeHeaderValue("application/json"));
        var key = await JsonAsync(await _one.SendAsync(HttpMethod.Post, "/v1/account/keys", token.GetProperty("access_token").GetString(), content));
        return key.GetProperty("secret").GetString()!;
    }

    static async Task<JsonElement> JsonAsync(HttpResponseMessage answer)
    {
        using (answer) return JsonElement.Parse(await answer.Content.ReadAsStringAsync());
    }

    static async Task<(HttpStatusCode Status, int Remaining)> SubmitAsync(GatewayApplication gateway, string key)
    {
        using var answer = await gateway.SendAsync(HttpMethod.Post, "/vydra/api/v1/models/veo3", key, new StringContent("""{"prompt":"a lake"}""", Encoding.UTF8, "application/json"));
        return (answer.StatusCode, int.Parse(answer.Headers.GetValues("RateLimit-Remaining").Single()));
    }

    static async Task<(HttpStatusCode Status, int Remaining)> GenerateAsync(GatewayApplication gateway, string key, string user)
    {
        var body = $$"""{"userId":"{{user}}","mediaType":"image","modelId":"sdxl","parameters":{"prompt":"a lake"} }""";
        using var answer = await gateway.SendAsync(HttpMethod.Post, "/vsl/generate-media", bearer: null, new StringContent(body, Encoding.UTF8, "application/json"), ("X-API-Key", key));
        return (answer.StatusCode, int.Parse(answer.Headers.GetValues("X-RateLimit-Remaining").Single()));
    }
}
