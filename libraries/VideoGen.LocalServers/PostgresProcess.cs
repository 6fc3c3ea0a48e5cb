using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace VideoGen.LocalServers;

/// <summary>What a private PostgreSQL server needs to know.</summary>
/// <param name="Name">Its name in messages.</param>
/// <param name="Folder">Its own folder; its rows are in <c>db</c> below.</param>
/// <param name="Port">Port on 127.0.0.1.</param>
/// <param name="UserName">The superuser.</param>
/// <param name="Password">The superuser's password; fixed when the rows are first made.</param>
/// <param name="SurvivesPowerLoss">False skips fsync, for tests: a killed process loses nothing, a machine might.</param>
internal sealed record PostgresSettings(string Name, string Folder, int Port, string UserName, string Password, bool SurvivesPowerLoss = true);

/// <summary>
/// PostgreSQL as a process with a folder and a port of its own.
/// It listens on 127.0.0.1 only and on no socket file (their paths are limited to 107 characters); as root it runs as
/// <c>postgres</c> or <c>nobody</c>. SIGINT is its fast shutdown: clients are cut off, nothing is lost.
/// </summary>
internal sealed class PostgresProcess(PostgresSettings settings)
{
    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(20);

    private readonly UnprivilegedUser? _user = UnprivilegedUser.Find();
    private readonly PostgresPrograms _programs = PostgresPrograms.Find(Path.Combine(settings.Folder, "db"));

    private string RowsFolder => Path.Combine(settings.Folder, "db");

    internal string ConnectionString => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = settings.Port,
        Username = settings.UserName,
        Password = settings.Password,
    }.ConnectionString;

    internal ServerProcess Process => new()
    {
        Name = settings.Name,
        Command = Command(_programs.Server)[0],
        Arguments = [.. Command(_programs.Server).Skip(1), .. ServerArguments()],
        WorkingDirectory = settings.Folder,
        Environment = Environment(),
        StopSignal = Signal.Interrupt,
        PrepareAsync = PrepareAsync,
        IsReadyAsync = IsReadyAsync,
    };

    /// <summary>The program, run as another user where this process is root. <c>setpriv</c> replaces itself by it.</summary>
    private string[] Command(string program) => _user is null ? [program] : ["setpriv", .. _user.SetprivArguments(settings.Folder), program];

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
        return ["-D", RowsFolder, "-p", settings.Port.ToString(CultureInfo.InvariantCulture), .. options.SelectMany(option => new[] { "-c", option })];
    }

    private Dictionary<string, string> Environment() => new()
    {
        ["HOME"] = settings.Folder,
        ["LANG"] = "C.UTF-8",
        ["LC_ALL"] = "C.UTF-8",
    };

    private async Task PrepareAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(settings.Folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        if (_user is not null)
            Libc.ChangeOwner(settings.Folder, _user);
        await EndLeftoverAsync(cancellationToken);
        if (!Directory.Exists(RowsFolder))
            await InitialiseAsync(cancellationToken);
    }

    /// <summary>
    /// A server of a killed run may still be shutting down over the same rows. One that was killed itself leaves its pid file behind, whose
    /// number may belong to anyone by now, and its children for a moment: while they hold its shared memory no other server starts here.
    /// </summary>
    private async Task EndLeftoverAsync(CancellationToken cancellationToken)
    {
        var pidFile = Path.Combine(RowsFolder, "postmaster.pid");
        if (!File.Exists(pidFile) || !int.TryParse((await File.ReadAllLinesAsync(pidFile, cancellationToken)).FirstOrDefault(), out var server))
            return;
        var waiting = Stopwatch.StartNew();
        while (RunningHere() is { Count: > 0 } leftover)
        {
            var isPatient = waiting.Elapsed < LongestStop;
            foreach (var pid in isPatient ? leftover.Where(pid => pid == server) : leftover)
            {
                Libc.Signal(pid, isPatient ? Signal.Interrupt : Signal.Kill);
            }

            await Task.Delay(100, cancellationToken);
        }
    }

    /// <summary>The processes that work in the folder of the rows: the server and its children.</summary>
    private List<int> RunningHere() =>
        [.. Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(name => int.TryParse(name, out _)).Select(int.Parse!).Where(RunsHere)];

    private bool RunsHere(int pid)
    {
        try
        {
            return new FileInfo($"/proc/{pid}/cwd").LinkTarget == RowsFolder;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Made beside its place and moved there when complete, so that an interrupted start leaves no half-made database.</summary>
    private async Task InitialiseAsync(CancellationToken cancellationToken)
    {
        var draft = $"{RowsFolder}.new";
        if (Directory.Exists(draft))
            Directory.Delete(draft, recursive: true);
        var passwordFile = Path.Combine(settings.Folder, "password");
        AtomicFile.Write(passwordFile, settings.Password);
        if (_user is not null)
            Libc.ChangeOwner(passwordFile, _user);
        try
        {
            await RunInitdbAsync(draft, passwordFile, cancellationToken);
        }
        finally
        {
            File.Delete(passwordFile);
        }

        Directory.Move(draft, RowsFolder);
    }

    private async Task RunInitdbAsync(string folder, string passwordFile, CancellationToken cancellationToken)
    {
        string[] command =
        [
            .. Command(_programs.Initdb), "-D", folder, "-U", settings.UserName, $"--pwfile={passwordFile}",
            "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", .. settings.SurvivesPowerLoss ? Array.Empty<string>() : ["--no-sync"],
        ];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            WorkingDirectory = settings.Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var (name, value) in Environment())
        {
            start.Environment[name] = value;
        }

        using var initdb = System.Diagnostics.Process.Start(start)!;
        var said = await Task.WhenAll(initdb.StandardOutput.ReadToEndAsync(cancellationToken), initdb.StandardError.ReadToEndAsync(cancellationToken));
        await initdb.WaitForExitAsync(cancellationToken);
        if (initdb.ExitCode != 0)
            throw new LocalServerException($"initdb failed with code {initdb.ExitCode}: {string.Join(System.Environment.NewLine, said)}");
    }

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
            throw new LocalServerException($"The password given for {settings.Name} is not the one its rows in {settings.Folder} were made with.", problem);
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }
}

/// <summary>PostgreSQL's programs: of the version that existing rows were made with, or of the newest that is installed.</summary>
internal sealed record PostgresPrograms(string Server, string Initdb)
{
    internal static PostgresPrograms Find(string rowsFolder)
    {
        var versionFile = Path.Combine(rowsFolder, "PG_VERSION");
        var folder = ServerPrograms.PostgresFolder(File.Exists(versionFile) ? File.ReadAllText(versionFile).Trim() : null)
            ?? throw ServerPrograms.Missing("PostgreSQL", "postgresql", "ConnectionStrings__<database>='Host=…;Username=…;Password=…;Database=…'");
        return new(Path.Combine(folder, "postgres"), Path.Combine(folder, "initdb"));
    }
}
