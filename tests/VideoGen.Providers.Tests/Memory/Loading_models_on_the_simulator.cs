using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using VideoGen.HttpApi;
using VideoGen.HttpApi.Errors;
using VideoGen.Providers.Catalog;
using VideoGen.Providers.Connectors;
using VideoGen.Providers.Connectors.Simulator;
using VideoGen.Providers.Contracts;
using VideoGen.Providers.Tests.Harness;
using VideoGen.Testing;

namespace VideoGen.Providers.Tests.Memory;

[TestFixture]
public sealed class Loading_models_on_the_simulator
{
    const string Svd = "stable-video-diffusion";

    ProvidersApplication _app = null!;

    [SetUp]
    public async Task Start() => _app = await ProvidersApplication.StartAsync(("Connectors:Simulator:MemoryGb", "15"));

    [TearDown]
    public async Task Stop() => await _app.DisposeAsync();

    [Test]
    public async Task A_model_is_loading_and_then_loaded_with_what_it_really_takes()
    {
        var load = await LoadAsync(_app, Svd);
        Assert.That((load.Model, load.State, load.ExpectedSeconds), Is.EqualTo((Svd, "loading", 15)));
        Assert.That(load.StartedAt, Is.EqualTo(DateTimeOffset.UtcNow).Within(TimeSpan.FromSeconds(10)));

        var model = await LoadedAsync(Svd);
        var file = new DirectoryInfo(Path.Combine(_app.Settings.WorkFolder, "cache")).GetFiles().Single();
        Assert.Multiple(() =>
        {
            Assert.That(model.MemoryBytes, Is.EqualTo(file.Length));
            Assert.That(file.Name, Does.Contain("1024x1024-24f"), "what a job with nothing but defaults gets");
            Assert.That(model.LoadedAt, Is.GreaterThanOrEqualTo(load.StartedAt));
            Assert.That(Directory.GetDirectories(_app.Settings.WorkFolder), Has.Length.EqualTo(1), "nothing but the cache is left behind");
        });

        var again = await LoadAsync(_app, Svd);
        Assert.That(again, Is.EqualTo(new ModelLoad(Svd, "loaded", 0, load.StartedAt)));
    }

    [Test]
    public async Task Unloading_gives_back_what_was_held_and_nothing_the_second_time()
    {
        await LoadAsync(_app, Svd);
        var held = (await LoadedAsync(Svd)).MemoryBytes;
        var unload = await UnloadAsync(_app, Svd);
        Assert.That((unload.Model, unload.FreedBytes), Is.EqualTo((Svd, held)));
        Assert.That((await MemoryAsync(_app)).Models, Is.Empty);
        Assert.That((await UnloadAsync(_app, Svd)).FreedBytes, Is.Zero);
    }

    [Test]
    public async Task A_loaded_model_s_first_instant_job_renders_nothing_and_comes_from_memory()
    {
        await LoadAsync(_app, Svd);
        await LoadedAsync(Svd);
        var model = _app.Get<ModelCatalog>().Find(Svd)!;
        var route = model.Routes!.Single();
        var input = JsonElement.Parse("""{"prompt":"a cat","width":1024,"height":1024,"frames":24,"fps":8}""");
        var answer = await _app.Services.GetServices<IConnector>().OfType<SimulatorConnector>().Single().CreateAsync(new CreateRequest(
            Guid.CreateVersion7(), route.Model, input, [], route.Settings!.Value, new SimulatorScript(Instant: true), DateTimeOffset.UtcNow.AddMinutes(1)), CancellationToken.None);

        var delivered = ((CreateAnswer.Accepted)answer).State as VendorState.Succeeded;
        Assert.That(delivered, Is.Not.Null, "delivered with the answer to the create");
        foreach (var file in Directory.GetFiles(Path.Combine(_app.Settings.WorkFolder, "cache"))) File.Delete(file);
        var (_, facts) = await _app.FetchFactsAsync(delivered!.Outputs[0]);
        Assert.That((facts.Width, facts.Height), Is.EqualTo((1024, 1024)));
    }

