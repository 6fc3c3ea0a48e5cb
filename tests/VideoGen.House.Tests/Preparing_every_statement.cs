using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using VideoGen.Durability;
using VideoGen.Testing;

namespace VideoGen.House.Tests;

/// <summary>Every SQL constant of every store is given to PostgreSQL to parse and plan against the migrated schema.</summary>
[TestFixture("VideoGen.Accounts")]
[TestFixture("VideoGen.Jobs")]
[TestFixture("VideoGen.Providers")]
[TestFixture("VideoGen.Storage")]
public sealed partial class Preparing_every_statement(string service)
{
    readonly string _schema = $"house_{Guid.NewGuid():n}";
    NpgsqlDataSource _database = null!;
    ServiceProvider _services = null!;

    [OneTimeSetUp]
    public async Task Migrate()
    {
        var postgres = await TestServers.PostgresAsync();
        var services = new ServiceCollection();
        services.AddSingleton<Microsoft.Extensions.Logging.ILoggerFactory>(NullLoggerFactory.Instance);
        services.AddLogging();
        services.AddDurability(durability =>
        {
            durability.ConnectionString = postgres;
            durability.Schema = _schema;
            durability.ServiceAssembly = Assembly.Load(service);
        });
        _services = services.BuildServiceProvider();
        await _services.GetRequiredService<MigrationRunner>().RunAsync(CancellationToken.None);
        _database = _services.GetRequiredService<NpgsqlDataSource>();
    }

    [OneTimeTearDown]
    public async Task Drop()
    {
        await using (var drop = _database.CreateCommand($"drop schema if exists {_schema} cascade")) await drop.ExecuteNonQueryAsync();
        await _services.DisposeAsync();
    }

    [Test]
    public async Task Finds_no_statement_that_the_schema_refuses()
    {
        var statements = Statements(Assembly.Load(service)).Concat(Statements(typeof(UnitOfWork).Assembly)).ToList();
        var faults = new List<string>();
        await using var connection = await _database.OpenConnectionAsync();
        foreach (var (name, sql) in statements)
        {
            try
            {
                await using var prepare = new NpgsqlCommand($"prepare statement_under_test as {sql}; deallocate statement_under_test", connection);
                await prepare.ExecuteNonQueryAsync();
            }
            catch (PostgresException fault) when (fault.SqlState != PostgresErrorCodes.IndeterminateDatatype)
            {
                faults.Add($"{name}: {fault.MessageText}");
            }
            catch (PostgresException)
            {
                // A parameter whose type only the call site gives; the statement itself was understood.
            }
        }
        Assert.Multiple(() =>
        {
            Assert.That(statements, Is.Not.Empty);
            Assert.That(faults, Is.Empty);
        });
    }

    static IEnumerable<(string Name, string Sql)> Statements(Assembly assembly) =>
        from type in assembly.GetTypes()
        where InStore(type)
        from field in type.GetFields(BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.Static)
        where field is { IsLiteral: true } && field.FieldType == typeof(string)
        let sql = (string)field.GetRawConstantValue()!
        where Statement().IsMatch(sql)
        select ($"{type.FullName}.{field.Name}", sql.Trim().TrimEnd(';'));

    static bool InStore(Type type) =>
        type.Name.EndsWith("Store", StringComparison.Ordinal) || (type.DeclaringType is { } outer && InStore(outer));

    [GeneratedRegex(@"^\s*(select|insert|update|delete|with)\s", RegexOptions.IgnoreCase)]
    private static partial Regex Statement();
}
