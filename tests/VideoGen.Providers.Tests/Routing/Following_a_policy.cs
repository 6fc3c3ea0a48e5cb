using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using VideoGen.HttpApi.Errors;
using VideoGen.Providers.Connectors;
using VideoGen.Providers.Contracts.Events;
using VideoGen.Providers.Tests.Harness;

namespace VideoGen.Providers.Tests.Routing;

/// <summary>
/// Two models with the vendors <c>acme</c> before <c>other</c>: <c>cheap</c> goes by the price, <c>safe</c> by what happened lately.
/// </summary>
[TestFixture]
internal sealed class Following_a_policy
{
    static readonly object Input = new { prompt = "x" };

    string _catalog = "";
    FakeVendor _acme = null!;
    FakeVendor _other = null!;
    ProvidersApplication _providers = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _catalog = Directory.CreateTempSubdirectory("videogen-catalog-").FullName;
        Directory.CreateDirectory(Path.Combine(_catalog, "models"));
        foreach (var slug in (string[])["cheap", "safe"])
        {
            var model = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(ServiceSettings.CatalogFolder, "models", "wan2.1.json")))!;
            (model["slug"], model["dialects"]) = (slug, new JsonObject());
            model["routes"] = JsonNode.Parse("""
                [{"connector":"acme","model":"a","cost_usd":{"job":2}},{"connector":"other","model":"b","cost_usd":{"job":0.5}}]
                """);
            await File.WriteAllTextAsync(Path.Combine(_catalog, "models", $"{slug}.json"), model.ToJsonString());
        }

        (_acme, _other) = (new FakeVendor("acme"), new FakeVendor("other"));
        _providers = await ProvidersApplication.StartAsync(
            services => services.AddSingleton<IConnector>(_acme).AddSingleton<IConnector>(_other),
            ("Catalog:Folder", _catalog), ("Providers:Routing:Exploration", "0"), ("Providers:Routing:Models:cheap", "cheapest"),
            ("Providers:Routing:Models:safe", "most_reliable"));
        // What had happened before: acme refused half of what it was asked, other one of six.
        await TriedAsync("safe", "acme", succeeded: 3, refused: 3);
        await TriedAsync("safe", "other", succeeded: 5, refused: 1);
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _providers.DisposeAsync();
        Directory.Delete(_catalog, recursive: true);
    }

    [Test]
    public async Task The_cheaper_provider_gets_the_job_and_it_is_told_why()
    {
        var job = await _providers.Jobs.StartAsync("cheap", Input);
        var made = await _providers.Jobs.WaitForAsync<GenerationSucceeded>(job);
        Assert.That((made.Provider, made.Chosen), Is.EqualTo(("other", "It is the cheapest provider of the model at present.")));
        var attempts = await _providers.Operator.GetFromJsonAsync<JsonElement>($"/admin/v1/attempts?job_id={job}");
        var attempt = attempts.GetProperty("data")[0];
        Assert.That((attempt.GetProperty("chosen").GetString(), attempt.GetProperty("chosen_by").GetString()),
            Is.EqualTo((made.Chosen, "cheapest: other 0.5 USD, acme 2 USD")));
    }

    [Test]
    public async Task What_happened_lately_orders_them_and_a_refusal_still_hands_over()
    {
        (_other.Accepts, _other.OnCreate) = (false, _ => Task.FromResult<CreateAnswer?>(new CreateAnswer.Refused(
            new Refusal(RefusalKind.Unavailable, ErrorCodes.ProviderUnavailable, "The provider is down."))));
        var job = await _providers.Jobs.StartAsync("safe", Input);
        var made = await _providers.Jobs.WaitForAsync<GenerationSucceeded>(job);
        _other.Reset();
        var ended = await _providers.Jobs.WaitForAsync<AttemptEnded>(job);
        Assert.That((ended.Provider, ended.Chosen), Is.EqualTo(("other", "It was the most reliable provider of the model lately.")));
        Assert.That((made.Provider, made.Chosen), Is.EqualTo(("acme", "It comes after other: The provider is down.")));
        Assert.That(await _providers.Database.ScalarAsync<string>("select chosen_by from attempts where job_id = $1 and number = 1", job),
            Is.EqualTo("most_reliable: other 16.667 % failed, acme 50 % failed"));
    }

    async Task TriedAsync(string model, string connector, int succeeded, int refused)
    {
        for (var index = 0; index < succeeded + refused; index++)
        {
            var job = Guid.CreateVersion7();
            await _providers.Database.ExecuteAsync("""
                insert into generations (job_id, account_id, model, input, assets, deadline, state, ended_at)
                values ($1, $1, $2, '{}', '[]', now(), 'succeeded', now())
                """, job, model);
            await _providers.Database.ExecuteAsync("""
                insert into attempts
                  (id, job_id, number, model, route, connector, vendor_model, test, state, vendor_id, refusal_kind, ended_at)
                values ($1, $1, 1, $2, 0, $3, 'v', false, $4, 'x', case when $4 = 'refused' then 'Unavailable' end, now())
                """, job, model, connector, index < succeeded ? "succeeded" : "refused");
        }
    }
}
