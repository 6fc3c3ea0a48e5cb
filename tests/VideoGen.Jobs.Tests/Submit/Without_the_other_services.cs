using VideoGen.Jobs.Tests.Harness;
using VideoGen.Testing;

namespace VideoGen.Jobs.Tests.Submit;

[TestFixture]
public sealed class Without_the_other_services
{
    JobsApplication _app = null!;

    [SetUp]
    public async Task Start() => _app = await JobsApplication.StartAsync("alone", ("Jobs:Catalog:Refresh", "00:00:00.2"));

    [TearDown]
    public async Task Stop() => await _app.DisposeAsync();

    [Test]
    public async Task Submits_go_on_while_Providers_is_away_even_after_a_restart()
    {
        await Eventually.ThatAsync(async () => await _app.Database.ScalarAsync<long>("select count(*) from catalog_copy") == 1);
        _app.Others.ProvidersIsAway = true;
        await _app.Account().SubmitAsync();
        await _app.RestartAsync();
        await Eventually.ThatAsync(() => Task.FromResult(_app.Services.GetCatalog().Current is not null));
        await _app.Account().SubmitAsync();
    }

    [Test]
    public async Task A_new_price_is_taken_up_and_jobs_remember_theirs()
    {
        var before = await _app.Account().SubmitAsync();
        _app.Others.Models = [.. TestModels.All.Select(model => model with { Price = model.Price with { Version = model.Price.Version + 1, Credits = model.Price.Credits * 2 } })];
        await Eventually.ThatAsync(() => _app.Services.GetCatalog().Current!.Find("wan")!.Model.Price.Version == 4);
        var after = await _app.Account().SubmitAsync();
        Assert.Multiple(() =>
        {
            Assert.That((before.Credits.Held, before.Credits.PriceVersion), Is.EqualTo((10, 3)));
            Assert.That((after.Credits.Held, after.Credits.PriceVersion), Is.EqualTo((20, 4)));
        });
    }

    [Test]
    public async Task Without_Accounts_a_submit_is_asked_to_come_back()
    {
        _app.Others.AccountsIsAway = true;
        using var answer = await _app.Account().PostAsync("""{"model":"wan","input":{"prompt":"a"}}""");
        Assert.Multiple(() =>
        {
            Assert.That((int)answer.StatusCode, Is.EqualTo(503));
            Assert.That(answer.Headers.RetryAfter, Is.Not.Null);
        });
    }

    [Test]
    public async Task An_address_is_fetched_and_becomes_an_asset()
    {
        var account = _app.Account();
        var asset = _app.Others.AddAsset(account.Id);
        _app.Others.Pages["https://pictures.example.com/cat.png"] = asset;
        var job = await account.SubmitAsync(new { model = "wan", input = new { prompt = "a", image = "https://pictures.example.com/cat.png" } });
        Assert.That(job.Input.GetProperty("image").GetGuid(), Is.EqualTo(asset.AssetId));
    }
}

file static class Catalogs
{
    public static Catalog.ModelCatalog GetCatalog(this IServiceProvider services) =>
        (Catalog.ModelCatalog)services.GetService(typeof(Catalog.ModelCatalog))!;
}
