using NUnit.Framework;
using VideoGen.LocalServers;

namespace VideoGen.Testing;

/// <summary>
/// PostgreSQL and RabbitMQ of one's own, for tests that kill or restart them. Their folder and ports stay the same over
/// restarts; disposing ends them and removes the folder. They cannot outlive the test process.
/// </summary>
public sealed class PrivateServers : IAsyncDisposable
{
    private const string FolderPrefix = "videogen-test-";

    private readonly string _folder;

    private PrivateServers(string folder, PrivateServer postgres, PrivateServer rabbitMq)
    {
        _folder = folder;
        Postgres = postgres;
        RabbitMq = rabbitMq;
    }

    /// <summary>The database server; its connection string names the database <c>videogen</c>.</summary>
    public PrivateServer Postgres { get; }

    /// <summary>The broker; its connection string is an <c>amqp://</c> URI.</summary>
    public PrivateServer RabbitMq { get; }

    /// <summary>Starts both side by side. Where a program is missing the test is ignored, or fails under CI.</summary>
    public static async Task<PrivateServers> StartAsync()
    {
        MissingServer.Check(ServerPrograms.PostgresFolder(), "PostgreSQL (package postgresql)");
        MissingServer.Check(ServerPrograms.RabbitMqScript(), "RabbitMQ (package rabbitmq-server)");
        RemoveAbandoned();
        var folder = Path.Combine(Path.GetTempPath(), $"{FolderPrefix}{Environment.ProcessId}-{Guid.NewGuid():n}");
        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherExecute);
        var servers = new PrivateServers(folder, Database(folder), Broker(folder));
        try
        {
            await Task.WhenAll(servers.Postgres.StartAsync(), servers.RabbitMq.StartAsync());
        }
        catch
        {
            await servers.DisposeAsync();
            throw;
        }

        return servers;
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(Postgres.KillAsync(), RabbitMq.KillAsync());
        await Task.WhenAll(Postgres.EndCompanionsAsync(), RabbitMq.EndCompanionsAsync());
        await RemoveFolderAsync();
    }

    /// <summary>A test process that was killed took its servers with it but left their folder; the folder's name tells whose it was.</summary>
    private static void RemoveAbandoned()
    {
        foreach (var folder in Directory.GetDirectories(Path.GetTempPath(), $"{FolderPrefix}*"))
        {
            var owner = Path.GetFileName(folder)[FolderPrefix.Length..].Split('-')[0];
            if (!int.TryParse(owner, out var processId) || Libc.Exists(processId))
                continue;
            try
            {
                Directory.Delete(folder, recursive: true);
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                // Another test process removes it at this moment, or it is another user's.
            }
        }
    }

    private async Task RemoveFolderAsync()
    {
        // PostgreSQL's children notice its end a moment later and may still write.
        await Eventually.ThatAsync(
            () =>
            {
                try
                {
                    Directory.Delete(_folder, recursive: true);
                    return true;
                }
                catch (IOException)
                {
                    return !Directory.Exists(_folder);
                }
            },
            because: $"{_folder} can be removed");
    }

    private static PrivateServer Database(string folder)
    {
        var server = new PostgresProcess(new("postgres", Path.Combine(folder, "postgres"), Ports.Free(), "videogen", "videogen-test", SurvivesPowerLoss: false));
        var database = $"{server.ConnectionString};Database=videogen";
        return new(database, [server.Process], () => PostgresDatabase.CreateIfMissingAsync(database));
    }

    private static PrivateServer Broker(string folder)
    {
        var server = new RabbitMqProcess(new("rabbitmq", Path.Combine(folder, "rabbitmq"), Ports.Free(), Ports.Free(), Ports.Free(), "videogen", "videogen-test"));
        return new(server.ConnectionString, [server.Mapper, server.Process]);
    }
}

/// <summary>One server that a test may end and start again on the same port, with the same data.</summary>
public sealed class PrivateServer
{
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(20);

    private readonly IReadOnlyList<ServerProcess> _plans;
    private readonly Func<Task>? _whenReady;
    private readonly List<ChildProcess> _companions = [];
    private ChildProcess? _process;

    /// <param name="plans">The server, behind those that must run before it.</param>
    internal PrivateServer(string connectionString, IReadOnlyList<ServerProcess> plans, Func<Task>? whenReady = null)
    {
        ConnectionString = connectionString;
        _plans = plans;
        _whenReady = whenReady;
    }

    public string ConnectionString { get; }

    /// <summary>The server's process while it runs.</summary>
    public int ProcessId => _process?.Id ?? throw new InvalidOperationException("The server does not run.");

    /// <summary>Starts it and answers when it serves.</summary>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        if (_companions.Count == 0)
        {
            foreach (var companion in _plans.SkipLast(1))
            {
                _companions.Add(await ChildProcess.ServeAsync(companion, cancellationToken));
            }
        }

        _process = await ChildProcess.ServeAsync(_plans[^1], cancellationToken);
        if (_whenReady is not null)
            await _whenReady();
    }

    /// <summary>Ends it in good order.</summary>
    public async Task StopAsync()
    {
        if (_process is { } process)
            await process.StopAsync(StopGrace);
        _process = null;
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        if (_process is { } process)
        {
            process.Signal(Signal.Kill);
            await process.Exited;
        }

        _process = null;
    }

    /// <summary>Stops it in the middle of whatever it does (SIGSTOP), as a machine that hangs; undone by <see cref="Thaw"/>.</summary>
    public void Freeze() => _process?.Signal(Signal.Stop);

    public void Thaw() => _process?.Signal(Signal.Continue);

    internal async Task EndCompanionsAsync()
    {
        foreach (var companion in _companions)
        {
            await companion.StopAsync(StopGrace);
        }

        _companions.Clear();
    }
}

/// <summary>What to do about a program that a test needs and the machine lacks.</summary>
internal static class MissingServer
{
    /// <summary>Ignores the test with a reason; under CI a missing server is a failure.</summary>
    internal static void Check(string? found, string name)
    {
        if (found is not null)
            return;
        var reason = $"{name} is not installed; install it or set ConnectionStrings__videogen and ConnectionStrings__rabbitmq.";
        if (string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase))
            Assert.Fail(reason);
        Assert.Ignore(reason);
    }
}
