using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using VideoGen.Storage.Objects;
using VideoGen.Storage.Objects.S3;
using VideoGen.Storage.Tests.S3;

namespace VideoGen.Storage.Tests.Objects;

public sealed class Keeping_objects_in_a_server_that_hangs
{
    static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    readonly string _folder = Directory.CreateTempSubdirectory("videogen-objects-").FullName;

    [OneTimeTearDown]
    public void Remove() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task Lets_no_upload_wait_for_its_turn_for_ever()
    {
        await using var server = HangingServer.Silent();
        using var store = NewStore(server, options => (options.RequestTimeout, options.Retries, options.Uploads) = (Second, 10, 1));
        using var leaving = new CancellationTokenSource();
        var first = PutAsync(store, ct: leaving.Token);
        var fault = await Assert.ThrowsAsync<ObjectStoreException>(() => PutAsync(store).WaitAsync(Deadline));
        Assert.That(fault!.Message, Is.EqualTo("All places for uploads have been taken for 1 s."));
        await leaving.CancelAsync();
        await Assert.CatchAsync<OperationCanceledException>(() => first.WaitAsync(Deadline));
    }

    [Test]
    public async Task Gives_a_place_free_again_whatever_became_of_the_upload()
    {
        await using var server = HangingServer.Silent();
        using var store = NewStore(server, options => (options.RequestTimeout, options.Retries, options.Uploads) = (Second, 0, 1));
        foreach (var _ in Enumerable.Range(0, 2))
        {
            var fault = await Assert.ThrowsAsync<ObjectStoreException>(() => PutAsync(store).WaitAsync(Deadline));
            Assert.That(fault!.Reason, Is.EqualTo("The S3 server does not answer in time."));
        }
    }

    [TestCase(10)]
    [TestCase(6_000_000, Description = "In parts, which begin with a POST.")]
    public async Task Does_not_wait_for_the_end_of_an_answer_for_ever(int bytes)
    {
        await using var server = HangingServer.FallingSilent();
        using var store = NewStore(server, options => options.IdleTimeout = Second);
        var fault = await Assert.ThrowsAsync<ObjectStoreException>(() => PutAsync(store, bytes).WaitAsync(Deadline));
        Assert.That(fault!.Message, Does.Contain("sent nothing for 1 s"));
    }

    [Test]
    public async Task Does_not_wait_for_the_end_of_a_list_for_ever()
    {
        await using var server = HangingServer.FallingSilent();
        using var store = NewStore(server, options => options.IdleTimeout = Second);
        var fault = await Assert.ThrowsAsync<ObjectStoreException>(async () =>
        {
            await foreach (var one in store.ListAsync(default)) Assert.Fail($"{one} is not there.");
        });
        Assert.That(fault!.Message, Does.Contain("sent nothing for 1 s"));
    }

    static Task PutAsync(S3ObjectStore store, int bytes = 10, CancellationToken ct = default) =>
        store.PutAsync(ObjectKey.New(), new MemoryStream(new byte[bytes]), ct);

    S3ObjectStore NewStore(HangingServer server, Action<S3Options> change)
    {
        var options = new StorageOptions { Folder = _folder, Store = StorageOptions.S3Store };
        (options.S3.Endpoint, options.S3.AccessKey, options.S3.SecretKey) = (server.Endpoint, "key", "secret");
        (options.S3.Bucket, options.S3.UseSsl) = ("videogen", false);
        change(options.S3);
        var wrapped = Options.Create(options);
        return new S3ObjectStore(wrapped, new WorkFolder(wrapped), TimeProvider.System, NullLogger<S3ObjectStore>.Instance);
    }
}
