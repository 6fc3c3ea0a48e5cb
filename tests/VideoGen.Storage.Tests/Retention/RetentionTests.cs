using Microsoft.Extensions.DependencyInjection;
using VideoGen.ServiceDefaults.Callers;
using VideoGen.Storage.Contracts;
using VideoGen.Storage.Objects;
using VideoGen.Storage.Tests.Hosting;
using VideoGen.Testing;

namespace VideoGen.Storage.Tests.Retention;

public sealed class Clearing_by_time
{
    StorageApplication _storage = null!;

    [OneTimeSetUp]
    public async Task Start() => _storage = await StorageApplication.StartAsync("Storage:OrphanGrace=01:00:00", "Storage:Retention:Interval=1.00:00:00",
        "Storage:Retention:Uploads=30.00:00:00", "Storage:Retention:Outputs=10.00:00:00");

    [OneTimeTearDown]
    public async Task Stop() => await _storage.DisposeAsync();

    [Test]
    public async Task Removes_old_objects_without_a_row_and_no_others()
    {
        var asset = await _storage.UploadGoodAsync(Guid.NewGuid(), await SampleFiles.VideoAsync(), "a.mp4");
        foreach (var file in _storage.Files()) Age(file, TimeSpan.FromDays(5));
        var kept = _storage.Files();
        var objects = _storage.Services.GetRequiredService<IObjectStore>();
        var (old, young) = (ObjectKey.New(), ObjectKey.New());
        await objects.PutAsync(old, new MemoryStream([1]), default);
        await objects.PutAsync(young, new MemoryStream([1]), default);
        Age(_storage.Files().Single(file => Path.GetFileName(file) == old.ToString()), TimeSpan.FromHours(2));

        await RunAsync();
        Assert.Multiple(async () =>
        {
            Assert.That(await objects.ExistsAsync(old, default), Is.False);
            Assert.That(await objects.ExistsAsync(young, default), Is.True);
            Assert.That(kept, Is.SubsetOf(_storage.Files()));
            using var answer = await _storage.FollowAsync(asset.Url);
            Assert.That((int)answer.StatusCode, Is.EqualTo(200));
        });
        await objects.DeleteAsync(young, default);
    }

    [Test]
    public async Task Removes_old_files_in_the_making()
    {
        string[] names = [Path.Combine("work", "1"), Path.Combine("work", ".hidden.gif"), Path.Combine("temp", "2")];
        var files = names.Select(name => Path.Combine(_storage.Folder, name)).ToList();
        foreach (var file in files)
        {
            await File.WriteAllTextAsync(file, "half");
            Age(file, TimeSpan.FromHours(2));
        }
        var young = Path.Combine(_storage.Folder, "work", "3");
        await File.WriteAllTextAsync(young, "half");
        await RunAsync();
        Assert.Multiple(() =>
        {
            Assert.That(files.Where(File.Exists), Is.Empty);
            Assert.That(File.Exists(young), Is.True);
        });
        File.Delete(young);
    }

    [Test]
    public async Task Deletes_uploads_past_their_retention()
    {
        var account = Guid.NewGuid();
        var (old, young) = (await UploadAsync(account, days: 31), await UploadAsync(account, days: 29));
        var files = _storage.Files().Length;
        await RunAsync();
        using var gone = await _storage.FollowAsync(old.Url);
        using var there = await _storage.FollowAsync(young.Url);
        Assert.That(((int)gone.StatusCode, (int)there.StatusCode), Is.EqualTo((404, 200)));
        await Eventually.ThatAsync(() => _storage.Files().Length == files - 2, because: "content and thumbnail go");
    }

    [Test]
    public async Task Deletes_what_the_plan_keeps_no_longer()
    {
        var account = Guid.NewGuid();
        var (old, young, kept) = (await UploadAsync(account, retentionDays: 3), await UploadAsync(account, retentionDays: 3), await UploadAsync(account, retentionDays: null));
        await _storage.Database.ExecuteAsync("update asset set expires_at = now() - interval '1 minute' where id = $1", old.Id);
        var files = _storage.Files().Length;
        await RunAsync();
        using var gone = await _storage.FollowAsync(old.Url);
        using var there = await _storage.FollowAsync(young.Url);
        using var always = await _storage.FollowAsync(kept.Url);
        Assert.That(((int)gone.StatusCode, (int)there.StatusCode, (int)always.StatusCode), Is.EqualTo((404, 200, 200)));
        await Eventually.ThatAsync(() => _storage.Files().Length == files - 2, because: "content and thumbnail go");
    }

    [Test]
    public async Task Tells_the_earlier_of_the_plans_time_and_the_operators()
    {
        var (soon, late) = (await UploadAsync(Guid.NewGuid(), retentionDays: 3), await UploadAsync(Guid.NewGuid(), retentionDays: 300));
        Assert.Multiple(() =>
        {
            Assert.That(soon.ExpiresAt, Is.EqualTo(soon.CreatedAt.AddDays(3)));
            Assert.That(late.ExpiresAt, Is.EqualTo(late.CreatedAt.AddDays(30)));
        });
    }

    [Test]
    public async Task Goes_on_by_itself() =>
        Assert.That(await _storage.Database.ScalarAsync<long>("select count(*) from due_work where kind = 'asset-retention'"), Is.EqualTo(1));

    async Task<AssetView> UploadAsync(Guid account, int days)
    {
        var asset = await _storage.UploadGoodAsync(account, await SampleFiles.PngAsync(), "a.png");
        await _storage.Database.ExecuteAsync("update asset set created_at = now() - make_interval(days => $2) where id = $1", asset.Id, days);
        return asset;
    }

    async Task<AssetView> UploadAsync(Guid account, int? retentionDays)
    {
        var form = StorageApplication.FormOf(new ByteArrayContent(await SampleFiles.PngAsync()), "a.png");
        var request = new HttpRequestMessage(HttpMethod.Post, "/v1/uploads") { Content = form };
        request.Headers.Add(CallerToken.Header, StorageApplication.TokenOf(account, retentionDays));
        using var answer = await _storage.Http.SendAsync(request);
        Assert.That((int)answer.StatusCode, Is.EqualTo(201));
        return await StorageApplication.ReadAsync<AssetView>(answer);
    }

    Task RunAsync() => _storage.ClearByTimeAsync();

    static void Age(string file, TimeSpan age) => File.SetLastWriteTimeUtc(file, DateTime.UtcNow - age);
}
