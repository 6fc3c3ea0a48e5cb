using System.Runtime.InteropServices;
using Microsoft.Extensions.Hosting;

namespace VideoGen.LocalHosting.Run;

/// <summary>
/// Ends the run on Ctrl+C, SIGTERM, SIGQUIT or a closed terminal (SIGHUP). A second Ctrl+C does not wait: this process
/// ends at once, and the kernel ends its children (see <see cref="ProcessLauncher"/>).
/// </summary>
internal sealed class SignalLifetime(IHostApplicationLifetime lifetime) : IHostLifetime, IDisposable
{
    private const int EndedByInterrupt = 130;

    private readonly List<PosixSignalRegistration> _registrations = [];
    private bool _interrupted;

    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        foreach (var signal in new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGQUIT, PosixSignal.SIGHUP })
        {
            _registrations.Add(PosixSignalRegistration.Create(signal, Handle));
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _registrations.ForEach(registration => registration.Dispose());

    private void Handle(PosixSignalContext context)
    {
        context.Cancel = true;
        if (context.Signal == PosixSignal.SIGINT && _interrupted)
            Environment.Exit(EndedByInterrupt);
        _interrupted |= context.Signal == PosixSignal.SIGINT;
        lifetime.StopApplication();
    }
}
