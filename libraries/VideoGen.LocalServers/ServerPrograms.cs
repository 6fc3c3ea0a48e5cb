
namespace VideoGen.LocalServers;

/// <summary>Where the servers' programs are on this machine. Null when they are not installed.</summary>
internal static class ServerPrograms
{
    /// <summary>The folder with <c>initdb</c> and <c>postgres</c>: the version of existing data, or the newest.</summary>
    internal static string? PostgresFolder(string? version = null)
    {
        var debian = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").OrderByDescending(VersionOf).Select(folder => Path.Combine(folder, "bin"))
            : [];
        string[] others = ["/usr/pgsql/bin", "/usr/local/pgsql/bin", .. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')];
        var installed = debian.Concat(others).Where(folder => File.Exists(Path.Combine(folder, "postgres")) && File.Exists(Path.Combine(folder, "initdb")));
        return installed.FirstOrDefault(folder => version is null || folder.Contains($"/{version}/", StringComparison.Ordinal))
            ?? installed.FirstOrDefault();
    }

    /// <summary>
    /// The broker's own start script. Not the one on the PATH: Debian's changes user, reads system-wide settings and
    /// starts a port mapper that listens on every address.
    /// </summary>
    internal static string? RabbitMqScript() =>
        new[] { "/usr/lib/rabbitmq/lib", "/usr/local/lib/rabbitmq/lib", "/opt" }
            .Where(Directory.Exists)
            .SelectMany(folder => Directory.GetDirectories(folder, "rabbitmq_server-*"))
            .OrderByDescending(VersionOf)
            .Select(folder => Path.Combine(folder, "sbin", "rabbitmq-server"))
            .FirstOrDefault(File.Exists);

    /// <summary>Erlang's port mapper, which the broker needs beside it.</summary>
    internal static string? PortMapper()
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/bin").Append("/usr/local/bin");
        return folders.Select(folder => Path.Combine(folder, "epmd")).FirstOrDefault(File.Exists);
    }

    internal static LocalServerException Missing(string server, string package, string connectionString) => new(
        $"{server} is not installed. Install it ({package}), or name a running server in the environment: {connectionString}");

    private static Version VersionOf(string folder)
    {
        var digits = new string([.. Path.GetFileName(folder).SkipWhile(c => !char.IsAsciiDigit(c)).TakeWhile(c => char.IsAsciiDigit(c) || c == '.')]);
        return Version.TryParse(digits.Contains('.', StringComparison.Ordinal) ? digits : $"{digits}.0", out var version) ? version : new();
    }
}
