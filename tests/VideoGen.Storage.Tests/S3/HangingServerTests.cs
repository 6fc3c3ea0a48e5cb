using System.Net.Http.Json;
using System.Text.Json;
using VideoGen.HttpApi;
using VideoGen.HttpApi.Errors;
using VideoGen.Storage.Contracts;
using VideoGen.Storage.Tests.Hosting;
using VideoGen.Testing;

namespace VideoGen.Storage.Tests.S3;

/// <summary>By default a request that hangs is repeated for four minutes. Here either it or the keeping of a file has a second.</summary>
public sealed class Running_on_an_S3_server_that_hangs
{
    static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    HangingServer _server = null!;
    SourceServer _source = null!;
    StorageApplication _hasty = null!;
    StorageApplication _patient = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _server = HangingServer.Silent();
        _source = await SourceServer.StartAsync();
        _hasty = await StorageApplication.StartAsync(
            [.. _server.Settings, "Storage:S3:RequestTimeout=00:00:01", "Storage:S3:Retries=0", "Storage:S3:Uploads=1"]);
        _patient = await StorageApplication.StartAsync([.. _server.Settings, "Storage:KeepTimeout=00:00:01"]);
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        if (_patient is not null) await _patient.DisposeAsync();
        if (_hasty is not null) await _hasty.DisposeAsync();
        if (_source is not null) await _source.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Test]
    public async Task Answers_503_to_more_uploads_than_are_sent_at_once()
    {
        var picture = await SampleFiles.PngAsync();
        var uploads = Enumerable.Range(0, 4).Select(_ => _hasty.UploadAsync(Guid.NewGuid(), picture, "a.png"));
        foreach (var answer in await Task.WhenAll(uploads).WaitAsync(Deadline)) await AssertAwayAsync(answer);
        await AssertNothingIsKeptAsync(_hasty);
    }

    [Test]
    public async Task Answers_503_to_an_upload_that_is_not_kept_in_time()
    {
        await AssertAwayAsync(await _patient.UploadAsync(Guid.NewGuid(), await SampleFiles.PngAsync(), "a.png").WaitAsync(Deadline));
        await AssertNothingIsKeptAsync(_patient);
    }

    [Test]
    public async Task Answers_503_to_an_import_that_is_not_kept_in_time()
    {
        var url = _source.Serve(await SampleFiles.PngAsync(), "image/png").ToString();
        var ask = JsonContent.Create(new ImportAsset(Guid.NewGuid(), url, ["image"]), options: ApiJson.Options);
        var import = _patient.SendAsync(HttpMethod.Post, "/internal/assets/import", accountId: null, ask);
        await AssertAwayAsync(await import.WaitAsync(Deadline));
        await AssertNothingIsKeptAsync(_patient);
    }

    [Test]
    public async Task Says_so_in_its_health()
    {
        using var answer = await _hasty.Http.GetAsync("/health").WaitAsync(Deadline);
        var health = await answer.Content.ReadFromJsonAsync<JsonElement>();
        var reason = health.GetProperty("reasons").GetProperty("objects").GetString();
        Assert.That(((int)answer.StatusCode, reason), Is.EqualTo((503, "The S3 server does not answer in time.")));
    }

    static async Task AssertAwayAsync(HttpResponseMessage answer)
    {
        using (answer)
        {
            var problem = await StorageApplication.ReadAsync<Problem>(answer);
            Assert.That(((int)answer.StatusCode, problem.Code), Is.EqualTo((503, "service_unavailable")), problem.Detail);
            Assert.That(answer.Headers.RetryAfter, Is.Not.Null);
        }
    }

    static async Task AssertNothingIsKeptAsync(StorageApplication storage)
    {
        await Eventually.ThatAsync(() => storage.Files("work").Length == 0, because: "no file in the making is left");
        Assert.That(await storage.Database.ScalarAsync<long>("select count(*) from asset"), Is.Zero);
    }
}
