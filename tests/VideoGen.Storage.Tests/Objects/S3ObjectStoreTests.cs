using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using VideoGen.Storage.Objects;
using VideoGen.Storage.Objects.S3;
using VideoGen.Storage.Tests.S3;

namespace VideoGen.Storage.Tests.Objects;

[TestFixture]
public sealed class Keeping_objects_in_s3rver : S3Conformance
{
    private protected override Task<S3Server> StartAsync() => S3Server.StartS3rverAsync();

    /// <summary>It can neither list nor abort multipart uploads; Swift can.</summary>
    private protected override Task<bool> LeaveUnfinishedAsync(TimeSpan age) => Task.FromResult(false);
}

[TestFixture]
public sealed class Keeping_objects_in_Swift : S3Conformance
{
    private protected override Task<S3Server> StartAsync() => S3Server.StartSwiftAsync();

    private protected override async Task<bool> LeaveUnfinishedAsync(TimeSpan age)
    {
        using var client = new RawS3(Server);
        await client.BeginUploadAsync(Bucket, ObjectKey.New().ToString(), age);
        return true;
    }

    [Test]
    public async Task Aborts_a_multipart_upload_that_fails()
    {
        var key = ObjectKey.New();
        var file = new BreakingFile(bytes: 40_000_000, after: 20_000_000);
        await Assert.ThrowsAsync<ObjectStoreException>(() => Store.PutAsync(key, file, default));
        using var client = new RawS3(Server);
        Assert.Multiple(async () =>
        {
            Assert.That(await Store.ExistsAsync(key, default), Is.False);
            Assert.That(await client.UploadsAsync(Bucket), Does.Not.Contain(key.ToString()));
        });
    }

    [Test]
    public async Task Says_that_its_secret_is_wrong()
    {
        using var stranger = NewStore(options => options.SecretKey = "wrong");
        await Assert.ThrowsAsync<ObjectStoreException>(() => stranger.CheckAsync(default));
    }

    [Test]
    public async Task Leaves_uploads_under_names_that_are_not_its_own()
    {
        using var client = new RawS3(Server);
        await client.BeginUploadAsync(Bucket, "somebody-elses", TimeSpan.FromDays(30));
        await Store.RemoveUnfinishedAsync(TimeSpan.FromDays(1), default);
        Assert.That(await client.UploadsAsync(Bucket), Does.Contain("somebody-elses"));
    }
}

/// <summary>What every object store must do, and what one in a bucket must do besides.</summary>
public abstract class S3Conformance : ObjectStoreConformance
{
    readonly string _folder = Directory.CreateTempSubdirectory("videogen-objects-").FullName;
    S3Server? _server;
    S3ObjectStore? _store;

    private protected abstract Task<S3Server> StartAsync();

    private protected S3Server Server => _server!;

    private protected string Bucket { get; } = "videogen-tests";

    private protected override IObjectStore Store => _store!;

    [OneTimeSetUp]
    public async Task Open()
    {
        _server = await StartAsync();
        _store = NewStore();
        await _store.MakeBucketAsync(default);
    }

    [OneTimeTearDown]
    public async Task Remove()
    {
        _store?.Dispose();
        if (_server is not null) await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Test]
    public async Task Gives_back_what_went_up_in_several_parts()
    {
        var (key, bytes) = (ObjectKey.New(), new byte[37_000_001]);
        Random.Shared.NextBytes(bytes);
        await Store.PutAsync(key, new MemoryStream(bytes), default);
        // One after the other: a server gives up a reader who takes nothing for long.
        await using (var whole = await Store.OpenAsync(key, 0, long.MaxValue, default)) Assert.That(await Bytes(whole!), Is.EqualTo(bytes));
        await using (var part = await Store.OpenAsync(key, 16_000_000, 5_000_000, default))
            Assert.That(await Bytes(part!), Is.EqualTo(bytes[16_000_000..21_000_000]));
    }

    [Test]
    public async Task Keeps_no_work_file_of_a_stream_without_a_length()
    {
        var source = new SlowStream(pieces: 4);
        source.GoOn();
        await Store.PutAsync(ObjectKey.New(), source, default);
        Assert.That(Directory.GetFiles(Path.Combine(_folder, "work")), Is.Empty);
    }

    [Test]
    public async Task Reads_nothing_past_the_end()
    {
        var key = ObjectKey.New();
        await Store.PutAsync(key, new MemoryStream([1, 2, 3]), default);
        await using var stream = await Store.OpenAsync(key, 3, 10, default);
        Assert.That(await Bytes(stream!), Is.Empty);
    }