    [Test]
    public async Task What_does_not_fit_in_beside_the_others_is_refused_until_there_is_room()
    {
        await LoadAsync(_app, Svd);
        await LoadAsync(_app, "animatediff");
        var problem = await RefusedAsync(_app, "wan2.1", 200);
        Assert.That(problem, Is.Null, "a model that needs no GPU memory always fits in");

        await UnloadAsync(_app, "wan2.1");
        await using var small = await _app.AnotherAsync(("Connectors:Simulator:MemoryGb", "13.9"));
        await UnloadAsync(_app, "animatediff");
        var refused = await RefusedAsync(small, "animatediff", 507);
        Assert.That((refused!.Code, refused.Detail), Is.EqualTo(("insufficient_gpu_memory", "The model needs 6 GB of memory; 5.9 GB are free.")));
        await UnloadAsync(_app, Svd);
        await LoadAsync(small, "animatediff");
    }

    [Test]
    public async Task Many_loads_at_once_never_take_more_than_there_is()
    {
        await using var small = await _app.AnotherAsync(("Connectors:Simulator:MemoryGb", "13"));
        for (var round = 0; round < 3; round++)
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(n => small.Inside.PostAsync($"/internal/models/{(n % 2 == 0 ? Svd : "animatediff")}/load", null)));
            var winners = answers.Count(answer => (int)answer.StatusCode == 200);
            Assert.That(answers.Select(answer => (int)answer.StatusCode), Is.All.AnyOf(200, 507));
            Assert.That(winners, Is.EqualTo(4), "the one that came first, and everybody who asked for the same");
            await UnloadAsync(small, Svd);
            await UnloadAsync(small, "animatediff");
        }
    }

    [Test]
    public async Task Any_process_may_be_asked_to_unload_what_another_one_holds()
    {
        await using var other = await _app.AnotherAsync();
        await LoadAsync(_app, Svd);
        var held = (await LoadedAsync(Svd)).MemoryBytes;
        Assert.That((await LoadAsync(other, Svd)).State, Is.EqualTo("loaded"));
        Assert.That((await UnloadAsync(other, Svd)).FreedBytes, Is.EqualTo(held));
        Assert.That(_app.Get<Providers.Connectors.Simulator.WarmSamples>().Models, Is.Empty);
    }

    [Test]
    public async Task A_process_that_is_gone_holds_nothing()
    {
        await LoadAsync(_app, Svd);
        await LoadedAsync(Svd);
        await _app.Database.ExecuteAsync("update loaded_models set node = 'http://127.0.0.1:9', seen_at = now() - interval '10 seconds'");
        Assert.That((await UnloadAsync(_app, Svd)).FreedBytes, Is.Zero, "it does not answer");

        var other = await _app.AnotherAsync();
        await LoadAsync(other, Svd);
        await LoadedAsync(Svd);
        await other.DisposeAsync();
        await Eventually.ThatAsync(async () => (await MemoryAsync(_app)).Models.Count == 0, because: "it said good-bye");

        await LoadAsync(_app, Svd);
        await LoadedAsync(Svd);
        await _app.Database.ExecuteAsync("update loaded_models set node = 'http://127.0.0.1:9', seen_at = now() - interval '21 seconds'");
        await Eventually.ThatAsync(async () => (await MemoryAsync(_app)).Models.Count == 0, because: "it has been silent");
    }

    [Test]
    public async Task What_the_records_no_longer_give_a_process_it_lets_go()
    {
        await LoadAsync(_app, Svd);
        await LoadedAsync(Svd);
        await _app.Database.ExecuteAsync("delete from loaded_models");
        await Eventually.ThatAsync(() => _app.Get<Providers.Connectors.Simulator.WarmSamples>().Models.Count == 0, because: "nobody could unload it any more");
    }

    [Test]
    public async Task A_model_that_can_t_be_loaded_says_so_and_leaves_no_trace()
    {
        await using var broken = await _app.AnotherAsync(("Ffmpeg:FfmpegPath", "/bin/false"));
        var problem = await RefusedAsync(broken, Svd, 500);
        Assert.That((problem!.Code, problem.Detail), Is.EqualTo(("model_load_failed", "The model's sample could not be rendered.")));
        Assert.That(await _app.Database.ScalarAsync<long>("select count(*) from loaded_models"), Is.Zero);
        Assert.That(Directory.GetDirectories(broken.Settings.WorkFolder), Has.Length.EqualTo(1));
        await LoadAsync(_app, Svd);
    }

    [Test]
    public async Task Every_model_of_the_catalogue_that_runs_on_the_simulator_can_be_loaded()
    {
        await using var large = await _app.AnotherAsync(("Connectors:Simulator:MemoryGb", "100000"));
        var models = large.Get<ModelCatalog>().Models.Where(model => model.Routes!.Any(route => route.Connector == "simulator")).Select(model => model.Slug).ToList();
        foreach (var model in models) await LoadAsync(large, model);
        await Eventually.ThatAsync(
            async () => (await MemoryAsync(large)).Models.Select(one => one.Model).Order().SequenceEqual(models.Order()),
                TimeSpan.FromSeconds(150), "all are loaded");
    }

    [Test]
    public async Task Where_nothing_is_simulated_only_a_test_key_may_load()
    {
        await using var real = await _app.AnotherAsync(("Providers:Simulate", "false"));
        var problem = await RefusedAsync(real, Svd, 500);
        Assert.That(problem!.Detail, Is.EqualTo("There is no place that could hold this model."));
        using var answer = await real.TestKey.PostAsync($"/internal/models/{Svd}/load", null);
        Assert.That((int)answer.StatusCode, Is.EqualTo(200));
    }

    [TestCase("load")]
    [TestCase("unload")]
    public async Task There_is_no_such_model(string verb)
    {
        using var answer = await _app.Inside.PostAsync($"/internal/models/nonsense/{verb}", null);
        var problem = await answer.Content.ReadFromJsonAsync<Problem>(ApiJson.Options);
        Assert.That(((int)answer.StatusCode, problem!.Code), Is.EqualTo((400, "model_not_found")));
    }

    [Test]
    public async Task There_is_no_GPU() => Assert.That((await MemoryAsync(_app)).Gpus, Is.Empty);

    [Test]
    public async Task Is_for_our_own_processes_only()
    {
        using var answer = await _app.Anonymous.PostAsync($"/internal/models/{Svd}/load", null);
        Assert.That((int)answer.StatusCode, Is.EqualTo(401));
    }

    async Task<LoadedModel> LoadedAsync(string model)
    {
        await Eventually.ThatAsync(async () => (await MemoryAsync(_app)).Models.Any(one => one.Model == model), TimeSpan.FromSeconds(30), $"{model} is loaded");
        return (await MemoryAsync(_app)).Models.Single(one => one.Model == model);
    }

    static async Task<ModelLoad> LoadAsync(ProvidersApplication app, string model)
    {
        using var answer = await app.Inside.PostAsync($"/internal/models/{model}/load", null);
        Assert.That((int)answer.StatusCode, Is.EqualTo(200), await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync<ModelLoad>(ApiJson.Options))!;
    }

    static async Task<ModelUnload> UnloadAsync(ProvidersApplication app, string model)
    {
        using var answer = await app.Inside.PostAsync($"/internal/models/{model}/unload", null);
        Assert.That((int)answer.StatusCode, Is.EqualTo(200), await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync<ModelUnload>(ApiJson.Options))!;
    }

    static async Task<Problem?> RefusedAsync(ProvidersApplication app, string model, int status)
    {
        using var answer = await app.Inside.PostAsync($"/internal/models/{model}/load", null);
        Assert.That((int)answer.StatusCode, Is.EqualTo(status), await answer.Content.ReadAsStringAsync());
        return status == 200 ? null : await answer.Content.ReadFromJsonAsync<Problem>(ApiJson.Options);
    }

    static async Task<ModelMemory> MemoryAsync(ProvidersApplication app)
    {
        app.Get<Providers.Memory.MemoryReader>().Forget();
        return (await app.Inside.GetFromJsonAsync<ModelMemory>("/internal/memory", ApiJson.Options))!;
    }
}
