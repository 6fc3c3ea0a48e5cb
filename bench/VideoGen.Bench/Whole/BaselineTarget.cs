using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Npgsql;
using VideoGen.Bench.Dialects;
using VideoGen.Testing;

namespace VideoGen.Bench.Whole;

/// <summary>
/// The programs of <c>bench/baseline</c>: Fastify, BullMQ on a Redis of its own, and a database of the system's PostgreSQL, so that both
/// have the same server with the same settings. They end with this process, for they watch their standard input.
/// </summary>
internal sealed class BaselineTarget : ILoadTarget, IAsyncDisposable
{
    const string Database = "baseline";
    const int Accounts = 16;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    readonly Process _process;
    readonly string _folder;

    BaselineTarget(Process process, string folder, HttpClient http, Meter meter)
    {
        _process = process;
        _folder = folder;
        Http = http;
        Meter = meter;
    }

    public string Name => "baseline";

    public HttpClient Http { get; }

    public Meter Meter { get; }

    /// <summary>Why it can't run here; null when it can.</summary>
    public static string? Lacks() =>
        !Directory.Exists(Path.Combine(Programs, "node_modules")) ? "its packages: npm install --prefix bench/baseline"
        : !IsOnPath("node") ? "node"
        : !IsOnPath("redis-server") ? "redis-server"
        : null;

    /// <param name="countsStatements">The server has the library loaded.</param>
    public static async Task<BaselineTarget> StartAsync(BenchedSystem system, WebhookReceiver receiver, bool countsStatements)
    {
        var folder = Directory.CreateTempSubdirectory("videogen-baseline-").FullName;
        var picture = Path.Combine(folder, "picture.png");
        await File.WriteAllBytesAsync(picture, await Picture.MakeAsync());
        var postgres = system.Postgres(Database);
        await LocalServers.PostgresDatabase.CreateIfMissingAsync(postgres.ConnectionString);
        var secret = "whsec_" + Convert.ToBase64String(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32));
        receiver.Trust(Database, secret);
        var process = Process.Start(Plan(postgres, folder, picture, receiver.UrlOf(Database), secret))
            ?? throw new InvalidOperationException("node does not start.");
        var said = await process.StandardOutput.ReadLineAsync().WaitAsync(Patience)
            ?? throw new InvalidOperationException("The baseline ended; what it said stands above.");
        using var ready = JsonDocument.Parse(said);
        var http = LoadClient.For(ready.RootElement.GetProperty("url").GetString()!);
        (string, int)[] processes =
        [
            .. ready.RootElement.GetProperty("processes").EnumerateObject().Select(one => (one.Name, one.Value.GetInt32())),
            ("postgres", system.Endpoints.Processes.First(one => one.Name == "postgres").Pid),
        ];
        var database = new DatabaseCountersStore(postgres.ConnectionString);
        if (countsStatements) await database.CountStatementsAsync();
        var meter = new Meter(() => processes, database, broker: null);
        return new BaselineTarget(process, folder, http, meter);
    }

    public HttpRequestMessage Submit(JobKind kind, int number)
    {
        var body = new { kind = kind == JobKind.Text ? "text" : "image", input = new { prompt = $"picture {number}" } };
        return new HttpRequestMessage(HttpMethod.Post, "/jobs") { Content = JsonContent.Create(body) }.By(KeyOf(number));
    }

    public HttpRequestMessage Read(string job, int number) => new HttpRequestMessage(HttpMethod.Get, $"/jobs/{job}").By(KeyOf(number));

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        _process.StandardInput.Close();
        await _process.WaitForExitAsync().WaitAsync(Patience);
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    static string Programs => Path.Combine(Repository.Root, "bench", "baseline");

    static bool IsOnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, program)));

    static string KeyOf(int number) => $"baseline-key-{number % Accounts}";

    static ProcessStartInfo Plan(NpgsqlConnectionStringBuilder postgres, string folder, string picture, string webhookUrl, string secret) =>
        new("node", [Path.Combine(Programs, "start.js")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
            Environment =
            {
                ["NODE_ENV"] = "production",
                ["PGHOST"] = postgres.Host,
                ["PGPORT"] = $"{postgres.Port}",
                ["PGUSER"] = postgres.Username,
                ["PGPASSWORD"] = postgres.Password,
                ["PGDATABASE"] = postgres.Database,
                ["BASELINE_FOLDER"] = folder,
                ["BASELINE_ACCOUNTS"] = $"{Accounts}",
                ["BASELINE_PICTURE"] = picture,
                ["BASELINE_WEBHOOK_URL"] = webhookUrl,
                ["BASELINE_WEBHOOK_SECRET"] = secret,
            },
        };
}
