using VideoGen.Durability.Tests.Harness;

namespace VideoGen.Durability.Tests;

public sealed class Connecting_to_the_database
{
    DurableApplication _app = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _app = await DurableApplication.StartAsync(new(Bus: null));

    [OneTimeTearDown]
    public ValueTask StopAsync() => _app.DisposeAsync();

    [Test]
    public async Task A_statement_that_is_used_again_is_prepared()
    {
        await using var connection = await _app.Database.OpenConnectionAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "select count(*) from pg_prepared_statements where statement like '%' || $1 || '%' and not from_sql";
        command.Parameters.Add(new() { Value = "pg_prepared_statements" });
        var seen = new List<object?>();
        for (var use = 0; use < 3; use++) seen.Add(await command.ExecuteScalarAsync());
        Assert.That(seen, Is.EqualTo(new object[] { 0L, 1L, 1L }));
    }

    [Test]
    public async Task A_connection_says_whose_it_is()
    {
        await using var command = _app.Database.CreateCommand("select current_setting('application_name')");
        Assert.That(await command.ExecuteScalarAsync(), Is.EqualTo("videogen-" + _app.Schema));
    }
}
