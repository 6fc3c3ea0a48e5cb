using System.Net.Http.Json;
using VideoGen.HttpApi;
using VideoGen.HttpApi.Errors;
using VideoGen.Providers.Contracts;
using VideoGen.Providers.Tests.Harness;
using VideoGen.Testing;

namespace VideoGen.Providers.Tests.Memory;

[TestFixture]
public sealed class Loading_models_on_ComfyUI
{
    const string Svd = "stable-video-diffusion";
    const long Gigabyte = 1L << 30;

    FakeComfyUi _comfy = null!;
    ProvidersApplication _app = null!;

    [SetUp]
    public async Task Start()
    {
        _comfy = await FakeComfyUi.StartAsync();
        _app = await ProvidersApplication.StartAsync(
            ("Connectors:ComfyUi:BaseUrl", _comfy.Address), ("Connectors:ComfyUi:Poll", "00:00:00.02"), ("Connectors:ComfyUi:FreeWait", "00:00:00.2"), ("Providers:Simulate", "false"));
    }

    [TearDown]
    public async Task Stop()
    {
        await _app.DisposeAsync();
        await _comfy.DisposeAsync();
    }

    [TestCase(Svd, "ImageOnlyCheckpointLoader")]
    [TestCase("animatediff", "ADE_AnimateDiffLoaderGen1")]
    public async Task Its_smallest_graph_is_run_and_what_it_takes_is_measured(string model, string node)
    {
        var load = await PostAsync<ModelLoad>($"{model}/load");
        Assert.That(load.State, Is.EqualTo("loading"));
        Assert.That((await LoadedAsync(model)).MemoryBytes, Is.EqualTo(6 * Gigabyte));
        Assert.That(_comfy.Graphs.Single().ToJsonString(), Does.Contain(node));
        Assert.That((await MemoryAsync()).Gpus, Is.EqualTo(new[] { new Gpu(0, "NVIDIA GeForce RTX 4090", 24 * Gigabyte, 17 * Gigabyte) }));
    }

    [Test]
    public async Task Unloading_frees_the_whole_card()
    {
        await PostAsync<ModelLoad>($"{Svd}/load");
        await LoadedAsync(Svd);
        await PostAsync<ModelLoad>("animatediff/load");
        await LoadedAsync("animatediff");
        Assert.That((await PostAsync<ModelUnload>($"{Svd}/unload")).FreedBytes, Is.EqualTo(12 * Gigabyte));
        Assert.That((await MemoryAsync()).Models, Is.Empty);
        Assert.That((await PostAsync<ModelUnload>("animatediff/unload")).FreedBytes, Is.Zero);
    }

    [Test]
    public async Task A_graph_never_comes_from_its_cache()
    {
        for (var n = 0; n < 2; n++)
        {
            await PostAsync<ModelLoad>($"{Svd}/load");
            await LoadedAsync(Svd);
            await PostAsync<ModelUnload>($"{Svd}/unload");
        }
        Assert.That(_comfy.Graphs.Select(graph => graph["4"]!["inputs"]!["seed"]!.ToString()), Is.Unique);
    }

    [Test]
    public async Task A_card_that_is_too_small_is_not_tried()
    {
        _comfy.Total = 7 * Gigabyte;
        var problem = await RefusedAsync(507);
        Assert.That((problem.Code, problem.Detail), Is.EqualTo(("insufficient_gpu_memory", "The model needs 8 GB of memory; 6 GB are free.")));
        Assert.That(_comfy.Graphs, Is.Empty);
    }

    [Test]
    public async Task A_card_that_runs_out_of_memory_is_too_small_after_all()
    {
        _comfy.Fault = "torch.OutOfMemoryError";
        Assert.That((await RefusedAsync(507)).Code, Is.EqualTo("insufficient_gpu_memory"));
    }

    [Test]
    public async Task A_missing_model_file_fails_the_load()
    {
        _comfy.Refusal = """{"error":{"type":"prompt_outputs_failed_validation","message":"Prompt outputs failed validation","details":"","extra_info":{}},"node_errors":{}}""";
        var problem = await RefusedAsync(500);
        Assert.That((problem.Code, problem.Detail), Is.EqualTo(("model_load_failed", "The GPU's server refused the model.")));
    }

    [Test]
    public async Task A_server_that_is_away_fails_the_load_and_has_no_GPU()
    {
        await PostAsync<ModelLoad>($"{Svd}/load");
        await LoadedAsync(Svd);
        _comfy.IsAway = true;
        using (var answer = await _app.Inside.PostAsync("/internal/models/animatediff/load", null))
        {
            var problem = await answer.Content.ReadFromJsonAsync<Problem>(ApiJson.Options);
            Assert.That((problem!.Code, problem.Detail), Is.EqualTo(("model_load_failed", "The GPU does not answer.")));
        }
        Assert.That(await MemoryAsync(), Is.EqualTo(new ModelMemory([], [])).Using<ModelMemory>((one, other) => one.Gpus.Count == other.Gpus.Count && one.Models.Count == other.Models.Count));
    }

    [Test]
    public async Task A_load_under_way_can_be_given_up()
    {
        _comfy.Hangs = true;
        Assert.That((await PostAsync<ModelLoad>($"{Svd}/load")).State, Is.EqualTo("loading"));
        Assert.That((await PostAsync<ModelLoad>($"{Svd}/load")).State, Is.EqualTo("loading"), "the one that is under way");
        Assert.That((await PostAsync<ModelUnload>($"{Svd}/unload")).FreedBytes, Is.Zero);
        Assert.That(_comfy.Interrupted, Has.Count.EqualTo(1));
        Assert.That(await _app.Database.ScalarAsync<long>("select count(*) from loaded_models"), Is.Zero);
    }

    [Test]
    public async Task A_test_key_never_gets_onto_the_GPU()
    {
        using var answer = await _app.TestKey.PostAsync($"/internal/models/{Svd}/load", null);
        Assert.That((int)answer.StatusCode, Is.EqualTo(200));
        Assert.That(_comfy.Graphs, Is.Empty);
    }

    async Task<LoadedModel> LoadedAsync(string model)
    {
        await Eventually.ThatAsync(async () => (await MemoryAsync()).Models.Any(one => one.Model == model), TimeSpan.FromSeconds(20), $"{model} is loaded");
        return (await MemoryAsync()).Models.Single(one => one.Model == model);
    }

    async Task<ModelMemory> MemoryAsync()
    {
        _app.Get<Providers.Memory.MemoryReader>().Forget();
        return (await _app.Inside.GetFromJsonAsync<ModelMemory>("/internal/memory", ApiJson.Options))!;
    }

    async Task<T> PostAsync<T>(string path)
    {
        using var answer = await _app.Inside.PostAsync($"/internal/models/{path}", null);
        Assert.That((int)answer.StatusCode, Is.EqualTo(200), await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync<T>(ApiJson.Options))!;
    }

    async Task<Problem> RefusedAsync(int status)
    {
        using var answer = await _app.Inside.PostAsync($"/internal/models/{Svd}/load", null);
        Assert.That((int)answer.StatusCode, Is.EqualTo(status), await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync<Problem>(ApiJson.Options))!;
    }
}
