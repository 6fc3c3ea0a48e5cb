using System.Diagnostics;
using System.Globalization;

namespace VideoGen.Storage.Tests.S3;

/// <summary>
/// An S3 server as a child process, with its files in a folder of its own. It ends when this process lets go of its standard input, so
/// even a killed test run leaves none.
/// </summary>
internal sealed class S3Server : IAsyncDisposable
{
    static readonly TimeSpan StartDeadline = TimeSpan.FromMinutes(3);

    readonly Process _process;

    S3Server(Process process, int port, string folder, string accessKey, string secretKey) =>
        (_process, Port, Folder, AccessKey, SecretKey) = (process, port, folder, accessKey, secretKey);

    public int Port { get; }

    /// <summary>Where it keeps its files.</summary>
    public string Folder { get; }

    public string Endpoint => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port}");

    public string AccessKey { get; }

    public string SecretKey { get; }

    /// <summary>The settings of a Storage that uses it, as command-line arguments without dashes.</summary>
    public string[] Settings(string bucket) =>
    [
        "Storage:Store=s3", $"Storage:S3:Endpoint={Endpoint}", $"Storage:S3:AccessKey={AccessKey}", $"Storage:S3:SecretKey={SecretKey}",
        $"Storage:S3:Bucket={bucket}", "Storage:S3:UseSsl=false",
    ];

    /// <summary>s3rver, installed by npm beside the tests' own build.</summary>
    public static async Task<S3Server> StartS3rverAsync()
    {
        var program = await S3rverPackage.InstalledAsync();
        return await StartAsync("node", program, "S3RVER", "S3RVER");
    }

    /// <summary>OpenStack Swift with its S3 API, of Debian's packages.</summary>
    public static Task<S3Server> StartSwiftAsync()
    {
        const string Python = "/usr/bin/python3";
        Needs.File(Python, "python3");
        Needs.File("/usr/bin/swift-proxy-server", "swift-proxy");
        Needs.File("/usr/bin/swift-object-server", "swift-object");
        return StartAsync(Python, Path.Combine(AppContext.BaseDirectory, "S3", "swift", "server.py"), "videogen:tester", "testing");
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            // A server that does not go by itself must not outlive its tests.
            _process.Kill();
        }
        _process.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    static async Task<S3Server> StartAsync(string program, string script, string accessKey, string secretKey)
    {
        var folder = Directory.CreateTempSubdirectory("videogen-s3-").FullName;
        var process = Process.Start(new ProcessStartInfo(program, [script, Path.Combine(folder, "files")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
        using var limit = new CancellationTokenSource(StartDeadline);
        while (await process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
        {
            if (line.Split(' ') is not ["ready", var port]) continue;
            _ = process.StandardOutput.ReadToEndAsync(CancellationToken.None); // What it says later must not fill the pipe.
            return new S3Server(process, int.Parse(port, CultureInfo.InvariantCulture), folder, accessKey, secretKey);
        }
        throw new InvalidOperationException($"{Path.GetFileName(script)} ended before it was ready.");
    }
}
