using Microsoft.Extensions.DependencyInjection;
using VideoGen.Durability;
using VideoGen.Jobs.Feed;
using VideoGen.Jobs.Tests.Feed;
using VideoGen.Jobs.Webhooks;
using JobsOf = VideoGen.Jobs.Tests.Feed.Jobs;

namespace VideoGen.Jobs.Tests.Webhooks;

[TestFixture]
public sealed class Keeping_deliveries
{
    [Test]
    public async Task What_ended_longer_ago_than_it_is_kept_goes_with_its_attempts_and_what_is_pending_stays()
    {
        await using var app = await FeedApplication.StartAsync("hooks_keep", run: false);
        for (var n = 0; n < 3; n++) await app.AppendAsync(Guid.NewGuid(), EventTypes.Completed, JobsOf.New(), "https://hooks.example.com/");
        await app.Database.ExecuteAsync("insert into webhook_attempt (delivery_id, number, url) select id, 1, url from webhook_delivery");
        await app.Database.ExecuteAsync(
            "update webhook_delivery set status = 'failed', ended_at = now() - interval '31 days' where id = (select min(id::text)::uuid from webhook_delivery)");
        await app.Database.ExecuteAsync(
            "update webhook_delivery set status = 'failed', ended_at = now() - interval '29 days' where id = (select max(id::text)::uuid from webhook_delivery)");

        await using var scope = app.Services.CreateAsyncScope();
        var work = scope.ServiceProvider.GetRequiredService<UnitOfWork>();
        await work.BeginAsync();
        var deleted = await DeliveryStore.PruneAsync(work, TimeSpan.FromDays(30), Guid.CreateVersion7(DateTimeOffset.UtcNow.AddMinutes(1)), 100, CancellationToken.None);
        await work.CommitAsync();

        Assert.That(deleted, Is.EqualTo(1));
        Assert.That(await app.Database.ScalarAsync<long>("select count(*) from webhook_delivery"), Is.EqualTo(2));
        Assert.That(await app.Database.ScalarAsync<long>("select count(*) from webhook_attempt"), Is.EqualTo(2));
    }

    [TestCase("Jobs:Webhooks:RetentionDays", "400", "Jobs:Webhooks:RetentionDays")]
    [TestCase("Jobs:Webhooks:DisableAfter", "00:00:00", "Jobs:Webhooks:DisableAfter")]
    [TestCase("Jobs:Webhooks:Schedule:1", "-00:00:01", "Jobs:Webhooks:Schedule")]
    [TestCase("Jobs:Webhooks:EncryptionKey", "short", "EncryptionKey")]
    [TestCase("Jobs:Webhooks:Jitter", "0.9", "Jitter")]
    [TestCase("Jobs:Feed:RetentionMonths", "0", "RetentionMonths")]
    [TestCase("Egress:AllowNetworks:0", "everything", "Egress:AllowNetworks")]
    public void A_setting_that_is_wrong_stops_the_start_and_is_named(string key, string value, string named) => Assert.That(
        async () => await FeedApplication.StartAsync("hooks_bad", (key, value)), Throws.Exception.With.Message.Contains(named));
}
