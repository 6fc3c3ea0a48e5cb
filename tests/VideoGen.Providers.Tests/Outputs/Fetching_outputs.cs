using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;
using VideoGen.Providers.Connectors.Local;
using VideoGen.Providers.Contracts;
using VideoGen.Providers.Contracts.Commands;
using VideoGen.Providers.Contracts.Events;
using VideoGen.Providers.Outputs;
using VideoGen.Providers.Tests.Harness;
using VideoGen.Testing;

namespace VideoGen.Providers.Tests.Outputs;

[TestFixture]
internal sealed class Fetching_outputs
{
    static readonly object SmallVideo = new { prompt = "x", width = 256, height = 256, length = 8 };

    ProvidersApplication _providers = null!;

    [OneTimeSetUp]
    public async Task Start() => _providers = await ProvidersApplication.StartAsync();

    [OneTimeTearDown]
    public async Task Stop() => await _providers.DisposeAsync();

    [Test]
    public async Task They_come_with_their_size_whole_or_in_ranges()
    {
        var url = (await MakeAsync()).Outputs[0].Url!;
        var whole = await _providers.Inside.GetByteArrayAsync(url);

        using var request = new HttpRequestMessage(HttpMethod.Get, url) { Headers = { Range = new RangeHeaderValue(10, 19) } };
        using var part = await _providers.Inside.SendAsync(request);
        Assert.That(part.StatusCode, Is.EqualTo(HttpStatusCode.PartialContent));
        Assert.That(await part.Content.ReadAsByteArrayAsync(), Is.EqualTo(whole[10..20]));
        Assert.That(part.Content.Headers.ContentRange!.Length, Is.EqualTo(whole.Length));
        Assert.That(part.Content.Headers.ContentType!.MediaType, Is.EqualTo("video/mp4"));

        using var beyond = new HttpRequestMessage(HttpMethod.Get, url) { Headers = { Range = new RangeHeaderValue(whole.Length, null) } };
        using var refused = await _providers.Inside.SendAsync(beyond);
        Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.RequestedRangeNotSatisfiable));
    }

    [Test]
    public async Task They_are_for_our_own_processes_only()
    {
        var url = (await MakeAsync()).Outputs[0].Url!;
        using var response = await _providers.Anonymous.GetAsync(url);
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    [TestCase("00000000-0000-0000-0000-000000000000/0")]
    [TestCase("00000000-0000-0000-0000-000000000000/-1")]
    [TestCase("00000000-0000-0000-0000-000000000000/99999999999999999999")]
    [TestCase("..%2F..%2Fetc/0")]
    public async Task What_is_not_there_is_not_found(string path)
    {
        using var response = await _providers.Inside.GetAsync("/internal/outputs/" + path);
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task An_index_beyond_the_last_is_not_found()
    {
        var url = (await MakeAsync()).Outputs[0].Url!;
        using var response = await _providers.Inside.GetAsync(new Uri(url, "1"));
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task An_expired_link_is_renewed()
    {
        var first = await MakeAsync(new SimulatorScript(ExpireOutputs: true));
        using var expired = await _providers.FetchAsync(first.Outputs[0].Url!);
        Assert.That(expired.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));

        await _providers.Jobs.SendAsync(new RenewOutputs(first.JobId, first.AttemptId));
        await Eventually.ThatAsync(() => _providers.Jobs.EventsOf<GenerationSucceeded>(first.JobId).Count == 2);
        await _providers.FetchFactsAsync(_providers.Jobs.EventsOf<GenerationSucceeded>(first.JobId)[1].Outputs[0]);
    }

    [Test]
    public async Task After_their_time_file_and_row_are_gone_and_can_not_be_renewed()
    {
        var made = await MakeAsync();
        await _providers.Database.ExecuteAsync("update due_work set due_at = now() where kind = 'render-expiry' and id = (select id from renders where client_reference = $1)", made.AttemptId);
        await Eventually.ThatAsync(async () => (await _providers.FetchAsync(made.Outputs[0].Url!)).StatusCode == HttpStatusCode.NotFound);
        Assert.That(Directory.Exists(Path.Combine(_providers.Settings.WorkFolder, made.AttemptId.ToString())), Is.False);

        await _providers.Jobs.SendAsync(new RenewOutputs(made.JobId, made.AttemptId));
        Assert.That((await _providers.Jobs.WaitForAsync<GenerationFailed>(made.JobId)).Code, Is.EqualTo("provider_lost_job"));
    }

    [Test]
    public async Task Only_the_output_stays_in_the_folder()
    {
        var made = await MakeAsync();
        var files = Directory.EnumerateFiles(Path.Combine(_providers.Settings.WorkFolder, made.AttemptId.ToString()), "*", SearchOption.AllDirectories).Select(Path.GetFileName);
        Assert.That(files, Is.EqualTo((string[])["output.mp4"]));
    }

    [Test]
    public async Task Folders_that_no_render_knows_are_swept_when_they_are_old()
    {
        var made = await MakeAsync();
        var kept = Path.Combine(_providers.Settings.WorkFolder, made.AttemptId.ToString());
        var orphan = Directory.CreateDirectory(Path.Combine(_providers.Settings.WorkFolder, Guid.NewGuid().ToString()));
        var young = Directory.CreateDirectory(Path.Combine(_providers.Settings.WorkFolder, Guid.NewGuid().ToString()));
        foreach (var old in (string[])[kept, orphan.FullName]) Directory.SetLastWriteTimeUtc(old, DateTime.UtcNow.AddHours(-3));

        await using var scope = _providers.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<RenderFolderRetention>().RunAsync(CancellationToken.None);

        Assert.That((Directory.Exists(kept), Directory.Exists(orphan.FullName), Directory.Exists(young.FullName)), Is.EqualTo((true, false, true)));
        Assert.That(Directory.Exists(Path.GetDirectoryName(_providers.Get<WorkFolder>().InCache("x"))), Is.True);
    }

    async Task<GenerationSucceeded> MakeAsync(SimulatorScript? script = null)
    {
        var job = await _providers.Jobs.StartAsync("wan2.1", SmallVideo, script);
        return await _providers.Jobs.WaitForAsync<GenerationSucceeded>(job);
    }
}
