using VideoGen.HttpApi.Errors;
using VideoGen.ServiceDefaults.Callers;
using VideoGen.Storage.Contracts;
using VideoGen.Storage.Tests.Hosting;
using VideoGen.Testing;

namespace VideoGen.Storage.Tests.Assets;

[Parallelizable(ParallelScope.All)]
public sealed class Removing_what_a_job_made
{
    static StorageApplication Storage => SharedStorage.Application;

    [Test]
    public async Task Frees_every_object_and_says_how_many_bytes_they_were()
    {
        var (account, job) = (Guid.NewGuid(), Guid.NewGuid());
        var (made, other) = (await MadeAsync(account, job), await Storage.UploadGoodAsync(account, await SampleFiles.PngAsync(), "b.png"));
        var kept = Storage.Files().Where(file => made.Contains(Path.GetFileName(file), StringComparer.Ordinal)).ToList();
        var bytes = kept.Sum(file => new FileInfo(file).Length);
        Assert.That(kept, Has.Count.EqualTo(3));

        var removed = await RemoveAsync(account, job);
        Assert.That(removed, Is.EqualTo(new RemovedAssets(1, bytes)));
        await Eventually.ThatAsync(() => !kept.Any(File.Exists), because: "the objects go");
        using var untouched = await Storage.SendAsync(HttpMethod.Get, $"/v1/assets/{other.Id}", account);
        Assert.That((int)untouched.StatusCode, Is.EqualTo(200));
        Assert.That(await RemoveAsync(account, job), Is.EqualTo(new RemovedAssets(0, 0)), "a second time there is nothing left");
    }

    [Test]
    public async Task Tells_the_bytes_to_one_of_several_who_ask_at_once()
    {
        var (account, job) = (Guid.NewGuid(), Guid.NewGuid());
        await MadeAsync(account, job);
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => RemoveAsync(account, job)));
        Assert.That(answers.Count(answer => answer.FreedBytes > 0), Is.EqualTo(1));
    }

    [Test]
    public async Task Leaves_somebody_elses_files_alone()
    {
        var (account, job) = (Guid.NewGuid(), Guid.NewGuid());
        await MadeAsync(account, job);
        Assert.That(await RemoveAsync(Guid.NewGuid(), job), Is.EqualTo(new RemovedAssets(0, 0)));
        Assert.That((await RemoveAsync(account, job)).Count, Is.EqualTo(1));
    }

    [TestCase("")]
    [TestCase("?job_id=7")]
    public async Task Does_nothing_without_a_job(string query)
    {
        using var answer = await Storage.SendAsync(HttpMethod.Delete, "/v1/assets" + query, Guid.NewGuid());
        var problem = await StorageApplication.ReadAsync<Problem>(answer);
        Assert.That(((int)answer.StatusCode, problem.Errors?.ContainsKey("job_id")), Is.EqualTo((400, (bool?)true)));
    }

    [Test]
    public async Task Needs_the_scope()
    {
        var request = new HttpRequestMessage(HttpMethod.Delete, $"/v1/assets?job_id={Guid.NewGuid()}");
        request.Headers.Add(CallerToken.Header, StorageApplication.TokenOf(Guid.NewGuid(), "assets:read"));
        using var answer = await Storage.Http.SendAsync(request);
        Assert.That((int)answer.StatusCode, Is.EqualTo(403));
    }

    [Test]
    public async Task Knows_codec_and_bitrate_of_what_is_stored()
    {
        var account = Guid.NewGuid();
        var video = await Storage.UploadGoodAsync(account, await SampleFiles.VideoAsync(), "a.mp4");
        var sound = await Storage.UploadGoodAsync(account, await SampleFiles.Mp3Async(), "a.mp3");
        var picture = await Storage.UploadGoodAsync(account, await SampleFiles.PngAsync(), "a.png");
        Assert.Multiple(() =>
        {
            Assert.That(video.Codec, Is.EqualTo("h264"));
            Assert.That(video.BitrateKbps, Is.EqualTo((int)Math.Round(video.SizeBytes * 8 / video.DurationSeconds!.Value / 1000)));
            Assert.That((sound.Codec, sound.BitrateKbps is > 0), Is.EqualTo(("mp3", true)));
            Assert.That((picture.Codec, picture.BitrateKbps), Is.EqualTo(("png", (int?)null)));
        });
    }

    /// <summary>A video that came as an upload and is a job's from now on; gives the names of its objects.</summary>
    static async Task<List<string>> MadeAsync(Guid account, Guid job)
    {
        var video = await Storage.UploadGoodAsync(account, await SampleFiles.VideoAsync(), "a.mp4");
        await Storage.Database.ExecuteAsync("update asset set origin = 'job', job_id = $2, output_index = 0 where id = $1", video.Id, job);
        var keys = await Storage.Database.ScalarAsync<string>("select concat_ws(' ', content_key, thumbnail_key, preview_key) from asset where id = $1", video.Id);
        return [.. keys!.Split(' ')];
    }

    static async Task<RemovedAssets> RemoveAsync(Guid account, Guid job)
    {
        using var answer = await Storage.SendAsync(HttpMethod.Delete, $"/v1/assets?job_id={job}", account);
        return await StorageApplication.ReadAsync<RemovedAssets>(answer);
    }
}
