using System.Globalization;
using System.Security.Cryptography;

namespace VideoGen.LocalServers;

/// <summary>What a private RabbitMQ broker needs to know.</summary>
/// <param name="Name">Name in logs.</param>
/// <param name="Folder">Its own folder.</param>
/// <param name="Port">AMQP port on 127.0.0.1.</param>
/// <param name="MapperPort">Port of its own Erlang port mapper (epmd).</param>
/// <param name="DistributionPort">Port Erlang nodes would talk on.</param>
/// <param name="UserName">The user, made when the broker first starts.</param>
/// <param name="Password">Its password; fixed when the broker first starts.</param>
internal sealed record RabbitMqSettings(
    string Name, string Folder, int Port, int MapperPort, int DistributionPort, string UserName, string Password);

/// <summary>
/// RabbitMQ as a process: own folder, own cookie, own port mapper, everything on 127.0.0.1, no plugins.
/// The start script replaces itself by the Erlang machine, so that its id is the process's own and SIGTERM is an orderly stop.
/// </summary>
internal sealed class RabbitMqProcess(RabbitMqSettings settings)
{
    internal string ConnectionString =>
        $"amqp://{Uri.EscapeDataString(settings.UserName)}:{Uri.EscapeDataString(settings.Password)}@127.0.0.1:{Number(settings.Port)}";

    /// <summary>The port mapper; it runs before the broker starts and until it has ended.</summary>
    internal ServerProcess Mapper => new()
    {
        Name = $"{settings.Name}-epmd",
        Command = ServerPrograms.PortMapper() ?? throw NotInstalled(),
        Arguments = ["-port", Number(settings.MapperPort), "-address", "127.0.0.1"],
        WorkingDirectory = "/",
        Environment = new Dictionary<string, string> { ["HOME"] = HomeFolder },
        IsReadyAsync = _ => Task.FromResult(PortIsOpen(settings.MapperPort)),
    };

    internal ServerProcess Process => new()
    {
        Name = settings.Name,
        Command = ServerPrograms.RabbitMqScript() ?? throw NotInstalled(),
        WorkingDirectory = settings.Folder,
        Environment = ServerEnvironment(),
        PrepareAsync = PrepareAsync,
        IsReadyAsync = IsReadyAsync,
    };

    private string HomeFolder => Path.Combine(settings.Folder, "home");

    private string LogFolder => Path.Combine(settings.Folder, "log");

    private string SettingsFile => Path.Combine(settings.Folder, "rabbitmq.conf");

    private string ErlangSettingsFile => Path.Combine(settings.Folder, "advanced.config");

    private string PluginsFile => Path.Combine(settings.Folder, "enabled_plugins");

    private Task PrepareAsync(CancellationToken cancellationToken)
    {
        const UnixFileMode ownerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        foreach (var folder in new[] { settings.Folder, HomeFolder, LogFolder, Path.Combine(settings.Folder, "mnesia") })
        {
            Directory.CreateDirectory(folder, ownerOnly);
        }

        var cookie = Path.Combine(HomeFolder, ".erlang.cookie");
        if (!File.Exists(cookie))
            AtomicFile.Write(cookie, RandomNumberGenerator.GetHexString(40));
        AtomicFile.Write(PluginsFile, "[].\n");
        AtomicFile.Write(ErlangSettingsFile, "[{kernel,[{inet_dist_use_interface,{127,0,0,1}}]}].\n");
        AtomicFile.Write(SettingsFile, BrokerSettings());
        return Task.CompletedTask;
    }

    // The write-ahead log of quorum queues is kept small: its default of 512 MB is memory too.
    private string BrokerSettings() => $"""
        listeners.tcp.1 = 127.0.0.1:{Number(settings.Port)}
        default_user = {settings.UserName}
        default_pass = {settings.Password}
        vm_memory_high_watermark.absolute = 1GB
        disk_free_limit.absolute = 500MB
        raft.wal_max_size_bytes = 67108864
        log.console = true
        log.console.level = error
        log.file = rabbitmq.log
        log.file.level = info
        log.file.rotation.size = 10485760
        log.file.rotation.count = 3

        """;

    private Dictionary<string, string> ServerEnvironment() => new()
    {
        ["HOME"] = HomeFolder,
        ["LANG"] = "C.UTF-8",
        ["LC_ALL"] = "C.UTF-8",
        ["detached"] = "1",
        ["RABBITMQ_NODENAME"] = "broker@localhost",
        ["RABBITMQ_USE_LONGNAME"] = "false",
        ["RABBITMQ_MNESIA_BASE"] = Path.Combine(settings.Folder, "mnesia"),
        ["RABBITMQ_LOG_BASE"] = LogFolder,
        ["RABBITMQ_NODE_PORT"] = Number(settings.Port),
        ["RABBITMQ_NODE_IP_ADDRESS"] = "127.0.0.1",
        ["RABBITMQ_DIST_PORT"] = Number(settings.DistributionPort),
        ["RABBITMQ_ENABLED_PLUGINS_FILE"] = PluginsFile,
        ["RABBITMQ_CONFIG_FILE"] = SettingsFile,
        ["RABBITMQ_ADVANCED_CONFIG_FILE"] = ErlangSettingsFile,
        ["RABBITMQ_CONF_ENV_FILE"] = "/dev/null",
        ["RABBITMQ_PID_FILE"] = Path.Combine(settings.Folder, "pid"),
        ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = "-kernel inet_dist_use_interface {127,0,0,1}",
        ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
        ["ERL_EPMD_PORT"] = Number(settings.MapperPort),
        ["ERL_CRASH_DUMP_SECONDS"] = "0",
    };

    private async Task<bool> IsReadyAsync(CancellationToken cancellationToken) =>
        await AmqpHandshake.TryAsync(new(ConnectionString), cancellationToken) switch
        {
            AmqpAnswer.Open => true,
            AmqpAnswer.Refused => throw new LocalServerException(
                $"The user or password given for {settings.Name} is not the one that the broker in {settings.Folder} was made with."),
            _ => false,
        };

    private static bool PortIsOpen(int port)
    {
        try
        {
            using var client = new System.Net.Sockets.TcpClient("127.0.0.1", port);
            return true;
        }
        catch (System.Net.Sockets.SocketException)
        {
            return false;
        }
    }

    private static LocalServerException NotInstalled() =>
        ServerPrograms.Missing("RabbitMQ", "rabbitmq-server", "ConnectionStrings__<name>='amqp://user:password@host:5672'");

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
