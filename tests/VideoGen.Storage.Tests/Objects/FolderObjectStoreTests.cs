using Microsoft.Extensions.Options;
using VideoGen.Storage.Objects;

namespace VideoGen.Storage.Tests.Objects;

[TestFixture]
public sealed class Keeping_objects_in_a_folder : ObjectStoreConformance
{
    readonly string _folder = Directory.CreateTempSubdirectory("videogen-objects-").FullName;
    FolderObjectStore _store = null!;

    private protected override IObjectStore Store => _store;

    [OneTimeSetUp]
    public void Open() => _store = new FolderObjectStore(Options.Create(new StorageOptions { Folder = _folder, MinFreeBytes = 0 }));

    [OneTimeTearDown]
    public void Remove() => Directory.Delete(_folder, recursive: true);

    private protected override Task<bool> LeaveUnfinishedAsync(TimeSpan age)
    {
        var path = Path.Combine(_folder, "temp", Guid.NewGuid().ToString("n"));
        File.WriteAllText(path, "half");
        File.SetLastWriteTimeUtc(path, DateTime.UtcNow - age);
        return Task.FromResult(true);
    }

    [Test]
    public async Task Leaves_nothing_in_its_temp_folder_after_a_failed_put()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => _store.PutAsync(ObjectKey.New(), new BrokenStream(after: 10), default));
        Assert.That(Directory.GetFiles(Path.Combine(_folder, "temp")), Is.Empty);
    }

    [Test]
    public async Task Spreads_objects_over_subfolders_by_their_keys()
    {
        var key = ObjectKey.New();
        await _store.PutAsync(key, new MemoryStream([1]), default);
        var name = key.ToString();
        Assert.That(File.Exists(Path.Combine(_folder, "objects", name[..2], name[2..4], name)), Is.True);
    }

    [Test]
    public async Task Refuses_a_put_that_would_eat_the_reserve()
    {
        var full = new FolderObjectStore(Options.Create(new StorageOptions { Folder = _folder, MinFreeBytes = long.MaxValue / 2 }));
        await Assert.ThrowsAsync<StorageFullException>(() => full.PutAsync(ObjectKey.New(), new MemoryStream([1]), default));
        Assert.That(full.HasRoomFor(0), Is.False);
    }

    [TestCase("")]
    [TestCase("../../../../etc/passwd")]
    [TestCase("0123456789abcdef0123456789abcde/")]
    [TestCase("0123456789ABCDEF0123456789ABCDEF")]
    [TestCase("0123456789abcdef0123456789abcdef0")]
    [TestCase("..23456789abcdef0123456789abcdef")]
    public void Takes_nothing_for_a_key_but_its_own(string text) => Assert.That(ObjectKey.TryParse(text), Is.Null);

    [Test]
    public void Reads_its_own_keys() => Assert.That(ObjectKey.Parse(ObjectKey.New().ToString()).ToString(), Has.Length.EqualTo(32));
}
