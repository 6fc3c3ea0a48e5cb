using System.Diagnostics;
using System.Globalization;
using Aspire.Hosting;
using Npgsql;

namespace VideoGen.LocalHosting.Run;

/// <summary>What a private PostgreSQL server needs to know.</summary>
/// <param name="Name">Name in logs.</param>
/// <param name="Folder">Its own folder; data in <c>db</c> below it.</param>
/// <param name="Port">Port on 127.0.0.1.</param>
/// <param name="UserName">The superuser.</param>
/// <param name="Password">Its password; fixed when the data is made.</param>
/// <param name="SurvivesPowerLoss">False skips fsync, for tests: a killed process loses nothing, a machine might.</param>
internal sealed record PostgresSettings(string Name, string Folder, int Port, string UserName, string Password, bool SurvivesPowerLoss = true);

/// <summary>
/// PostgreSQL as a child process with a folder and a port of its own.
/// It listens on 127.0.0.1 only and on no socket file (their paths are limited to 107 characters); as root it runs as
/// <c>postgres</c> or <c>nobody</c>. SIGINT is its fast shutdown: clients are cut off, nothing is lost.
/// </summary>
internal sealed class PostgresServer(PostgresSettings settings)
{
    private static readonly TimeSpan FastStop = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan ImmediateStop = TimeSpan.FromSeconds(5);

    private readonly UnprivilegedUser? _user = UnprivilegedUser.Find();

    private string DataFolder => Path.Combine(settings.Folder, "db");

    internal string ConnectionString => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = settings.Port,
        Username = settings.UserName,
        Password = settings.Password,
    }.ConnectionString;

    /// <summary>How to run it, with the databases it shall hold.</summary>
    internal ProcessPlan Plan(params IReadOnlyList<string> databases)
    {
        var version = File.Exists(Path.Combine(DataFolder, "PG_VERSION")) ? File.ReadAllText(Path.Combine(DataFolder, "PG_VERSION")).Trim() : null;
        var programs = ServerPrograms.PostgresFolder(version)
            ?? throw ServerPrograms.Missing("PostgreSQL", "postgresql", "ConnectionStrings__<database>='Host=…;Username=…;Password=…;Database=…'");
        return new()
        {
            Name = settings.Name,
            Command = Path.Combine(programs, "postgres"),
            Args = [.. ServerArguments()],
            WorkingDirectory = settings.Folder,
            Environment = ServerEnvironment(),
            User = _user,
            DeathSignal = Signal.Interrupt,
            Stop = [new(Signal.Interrupt, FastStop), new(Signal.Quit, ImmediateStop)],
            ShowOutput = false,
            BeforeStart = cancellationToken => PrepareAsync(programs, cancellationToken),
            IsReady = IsReadyAsync,
            WhenReady = cancellationToken => CreateDatabasesAsync(databases, cancellationToken),
        };
    }

    private IEnumerable<string> ServerArguments()
    {
        string[] options =
        [
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "max_connections=300",
            "shared_buffers=256MB",
            "lock_timeout=5s",
            "idle_in_transaction_session_timeout=30s",
            "wal_level=minimal",
            "max_wal_senders=0",
            "logging_collector=off",
            "log_min_messages=error",
            $"fsync={(settings.SurvivesPowerLoss ? "on" : "off")}",
        ];
        return ["-D", DataFolder, "-p", settings.Port.ToString(CultureInfo.InvariantCulture), .. options.SelectMany(option => new[] { "-c", option })];
    }

    private Dictionary<string, string?> ServerEnvironment() => new()
    {
        ["HOME"] = settings.Folder,
        ["LANG"] = "C.UTF-8",
        ["LC_ALL"] = "C.UTF-8",
    };

    private async Task PrepareAsync(string programs, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(settings.Folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        if (_user is not null)
            Libc.ChangeOwner(settings.Folder, _user);
        await EndLeftoverAsync(cancellationToken);
        if (!Directory.Exists(DataFolder))
            await InitialiseAsync(programs, cancellationToken);
    }

    /// <summary>
    /// A server of a killed run may still be shutting down over the same data; and one that was killed itself leaves its
    /// pid file behind, whose number may belong to anyone by now.
    /// </summary>
    private async Task EndLeftoverAsync(CancellationToken cancellationToken)
    {
        var pidFile = Path.Combine(DataFolder, "postmaster.pid");
        if (!File.Exists(pidFile) || !int.TryParse((await File.ReadAllLinesAsync(pidFile, cancellationToken)).FirstOrDefault(), out var pid))
            return;
        var waiting = Stopwatch.StartNew();
        while (RunsHere(pid))
        {
            Libc.Signal(pid, waiting.Elapsed < FastStop ? Signal.Interrupt : Signal.Kill);
            await Task.Delay(100, cancellationToken);
        }
    }

    private bool RunsHere(int pid)
    {
        try
        {
            return new FileInfo($"/proc/{pid}/cwd").LinkTarget == DataFolder;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Made beside its place and moved there when complete, so that an interrupted start is no half-made database.</summary>
    private async Task InitialiseAsync(string programs, CancellationToken cancellationToken)
    {
        var draft = $"{DataFolder}.new";
        if (Directory.Exists(draft))
            Directory.Delete(draft, recursive: true);
        var passwordFile = Path.Combine(settings.Folder, "password");
        AtomicFile.Write(passwordFile, settings.Password);
        if (_user is not null)
            Libc.ChangeOwner(passwordFile, _user);
        try
        {
            var child = await ChildProcess.StartAsync(InitialisePlan(programs, draft, passwordFile), _ => { });
            var code = await child.Exited.WaitAsync(cancellationToken);
            await child.ReadToEndAsync();
            if (code != 0)
                throw new DistributedApplicationException($"initdb failed with code {code}: {string.Join(Environment.NewLine, child.LastLines)}");
        }
        finally
        {
            File.Delete(passwordFile);
        }

        Directory.Move(draft, DataFolder);
    }

    private ProcessPlan InitialisePlan(string programs, string folder, string passwordFile) => new()
    {
        Name = $"{settings.Name}-init",
        Command = Path.Combine(programs, "initdb"),
        Args =
        [
            "-D", folder, "-U", settings.UserName, $"--pwfile={passwordFile}", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8",
            .. settings.SurvivesPowerLoss ? Array.Empty<string>() : ["--no-sync"],
        ],
        WorkingDirectory = settings.Folder,
        Environment = ServerEnvironment(),
        User = _user,
    };

    private async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = new NpgsqlConnection($"{ConnectionString};Database=postgres;Pooling=false;Timeout=2");
            await connection.OpenAsync(cancellationToken);
            return true;
        }
        catch (PostgresException problem) when (problem.SqlState is PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification)
        {
            throw new DistributedApplicationException(
                $"The password given for {settings.Name} is not the one its data in {settings.Folder} was made with.", problem);
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private async Task CreateDatabasesAsync(IReadOnlyList<string> databases, CancellationToken cancellationToken)
    {
        foreach (var database in databases)
        {
            var target = new NpgsqlConnectionStringBuilder(ConnectionString) { Database = database };
            await PostgresDatabase.CreateIfMissingAsync(target.ConnectionString, cancellationToken);
        }
    }
}
