using VideoGen.Storage.Contracts;
using VideoGen.Storage.Tests.Hosting;

namespace VideoGen.Storage.Tests.Assets;

[Parallelizable(ParallelScope.All)]
public sealed class Counting_an_account_s_videos
{
    static StorageApplication Storage => SharedStorage.Application;

    [Test]
    public async Task Counts_the_videos_that_jobs_made_with_all_their_bytes()
    {
        var (account, other) = (Guid.NewGuid(), Guid.NewGuid());
        await InsertAsync(account, "video", "job", 1000, thumbnail: 50, preview: 7);
        await InsertAsync(account, "video", "job", 200, thumbnail: null, preview: null);
        await InsertAsync(account, "video", "upload", 30, thumbnail: null, preview: null);
        await InsertAsync(account, "image", "job", 4, thumbnail: 1, preview: null);
        await InsertAsync(other, "video", "job", 9, thumbnail: null, preview: null);

        var (mine, theirs) = (await UsageAsync(account), await UsageAsync(other));
        Assert.That((mine.Videos, mine.VideoBytes), Is.EqualTo((2, 1257)));
        Assert.That((theirs.Videos, theirs.VideoBytes), Is.EqualTo((1, 9)));
    }

    [Test]
    public async Task Tells_what_the_disk_still_takes()
    {
        var usage = await UsageAsync(Guid.NewGuid());
        Assert.That((usage.Videos, usage.VideoBytes), Is.EqualTo((0, 0)));
        Assert.That(usage.AvailableBytes, Is.GreaterThan(0).And.LessThanOrEqualTo(new DriveInfo(Storage.Folder).AvailableFreeSpace + (1L << 30)));
    }

    [Test]
    public async Task Is_for_our_own_processes_only()
    {
        using var answer = await Storage.Http.GetAsync($"/internal/usage?account_id={Guid.NewGuid()}");
        Assert.That((int)answer.StatusCode, Is.EqualTo(401));
    }

    static async Task<StorageUsage> UsageAsync(Guid account)
    {
        using var answer = await Storage.SendAsync(HttpMethod.Get, $"/internal/usage?account_id={account}", accountId: null);
        return await StorageApplication.ReadAsync<StorageUsage>(answer);
    }

    static Task InsertAsync(Guid account, string kind, string origin, long bytes, long? thumbnail, long? preview) => Storage.Database.ExecuteAsync("""
        insert into asset (id, account_id, kind, origin, job_id, output_index, media_type, file_name, size_bytes, sha256, content_key,
          thumbnail_key, thumbnail_bytes, preview_key, preview_bytes)
        select gen_random_uuid(), $1, $2, $3, case when $3 = 'job' then gen_random_uuid() end, case when $3 = 'job' then 0 end, 'video/mp4', 'a.mp4', $4,
          repeat('0', 64), key, case when $5::bigint is not null then 't' || key end, $5::bigint, case when $6::bigint is not null then 'p' || key end, $6::bigint
        from (select replace(gen_random_uuid()::text, '-', '') as key) one
        """, account, kind, origin, bytes, thumbnail, preview);
}
