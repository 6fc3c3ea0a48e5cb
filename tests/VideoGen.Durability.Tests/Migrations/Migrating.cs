using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using VideoGen.Durability.Tests.Harness;
using VideoGen.Testing;

namespace VideoGen.Durability.Tests.Migrations;

public sealed class Migrating
{
    string _schema = null!;

    [SetUp]
    public void Name() => _schema = "t_" + Guid.NewGuid().ToString("N")[..16];

    [TearDown]
    public Task DropAsync() => Servers.DropSchemaAsync(_schema);

    [Test]
    public async Task Runners_at_once_apply_each_script_once()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Runner(Library).RunAsync())));
        Assert.That(await CountAsync("migration where source = 'VideoGen.Durability'"), Is.EqualTo(Library.Count));
        Assert.That(await CountAsync("outbox"), Is.Zero);
    }

    [Test]
    public async Task A_second_run_changes_nothing_and_a_new_script_is_added()
    {
        await Runner(Script(1, "create table a (id int)")).RunAsync();
        await Runner(Script(1, "create table a (id int)"), Script(2, "insert into a values (1), (2)")).RunAsync();
        await Runner(Script(1, "create table a (id int)"), Script(2, "insert into a values (1), (2)")).RunAsync();
        Assert.That(await CountAsync("a"), Is.EqualTo(2));
    }

    [Test]
    public async Task A_number_that_was_skipped_is_caught_up_with()
    {
        await Runner(Script(1, "create table a (id int)"), Script(10, "create table b (id int)")).RunAsync();
        await Runner(Script(1, "create table a (id int)"), Script(2, "create table c (id int)"), Script(10, "create table b (id int)")).RunAsync();
        Assert.That(await CountAsync("c"), Is.Zero);
    }

    [Test]
    public async Task A_changed_script_is_refused_by_name()
    {
        await Runner(Script(1, "create table a (id int)")).RunAsync();
        Assert.That(() => Runner(Script(1, "create table a (id bigint)"), Script(2, "create table b (id int)")).RunAsync(),
            Throws.InstanceOf<MigrationException>().With.Message.Contains("service/0001_step"));
        Assert.That(await CountAsync("migration"), Is.EqualTo(1), "nothing else was applied");
    }

    [Test]
    public async Task A_failing_script_leaves_nothing_and_can_be_repaired()
    {
        Assert.That(() => Runner(Script(1, "create table a (id int); insert into a values (1); select 1/0")).RunAsync(),
            Throws.InstanceOf<MigrationException>().With.Message.Contains("0001_step").And.Message.Contains("division by zero"));
        await Runner(Script(1, "create table a (id int)")).RunAsync();
        Assert.That(await CountAsync("a"), Is.Zero);
    }

    [Test]
    public async Task An_older_release_runs_on_a_newer_schema()
    {
        await Runner(Script(1, "create table a (id int)"), Script(2, "create table b (id int)")).RunAsync();
        await Runner(Script(1, "create table a (id int)")).RunAsync();
        Assert.That(await CountAsync("migration"), Is.EqualTo(2));
    }

    [Test]
    public void An_unreachable_database_is_waited_for_until_the_deadline()
    {
        var runner = new MigrationRunner(
            new DurabilityOptions { ConnectionString = "Host=127.0.0.1;Port=9;Username=x;Password=x", Schema = _schema, DatabaseWait = TimeSpan.FromMilliseconds(600) },
            Library, NullLogger<MigrationRunner>.Instance);
        var since = Stopwatch.GetTimestamp();
        Assert.That(() => runner.RunAsync(), Throws.InstanceOf<MigrationException>().With.Message.Contains("127.0.0.1:9"));
        Assert.That(Stopwatch.GetElapsedTime(since), Is.GreaterThan(TimeSpan.FromMilliseconds(600)));
    }

    [Test]
    public void A_database_that_does_not_exist_fails_at_once()
    {
        var settings = new NpgsqlConnectionStringBuilder(TestServers.PostgresConnectionString) { Database = "no_such_database_here" };
        var runner = new MigrationRunner(new DurabilityOptions { ConnectionString = settings.ConnectionString, Schema = _schema }, Library, NullLogger<MigrationRunner>.Instance);
        Assert.That(() => runner.RunAsync().WaitAsync(TimeSpan.FromSeconds(5)), Throws.InstanceOf<PostgresException>());
    }

    [Test]
    public void Line_ends_do_not_count_as_a_change()
    {
        var scripts = MigrationScript.Of(typeof(MigrationRunner).Assembly);
        Assert.That(scripts.Select(script => script.Number), Is.EqualTo(new[] { 1, 2, 3, 4, 5, 6 }));
        Assert.That(scripts, Has.All.Matches<MigrationScript>(script => !script!.Sql.Contains('\r') && script.Sha256.Length == 64));
    }

    static IReadOnlyList<MigrationScript> Library => MigrationScript.Of(typeof(MigrationRunner).Assembly);

    static MigrationScript Script(int number, string sql) => MigrationScript.Create("service", number, $"{number:D4}_step", sql);

    MigrationRunner Runner(params IReadOnlyList<MigrationScript> scripts) =>
        new(new DurabilityOptions { ConnectionString = TestServers.PostgresConnectionString, Schema = _schema }, scripts, NullLogger<MigrationRunner>.Instance);

    async Task<long> CountAsync(string what)
    {
        await using var source = NpgsqlDataSource.Create(TestServers.PostgresConnectionString + ";Search Path=" + _schema);
        await using var command = source.CreateCommand("select count(*) from " + what);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
