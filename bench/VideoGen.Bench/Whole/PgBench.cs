using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;
using VideoGen.LocalServers;

namespace VideoGen.Bench.Whole;

/// <summary>PostgreSQL's own benchmark against the same server: how many small transactions a second this machine commits today.</summary>
internal static partial class PgBench
{
    const string Database = "pgbench";
    const string Debian = "/usr/lib/postgresql";

    /// <summary>Transactions a second of its TPC-B-like script on ten branches; null where the program is missing.</summary>
    public static async Task<double?> MeasureAsync(NpgsqlConnectionStringBuilder postgres, TimeSpan lasting)
    {
        if (Program() is not { } program) return null;
        postgres.Database = Database;
        await PostgresDatabase.CreateIfMissingAsync(postgres.ConnectionString);
        await RunAsync(program, postgres, "--initialize", "--scale=10", "--quiet");
        var said = await RunAsync(
            program, postgres, "--client=8", "--jobs=2", $"--time={(int)lasting.TotalSeconds}", "--no-vacuum", "--protocol=prepared");
        return double.Parse(Rate().Match(said).Groups[1].Value, CultureInfo.InvariantCulture);
    }

    static string? Program() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .Concat(Directory.Exists(Debian) ? Directory.GetDirectories(Debian).Select(folder => Path.Combine(folder, "bin")) : [])
        .Select(folder => Path.Combine(folder, "pgbench")).FirstOrDefault(File.Exists);

    static async Task<string> RunAsync(string program, NpgsqlConnectionStringBuilder postgres, params string[] arguments)
    {
        string[] server = [$"--host={postgres.Host}", $"--port={postgres.Port}", $"--username={postgres.Username}", Database];
        var start = new ProcessStartInfo(program, [.. arguments, .. server])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            Environment = { ["PGPASSWORD"] = postgres.Password },
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException("pgbench does not start.");
        var said = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? said[0] : throw new InvalidOperationException($"pgbench: {said[1]}");
    }

    [GeneratedRegex(@"^tps = ([\d.]+)", RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Rate();
}
