using System.Net.Http.Headers;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using VideoGen.HttpApi.Paging;
using VideoGen.Storage.Contracts;
using VideoGen.Storage.Contracts.Commands;
using VideoGen.Storage.Tests.Hosting;
using VideoGen.Testing;

namespace VideoGen.Storage.Tests.S3;

public sealed class Running_on_an_S3_server
{
    const string Bucket = "videogen";

    readonly Guid _account = Guid.CreateVersion7();
    S3Server _server = null!;
    SourceServer _source = null!;
    StorageApplication _storage = null!;
    StorageApplication _linking = null!;
    JobsSide _jobs = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _server = await S3Server.StartS3rverAsync();
        _source = await SourceServer.StartAsync();
        _storage = await StorageApplication.StartAsync([.. _server.Settings(Bucket), "Storage:OrphanGrace=01:00:00"]);
        _linking = await StorageApplication.StartAsync(
            [.. _server.Settings("linking"), "Storage:S3:PresignedLinks=true", "Storage:S3:PresignedLifetime=00:01:00"]);
        _jobs = await JobsSide.StartAsync(_storage.Settings);
        var deadline = TimeSpan.FromSeconds(60);
        await Eventually.ThatAsync(async () => await IsHealthyAsync(_storage) && await IsHealthyAsync(_linking), deadline, "the buckets are made");
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        if (_jobs is not null) await _jobs.DisposeAsync();
        if (_storage is not null) await _storage.DisposeAsync();
        if (_linking is not null) await _linking.DisposeAsync();
        if (_source is not null) await _source.DisposeAsync();
        if (_server is not null) await _server.DisposeAsync();
    }

    [TearDown]
    public Task No_file_in_the_making_is_left() => Eventually.ThatAsync(() => _storage.Files("work").Length == 0);

    [Test]
    public async Task Keeps_an_upload_with_its_pictures_and_deletes_them()
    {
        var bytes = await SampleFiles.VideoAsync();
        var asset = await _storage.UploadGoodAsync(_account, bytes, "a.mp4");
        using var whole = await _storage.FollowAsync(asset.Url);
        using var thumbnail = await _storage.FollowAsync(asset.ThumbnailUrl!);
        using var preview = await _storage.FollowAsync(asset.PreviewUrl!);
        Assert.Multiple(async () =>
        {
            Assert.That(await whole.Content.ReadAsByteArrayAsync(), Is.EqualTo(bytes));
            Assert.That(((int)thumbnail.StatusCode, thumbnail.Content.Headers.ContentType?.MediaType), Is.EqualTo((200, "image/jpeg")));
            Assert.That(((int)preview.StatusCode, preview.Content.Headers.ContentType?.MediaType), Is.EqualTo((200, "image/gif")));
            Assert.That(_storage.Files(), Is.Empty, "nothing is kept in the folder");
        });
        var objects = Objects();
        using var deleted = await _storage.SendAsync(HttpMethod.Delete, $"/v1/assets/{asset.Id}", _account);
        Assert.That((int)deleted.StatusCode, Is.EqualTo(204));
        await Eventually.ThatAsync(() => Objects() == objects - 3, because: "content, thumbnail and preview go");
    }

    [Test]
    public async Task Serves_a_range()
    {
        var bytes = await SampleFiles.VideoAsync();
        var asset = await _storage.UploadGoodAsync(_account, bytes, "a.mp4");
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(asset.Url).PathAndQuery);
        request.Headers.Range = new RangeHeaderValue(1000, 1999);
        using var answer = await _storage.Http.SendAsync(request);
        Assert.That((int)answer.StatusCode, Is.EqualTo(206));
        Assert.That(await answer.Content.ReadAsByteArrayAsync(), Is.EqualTo(bytes[1000..2000]));
    }

    [Test]
    public async Task Stores_what_a_job_made_for_as_long_as_its_plan_says()
    {
        var video = await SampleFiles.VideoAsync();
        var output = new OutputSource("video", _source.Serve(video), null, "video/mp4");
        var order = new IngestOutputs(Guid.CreateVersion7(), _account, Guid.CreateVersion7(), 1, [output], RetentionDays: 7);
        await _jobs.SendAsync(order);
        var stored = (await _jobs.UntilIngestedAsync(order.JobId, TimeSpan.FromSeconds(60))).Assets.Single();
        using var list = await _storage.SendAsync(HttpMethod.Get, $"/v1/assets?job_id={order.JobId}", _account);
        var asset = (await StorageApplication.ReadAsync<Page<AssetView>>(list)).Data.Single();
        using var content = await _storage.FollowAsync(asset.Url);
        Assert.Multiple(async () =>
        {
            Assert.That((stored.HasThumbnail, stored.HasPreview), Is.EqualTo((true, true)));
            Assert.That(asset.ExpiresAt, Is.EqualTo(asset.CreatedAt.AddDays(7)));
            Assert.That(await content.Content.ReadAsByteArrayAsync(), Is.EqualTo(video));
        });
    }

    [Test]
    public async Task Leads_a_download_to_the_server_when_links_are_presigned()
    {
        var bytes = await SampleFiles.PngAsync();
        var asset = await _linking.UploadGoodAsync(_account, bytes, "ש.png");
        using var http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = _linking.Http.BaseAddress };
        using var answer = await http.GetAsync(new Uri(asset.Url).PathAndQuery + "&download=x");
        using var refused = await http.GetAsync(new Uri(asset.Url).PathAndQuery.Replace("signature=", "signature=x"));
        using var redirect = await http.GetAsync(new Uri(asset.Url).PathAndQuery);
        using var head = await http.SendAsync(new HttpRequestMessage(HttpMethod.Head, new Uri(asset.Url).PathAndQuery));
        using var direct = await http.GetAsync(new Uri(asset.Url).PathAndQuery + "&direct=true");
        var link = redirect.Headers.Location!;
        using var content = await http.GetAsync(link);
        Assert.Multiple(async () =>
        {
            Assert.That(((int)answer.StatusCode, (int)refused.StatusCode), Is.EqualTo((403, 403)), "the name is part of the signature");
            Assert.That(((int)redirect.StatusCode, link.Authority), Is.EqualTo((302, _server.Endpoint)));
            Assert.That(redirect.Headers.CacheControl?.NoStore, Is.True);
            Assert.That(link.Query, Does.Contain("X-Amz-Expires=60&"));
            Assert.That(await content.Content.ReadAsByteArrayAsync(), Is.EqualTo(bytes));
            Assert.That(content.Content.Headers.ContentType?.ToString(), Is.EqualTo("image/png"));
            var disposition = content.Content.Headers.GetValues("Content-Disposition").Single();
            Assert.That(disposition, Does.StartWith("inline").And.Contain("%D7%A9.png"));
            Assert.That(((int)head.StatusCode, head.Content.Headers.ContentLength), Is.EqualTo((200, (long?)bytes.Length)));
            Assert.That(await direct.Content.ReadAsByteArrayAsync(), Is.EqualTo(bytes), "our own services are not sent elsewhere");
        });
    }

    [Test]
    public async Task Never_presigns_for_longer_than_the_link_at_hand_works()
    {
        var asset = await _linking.UploadGoodAsync(_account, await SampleFiles.PngAsync(), "a.png");
        var signer = new HttpApi.Links.LinkSigner(global::System.Text.Encoding.UTF8.GetBytes(Keys.Links));
        using var http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = _linking.Http.BaseAddress };
        using var answer = await http.GetAsync(signer.Sign($"/v1/assets/{asset.Id}/content", DateTimeOffset.UtcNow.AddSeconds(20)));
        var query = Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(answer.Headers.Location!.Query);
        Assert.That(int.Parse(query["X-Amz-Expires"]!, global::System.Globalization.CultureInfo.InvariantCulture), Is.InRange(1, 20));
    }

    [Test]
    public async Task Clears_old_objects_without_a_row_and_no_others()
    {
        var asset = await _storage.UploadGoodAsync(_account, await SampleFiles.PngAsync(), "a.png");
        var objects = _storage.Service<VideoGen.Storage.Objects.IObjectStore>();
        var (old, young) = (VideoGen.Storage.Objects.ObjectKey.New(), VideoGen.Storage.Objects.ObjectKey.New());
        await objects.PutAsync(old, new MemoryStream([1]), default);
        await objects.PutAsync(young, new MemoryStream([1]), default);
        foreach (var file in Files().Where(file => !file.Contains(young.ToString(), StringComparison.Ordinal)))
            File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddHours(-2));

        await _storage.ClearByTimeAsync();
        using var kept = await _storage.FollowAsync(asset.Url);
        var (isOldThere, isYoungThere) = (await objects.ExistsAsync(old, default), await objects.ExistsAsync(young, default));
        Assert.That((isOldThere, isYoungThere, (int)kept.StatusCode), Is.EqualTo((false, true, 200)));
    }

    [Test]
    public async Task Is_unhealthy_and_answers_503_while_the_server_is_away()
    {
        await using var away = await StorageApplication.StartAsync(
            [.. _server.Settings(Bucket), "Storage:S3:Endpoint=127.0.0.1:1", "Storage:S3:Retries=0"]);
        using var upload = await away.UploadAsync(_account, await SampleFiles.PngAsync(), "a.png");
        Assert.Multiple(async () =>
        {
            Assert.That((int)upload.StatusCode, Is.EqualTo(503));
            Assert.That(await IsHealthyAsync(away), Is.False);
            Assert.That(await away.Database.ScalarAsync<long>("select count(*) from asset"), Is.Zero);
        });
    }

    static async Task<bool> IsHealthyAsync(StorageApplication storage) =>
        (await storage.Service<HealthCheckService>().CheckHealthAsync(check => check.Name == "objects")).Status == HealthStatus.Healthy;

    /// <summary>Objects in the bucket; s3rver keeps each as a file.</summary>
    int Objects() => Files().Count(file => file.EndsWith("_object", StringComparison.Ordinal));

    string[] Files() => Directory.GetFiles(Path.Combine(_server.Folder, "files", Bucket), "*", SearchOption.AllDirectories);
}
