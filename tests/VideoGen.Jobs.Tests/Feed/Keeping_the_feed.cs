using Microsoft.Extensions.DependencyInjection;
using VideoGen.Durability;
using VideoGen.Jobs.Feed;

namespace VideoGen.Jobs.Tests.Feed;

[TestFixture]
public sealed class Keeping_the_feed
{
    FeedApplication _app = null!;

    [OneTimeSetUp]
    public async Task Start() => _app = await FeedApplication.StartAsync("feed_keep", run: false);

    [OneTimeTearDown]
    public async Task Stop() => await _app.DisposeAsync();

    Task<string?> MonthsAsync() => _app.Database.ScalarAsync<string>(
        "select string_agg(relname, ' ' order by relname) from pg_class where relname ~ '^feed_event_\\d{4}_\\d{2}$' and relnamespace = current_schema()::regnamespace");

    async Task InTransactionAsync(Func<FeedMonthStore, Task> act)
    {
        await using var scope = _app.Services.CreateAsyncScope();
        var work = scope.ServiceProvider.GetRequiredService<UnitOfWork>();
        await work.BeginAsync();
        await act(scope.ServiceProvider.GetRequiredService<FeedMonthStore>());
        await work.CommitAsync();
    }

    [Test]
    public async Task This_month_and_three_ahead_exist_after_migration()
    {
        var first = DateTimeOffset.UtcNow;
        var expected = Enumerable.Range(0, 4).Select(n => new DateTime(first.Year, first.Month, 1).AddMonths(n)).Select(month => $"feed_event_{month:yyyy_MM}");
        Assert.That(await MonthsAsync(), Is.EqualTo(string.Join(' ', expected)));
        await InTransactionAsync(store => store.CreateMonthsAsync(CancellationToken.None));
        Assert.That(await MonthsAsync(), Is.EqualTo(string.Join(' ', expected)), "making them again changes nothing");
    }

    [Test, DependsOnTest(nameof(This_month_and_three_ahead_exist_after_migration), AllowFailure = true)]
    public async Task A_missing_month_is_made_and_old_ones_go()
    {
        await _app.Database.ExecuteAsync("create table feed_event_2020_01 (like feed_event including defaults including constraints)");
        await _app.Database.ExecuteAsync("alter table feed_event attach partition feed_event_2020_01 for values from ('2020-01-01') to ('2020-02-01')");
        var future = $"feed_event_{DateTime.UtcNow.AddDays(1 - DateTime.UtcNow.Day).AddMonths(3):yyyy_MM}";
        await _app.Database.ExecuteAsync($"drop table {future}");

        await InTransactionAsync(store => store.CreateMonthsAsync(CancellationToken.None));
        var dropped = 0;
        await InTransactionAsync(async store => dropped = await store.DropMonthsAsync(3, CancellationToken.None));

        Assert.That(dropped, Is.EqualTo(1));
        Assert.That(await MonthsAsync(), Does.Contain(future).And.Not.Contain("2020_01"));
    }

    [Test, DependsOnTest(nameof(A_missing_month_is_made_and_old_ones_go), AllowFailure = true)]
    public async Task Every_month_has_the_indexes_of_the_feed()
    {
        var indexes = await _app.Database.ScalarAsync<long>(
            "select count(*) from pg_index where indrelid = ('feed_event_' || to_char(now() at time zone 'UTC', 'YYYY_MM'))::regclass");
        Assert.That(indexes, Is.EqualTo(3));
    }
}
