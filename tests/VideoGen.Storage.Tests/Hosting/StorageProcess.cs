using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using VideoGen.Testing;

namespace VideoGen.Storage.Tests.Hosting;

/// <summary>The service as a process of its own, so that it can be killed. Starts again on the same schema, prefix and folder.</summary>
internal sealed class StorageProcess : IAsyncDisposable
{
    static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(60);

    readonly string[] _arguments;
    readonly int _port = FreePort();
    Process? _process;

    public StorageProcess(StorageSettings settings) => _arguments = [.. settings.Arguments.Where(argument => !argument.StartsWith("--urls=", StringComparison.Ordinal)), $"--urls=http://127.0.0.1:{_port}"];

    public HttpClient Http { get; } = new();

    public Uri Address => new($"http://127.0.0.1:{_port}");

    /// <summary>Starts it and waits until it is ready, unless it dies first.</summary>
    /// <param name="crashAt">Where it is to kill itself; null for nowhere.</param>
    public async Task StartAsync(string? crashAt = null)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(StorageService).Assembly.Location, .. _arguments]) { UseShellExecute = false };
        if (crashAt is not null) start.Environment["VIDEOGEN_CRASH_AT"] = crashAt;
        _process = Process.Start(start)!;
        await Eventually.ThatAsync(async () => _process.HasExited || await IsReadyAsync(), StartDeadline, "the service is ready");
    }

    /// <summary>The most resident memory it has had (VmHWM).</summary>
    public long PeakMemoryBytes()
    {
        var line = File.ReadLines($"/proc/{_process!.Id}/status").Single(text => text.StartsWith("VmHWM:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], System.Globalization.CultureInfo.InvariantCulture) * 1024;
    }

    /// <summary>Waits until it has killed itself.</summary>
    public async Task UntilDeadAsync()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await _process!.WaitForExitAsync(deadline.Token);
        Assert.That(_process.ExitCode, Is.EqualTo(128 + 9), "killed by SIGKILL");
    }

    public async Task KillAsync()
    {
        if (_process is { HasExited: false } process)
        {
            process.Kill(); // the process alone: its ffmpeg must die with it
            await process.WaitForExitAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process?.Dispose();
        Http.Dispose();
    }

    async Task<bool> IsReadyAsync()
    {
        try
        {
            using var answer = await Http.GetAsync(new Uri(Address, "/health"));
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
