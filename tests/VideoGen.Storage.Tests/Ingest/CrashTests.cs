using VideoGen.Storage.Contracts.Commands;
using VideoGen.Storage.Tests.Hosting;
using VideoGen.Testing;

namespace VideoGen.Storage.Tests.Ingest;

/// <summary>The service is killed with SIGKILL between any two steps of an ingest, and started again.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class Killing_the_service_in_an_ingest
{
    static readonly TimeSpan Resume = TimeSpan.FromSeconds(60);

    [Test]
    public async Task Stores_the_output_once_wherever_it_was_killed(
        [Values("ingest-fetched", "ingest-kept", "ingest-settling", "ingest-settled")] string crashAt)
    {
        await using var source = await SourceServer.StartAsync();
        await using var settings = await StorageSettings.CreateAsync("Storage:IngestLease=00:00:02", "Storage:Retention:Interval=00:00:01");
        await using var process = new StorageProcess(settings);
        await process.StartAsync(crashAt);
        await using var jobs = await JobsSide.StartAsync(settings);
        var order = new IngestOutputs(Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7(), 1,
            [new OutputSource("video", source.Serve(await SampleFiles.VideoAsync()), null, null)]);
        await jobs.SendAsync(order);

        await process.UntilDeadAsync();
        await process.StartAsync();
        var answer = await jobs.UntilIngestedAsync(order.JobId, Resume);

        Assert.That(answer.Assets, Has.Count.EqualTo(1));
        AgeTwoHours(settings);
        await Eventually.ThatAsync(() => Files(settings).Length == 3, because: "content, thumbnail and preview are left, no orphan and no file in the making");
        Assert.Multiple(async () =>
        {
            Assert.That(await settings.Database.ScalarAsync<long>("select count(*) from asset where job_id = $1", order.JobId), Is.EqualTo(1));
            Assert.That(await settings.Database.ScalarAsync<string>("select state from ingest where job_id = $1", order.JobId), Is.EqualTo("done"));
            Assert.That(jobs.IngestedOf(order.JobId).Select(one => one.Assets[0].AssetId).Distinct().Count(), Is.EqualTo(1));
            Assert.That(jobs.FailedOf(order.JobId), Is.Empty);
        });
    }

    [Test]
    public async Task Leaves_nothing_of_an_upload_that_was_never_answered()
    {
        await using var settings = await StorageSettings.CreateAsync("Storage:IngestLease=00:00:02", "Storage:Retention:Interval=00:00:01");
        await using var process = new StorageProcess(settings);
        await process.StartAsync("upload-kept");
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(process.Address, "/v1/uploads"))
        {
            Content = StorageApplication.FormOf(new ByteArrayContent(await SampleFiles.JpegAsync()), "a.jpg"),
        };
        request.Headers.Add(ServiceDefaults.Callers.CallerToken.Header, StorageApplication.TokenOf(Guid.NewGuid()));
        await Assert.ThrowsAsync<HttpRequestException>(() => process.Http.SendAsync(request));
        await process.UntilDeadAsync();
        Assert.That(Files(settings), Is.Not.Empty);
        await process.StartAsync();
        AgeTwoHours(settings);
        await Eventually.ThatAsync(() => Files(settings).Length == 0, because: "the orphans go");
        Assert.That(await settings.Database.ScalarAsync<long>("select count(*) from asset"), Is.Zero);
    }

    /// <summary>Makes every file two hours older, beyond the grace time; retention runs every second.</summary>
    static void AgeTwoHours(StorageSettings settings)
    {
        foreach (var file in Files(settings)) File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddHours(-2));
    }

    static string[] Files(StorageSettings settings) =>
        Directory.GetFiles(settings.Folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None });
}
