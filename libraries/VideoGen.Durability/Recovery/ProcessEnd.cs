using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace VideoGen.Durability.Recovery;

/// <summary>Ends a process that can no longer do its work, with exit code 1: whoever runs it starts another.</summary>
internal sealed class ProcessEnd(IHostApplicationLifetime lifetime, IOptions<HostOptions> host)
{
    static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    /// <summary>Asks the host to stop in good order. What hangs may hang the stop too, so that after the host's time the process ends all the same.</summary>
    public void Begin()
    {
        Environment.ExitCode = 1;
        lifetime.StopApplication();
        _ = ForceAsync();
    }

    async Task ForceAsync()
    {
        await Task.Delay(host.Value.ShutdownTimeout + Grace, lifetime.ApplicationStopped).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!lifetime.ApplicationStopped.IsCancellationRequested) Environment.Exit(1);
    }
}
