using System.Diagnostics;
using VideoGen.Testing;

namespace VideoGen.Providers.Tests.Harness;

/// <summary>The real service in a process of its own, for tests that kill it.</summary>
internal sealed class ProvidersProcess : IDisposable
{
    readonly Process _process;

    ProvidersProcess(Process process, Uri address) => (_process, Address) = (process, address);

    public Uri Address { get; }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <param name="crashAt">A crash point at which it kills itself; null for none.</param>
    /// <param name="waits">False for one that may kill itself before it is healthy.</param>
    public static async Task<ProvidersProcess> StartAsync(ServiceSettings settings, string? crashAt = null, bool waits = true)
    {
        var address = new Uri($"http://127.0.0.1:{TestPorts.Free()}");
        var start = new ProcessStartInfo("dotnet") { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "VideoGen.Providers.dll"));
        foreach (var argument in settings.Arguments.Append($"--urls={address}").Append("--Providers:Lease=00:00:02")) start.ArgumentList.Add(argument);
        if (crashAt is not null) start.Environment["VIDEOGEN_CRASH_AT"] = crashAt;
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var started = new ProvidersProcess(process, address);
        if (waits) await started.BecomeHealthyAsync();
        return started;
    }

    /// <summary>kill -9, and waits for the end.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>The ffmpeg processes that run for a work folder.</summary>
    public static IReadOnlyList<int> FfmpegsOf(ServiceSettings settings) =>
    [
        .. Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(name => int.TryParse(name, out _)).Select(name => int.Parse(name!))
            .Where(id => CommandLine(id) is var line && line.StartsWith("ffmpeg", StringComparison.Ordinal) && line.Contains(settings.WorkFolder, StringComparison.Ordinal)),
    ];

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    static string CommandLine(int id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/cmdline").Replace('\0', ' ');
        }
        catch (IOException)
        {
            return ""; // It has ended meanwhile.
        }
    }

    async Task BecomeHealthyAsync()
    {
        using var client = new HttpClient { BaseAddress = Address };
        await Eventually.ThatAsync(async () =>
        {
            if (_process.HasExited) throw new AssertionException($"The service ended with code {_process.ExitCode}");
            try
            {
                return (await client.GetAsync("/health")).IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false; // It does not listen yet.
            }
        }, TimeSpan.FromSeconds(60), "the service becomes healthy");
    }
}