    [Test]
    public Task Makes_a_bucket_that_is_there_already() => Assert.ThatAsync(() => _store!.MakeBucketAsync(default), Throws.Nothing);

    [Test]
    public async Task Does_not_take_a_missing_bucket_for_missing_objects()
    {
        using var lost = NewStore(options => options.Bucket = "no-such-bucket");
        await Assert.ThrowsAsync<ObjectStoreException>(() => lost.OpenAsync(ObjectKey.New(), 0, 1, default));
        await Assert.ThrowsAsync<ObjectStoreException>(() => lost.CheckAsync(default));
        await Assert.ThrowsAsync<ObjectStoreException>(() => lost.PutAsync(ObjectKey.New(), new MemoryStream([1]), default));
    }

    [Test]
    public async Task Says_that_its_credentials_are_refused()
    {
        using var stranger = NewStore(options => (options.AccessKey, options.SecretKey) = ("nobody", "wrong"));
        await Assert.ThrowsAsync<ObjectStoreException>(() => stranger.CheckAsync(default));
        await Assert.ThrowsAsync<ObjectStoreException>(() => stranger.OpenAsync(ObjectKey.New(), 0, 1, default));
    }

    [Test]
    public async Task Says_that_the_server_is_away()
    {
        using var lost = NewStore(options => (options.Endpoint, options.Retries) = ("127.0.0.1:1", 1));
        await Assert.ThrowsAsync<ObjectStoreException>(() => lost.CheckAsync(default));
        await Assert.ThrowsAsync<ObjectStoreException>(() => lost.DeleteAsync(ObjectKey.New(), default));
    }

    [Test]
    public void Takes_nothing_while_the_disk_of_its_work_folder_is_full()
    {
        using var full = NewStore(reserve: long.MaxValue / 2);
        Assert.That((full.HasRoomFor(0), _store!.HasRoomFor(1000), _store.AvailableBytes), Is.EqualTo((false, true, (long?)null)));
    }

    [Test]
    public async Task Presigns_links_with_the_headers_that_are_wanted_and_only_when_told_to()
    {
        using var linking = NewStore(options => options.PresignedLinks = true);
        var key = ObjectKey.New();
        await Store.PutAsync(key, new MemoryStream([1, 2, 3]), default);
        var headers = new PresignedHeaders("video/mp4", "attachment; filename=\"a b.mp4\"; filename*=UTF-8''%D7%A9.mp4");
        var link = await linking.PresignAsync(key, TimeSpan.FromSeconds(100), headers, default);
        using var http = new HttpClient();
        using var answer = await http.GetAsync(link!.Url);
        Assert.Multiple(async () =>
        {
            Assert.That(await answer.Content.ReadAsByteArrayAsync(), Is.EqualTo(new byte[] { 1, 2, 3 }));
            Assert.That(answer.Content.Headers.ContentType?.ToString(), Is.EqualTo("video/mp4"));
            Assert.That(answer.Content.Headers.GetValues("Content-Disposition").Single(), Is.EqualTo(headers.ContentDisposition));
            Assert.That(link.Url.Query, Does.Contain("X-Amz-Expires=100&"));
            Assert.That(await Store.PresignAsync(key, TimeSpan.FromSeconds(100), headers, default), Is.Null);
            Assert.That(await linking.PresignAsync(key, TimeSpan.FromSeconds(0.5), headers, default), Is.Null);
        });
    }

    private protected S3ObjectStore NewStore(Action<S3Options>? change = null, long reserve = 0)
    {
        var options = new StorageOptions
        {
            Folder = _folder,
            Store = StorageOptions.S3Store,
            MinFreeBytes = reserve,
        };
        (options.S3.Endpoint, options.S3.AccessKey, options.S3.SecretKey) = (Server.Endpoint, Server.AccessKey, Server.SecretKey);
        (options.S3.Bucket, options.S3.UseSsl) = (Bucket, false);
        change?.Invoke(options.S3);
        var wrapped = Options.Create(options);
        return new S3ObjectStore(wrapped, new WorkFolder(wrapped), TimeProvider.System, NullLogger<S3ObjectStore>.Instance);
    }

    static async Task<byte[]> Bytes(Stream stream)
    {
        var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes);
        return bytes.ToArray();
    }
}
