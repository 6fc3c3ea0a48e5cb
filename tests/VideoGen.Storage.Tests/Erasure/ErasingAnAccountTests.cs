using VideoGen.Jobs.Contracts.Events;
using VideoGen.Storage.Contracts.Commands;
using VideoGen.Storage.Tests.Hosting;
using VideoGen.Testing;

namespace VideoGen.Storage.Tests.Erasure;

public sealed class Erasing_an_account
{
    static StorageApplication Storage => SharedStorage.Application;

    static JobsSide Jobs => SharedStorage.Jobs;

    [Test]
    public async Task Removes_every_file_and_what_is_known_of_it()
    {
        var (account, other, job) = (Guid.NewGuid(), Guid.NewGuid(), Guid.CreateVersion7());
        var png = await SampleFiles.PngAsync();
        var upload = await Storage.UploadGoodAsync(account, png, "mark-of-ada.png");
        var kept = await Storage.UploadGoodAsync(other, png, "b.png");
        var third = await Storage.UploadGoodAsync(account, png, "c.png");
        await Storage.Database.ExecuteAsync("update asset set test = true where id = $1", third.Id);
        await Jobs.SendAsync(Order(job, account, png));
        await Jobs.UntilIngestedAsync(job);
        await Storage.Database.AddDeadLetterAsync(job, "mark-of-ada");
        var objects = await ObjectsAsync(account);
        Assert.That(objects, Has.Count.GreaterThanOrEqualTo(3));

        await Jobs.SendAsync(new AccountErased(account));
        await Eventually.ThatAsync(() => !Storage.Files().Select(Path.GetFileName).Intersect(objects).Any(), because: "the objects go");
        Assert.That(await Storage.Database.TablesWithAsync("mark-of-ada"), Is.Empty);
        Assert.That(await CountAsync("asset where account_id = $1", account), Is.Zero);
        Assert.That(await CountAsync("ingest where account_id = $1 and (answer is not null or sources::text <> '[]')", account), Is.Zero);
        using var gone = await Storage.FollowAsync(upload.Url);
        using var there = await Storage.FollowAsync(kept.Url);
        Assert.That(((int)gone.StatusCode, (int)there.StatusCode), Is.EqualTo((404, 200)));

        // The same order once more, as a message that comes late.
        var orders = Order(Guid.CreateVersion7(), other, png);
        await Jobs.SendAsync(Order(job, account, png));
        await Jobs.SendAsync(orders);
        await Jobs.UntilIngestedAsync(orders.JobId);
        Assert.That(await CountAsync("asset where account_id = $1", account), Is.Zero);
    }

    /// <summary>An upload that was on its way when the account was deleted.</summary>
    [Test]
    public async Task Lets_retention_take_what_comes_later()
    {
        var account = Guid.NewGuid();
        await Jobs.SendAsync(new AccountErased(account));
        await Eventually.ThatAsync(async () => await CountAsync("closed_account where account_id = $1", account) == 1,
            because: "it is known as closed");
        await Storage.UploadGoodAsync(account, await SampleFiles.PngAsync(), "late.png");
        Assert.That(await CountAsync("asset where account_id = $1 and (expires_at is null or expires_at > now())", account), Is.Zero,
            "it has outlived its time when it comes");
    }

    [Test]
    public async Task Takes_more_than_a_batch_and_bears_repetition()
    {
        var account = Guid.NewGuid();
        await Storage.Database.ExecuteAsync("""
            insert into asset (id, account_id, kind, origin, media_type, file_name, size_bytes, sha256, content_key)
            select gen_random_uuid(), $1, 'image', 'upload', 'image/png', 'a.png', 1, repeat('a', 64), replace(key::text, '-', '')
            from (select gen_random_uuid() as key from generate_series(1, 1100)) made
            """, account);
        foreach (var _ in (int[])[1, 2]) await Jobs.SendAsync(new AccountErased(account));
        await Eventually.ThatAsync(async () => await CountAsync("asset where account_id = $1", account) == 0, because: "all are gone");
        await Eventually.ThatAsync(
            async () => await CountAsync("due_work where kind = 'erase-account' and id = $1", account) == 0, because: "the work is done");
    }

    static Task<long> CountAsync(string from, Guid account) => Storage.Database.ScalarAsync<long>("select count(*) from " + from, account);

    static async Task<List<string>> ObjectsAsync(Guid account)
    {
        const string Keys =
            "select string_agg(concat_ws(' ', content_key, thumbnail_key, preview_key), ' ') from asset where account_id = $1";
        return [.. (await Storage.Database.ScalarAsync<string>(Keys, account))!.Split(' ')];
    }

    static IngestOutputs Order(Guid job, Guid account, byte[] image) => new(
        job, account, job, Round: 1, [new OutputSource("image", Url: null, image, "image/png")]);
}
