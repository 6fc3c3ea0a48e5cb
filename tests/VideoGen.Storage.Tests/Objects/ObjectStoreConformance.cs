using System.Security.Cryptography;
using VideoGen.Storage.Objects;

namespace VideoGen.Storage.Tests.Objects;

/// <summary>What every object store must do. A fixture for a store derives from this and says how to make one.</summary>
public abstract class ObjectStoreConformance
{
    private protected abstract IObjectStore Store { get; }

    /// <summary>Makes what a put that a crash cut short leaves, that old; null where the store leaves nothing.</summary>
    private protected abstract Task<bool> LeaveUnfinishedAsync(TimeSpan age);

    [Test]
    public async Task Gives_back_what_was_put([Values(0, 1, 65_536, 3_000_001)] int size)
    {
        var (key, bytes) = (ObjectKey.New(), RandomNumberGenerator.GetBytes(size));
        await Store.PutAsync(key, new MemoryStream(bytes), default);
        Assert.That(await ReadAsync(key, 0, size), Is.EqualTo(bytes));
    }

    [TestCase(0, 10)]
    [TestCase(1, 1)]
    [TestCase(500, 400)]
    [TestCase(999, 1)]
    [TestCase(990, 100)]
    public async Task Gives_a_range(int offset, int length)
    {
        var (key, bytes) = (ObjectKey.New(), RandomNumberGenerator.GetBytes(1000));
        await Store.PutAsync(key, new MemoryStream(bytes), default);
        Assert.That(await ReadAsync(key, offset, length), Is.EqualTo(bytes.Skip(offset).Take(length)));
    }

    [Test]
    public async Task Takes_a_local_file_away()
    {
        var path = Path.GetTempFileName();
        await File.WriteAllTextAsync(path, "a file from another disk");
        var key = ObjectKey.New();
        await Store.PutFileAsync(key, path, default);
        Assert.Multiple(async () =>
        {
            Assert.That(File.Exists(path), Is.False);
            Assert.That(await ReadAsync(key, 0, 100), Is.EqualTo("a file from another disk"u8.ToArray()));
        });
    }

    [Test]
    public async Task Keeps_nothing_of_a_put_that_fails()
    {
        var key = ObjectKey.New();
        await Assert.ThrowsAsync<InvalidOperationException>(() => Store.PutAsync(key, new BrokenStream(after: 100_000), default));
        Assert.That(await Store.ExistsAsync(key, default), Is.False);
    }

    [Test]
    public async Task Never_shows_half_an_object()
    {
        var (key, source) = (ObjectKey.New(), new SlowStream(pieces: 20));
        var put = Store.PutAsync(key, source, default);
        await source.HalfWay;
        Assert.Multiple(async () =>
        {
            Assert.That(await Store.ExistsAsync(key, default), Is.False);
            Assert.That(await Store.OpenAsync(key, 0, 10, default), Is.Null);
        });
        source.GoOn();
        await put;
        Assert.That(await ReadAsync(key, 0, long.MaxValue), Has.Length.EqualTo(20_000));
    }

    [Test]
    public async Task Deletes_once_and_tells()
    {
        var key = ObjectKey.New();
        await Store.PutAsync(key, new MemoryStream([1, 2, 3]), default);
        Assert.Multiple(async () =>
        {
            Assert.That(await Store.ExistsAsync(key, default), Is.True);
            Assert.That(await Store.DeleteAsync(key, default), Is.True);
            Assert.That(await Store.DeleteAsync(key, default), Is.False);
            Assert.That(await Store.ExistsAsync(key, default), Is.False);
            Assert.That(await Store.OpenAsync(key, 0, 1, default), Is.Null);
        });
    }

    [Test]
    public async Task Lets_readers_read_on_after_a_delete()
    {
        var (key, bytes) = (ObjectKey.New(), RandomNumberGenerator.GetBytes(500_000));
        await Store.PutAsync(key, new MemoryStream(bytes), default);
        await using var open = await Store.OpenAsync(key, 0, bytes.Length, default);
        await open!.ReadExactlyAsync(new byte[100]);
        await Store.DeleteAsync(key, default);
        var rest = new MemoryStream();
        await open.CopyToAsync(rest);
        Assert.That(rest.ToArray(), Is.EqualTo(bytes[100..]));
    }

    [Test]
    public async Task Lists_every_object_in_the_order_of_keys()
    {
        var before = await ListAsync();
        var keys = Enumerable.Range(0, 20).Select(_ => ObjectKey.New()).ToList();
        await Task.WhenAll(keys.Select(key => Store.PutAsync(key, new MemoryStream([7, 7]), default)));
        var after = await ListAsync();
        var added = after.Where(found => keys.Contains(found.Key)).ToList();
        Assert.Multiple(() =>
        {
            Assert.That(before.Select(found => found.Key), Is.SubsetOf(after.Select(found => found.Key)));
            Assert.That(added.Select(found => found.Key), Is.EquivalentTo(keys));
            Assert.That(after.Select(found => found.Key.ToString()), Is.Ordered.Using<string>(StringComparer.Ordinal));
            Assert.That(added.Select(found => found.SizeBytes), Is.All.EqualTo(2));
            Assert.That(added.Select(found => found.WrittenAt), Is.All.EqualTo(DateTimeOffset.UtcNow).Within(TimeSpan.FromMinutes(1)));
        });
    }

    [Test]
    public async Task Removes_only_old_leftovers()
    {
        if (!await LeaveUnfinishedAsync(TimeSpan.FromHours(2)) || !await LeaveUnfinishedAsync(TimeSpan.FromMinutes(1))) Assert.Pass("This store leaves nothing unfinished.");
        Assert.That(await Store.RemoveUnfinishedAsync(TimeSpan.FromHours(1), default), Is.EqualTo(1));
        Assert.That(await Store.RemoveUnfinishedAsync(TimeSpan.Zero, default), Is.EqualTo(1));
    }

    [Test]
    public async Task Takes_many_puts_at_once()
    {
        var objects = Enumerable.Range(0, 50).Select(_ => (Key: ObjectKey.New(), Bytes: RandomNumberGenerator.GetBytes(10_000))).ToList();
        await Task.WhenAll(objects.Select(one => Store.PutAsync(one.Key, new MemoryStream(one.Bytes), default)));
        foreach (var (key, bytes) in objects) Assert.That(await ReadAsync(key, 0, 10_000), Is.EqualTo(bytes));
    }

    async Task<List<StoredObject>> ListAsync()
    {
        var all = new List<StoredObject>();
        await foreach (var found in Store.ListAsync(default)) all.Add(found);
        return all;
    }

    async Task<byte[]> ReadAsync(ObjectKey key, long offset, long length)
    {
        await using var stream = await Store.OpenAsync(key, offset, length, default);
        Assert.That(stream, Is.Not.Null);
        var bytes = new MemoryStream();
        await stream!.CopyToAsync(bytes);
        return bytes.ToArray();
    }
}
