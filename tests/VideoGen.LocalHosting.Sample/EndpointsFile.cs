using System.Text.Json;
using VideoGen.LocalHosting.Run;

namespace VideoGen.LocalHosting.Sample;

/// <summary>Writes the processes in the form of the real AppHost's <c>endpoints.json</c>.</summary>
internal sealed class EndpointsFile(string folder) : IRunListener
{
    private string Path => System.IO.Path.Combine(folder, "endpoints.json");

    public Task ReadyAsync(RunStatus status, CancellationToken cancellationToken) => ChangedAsync(status, cancellationToken);

    public Task ChangedAsync(RunStatus status, CancellationToken cancellationToken)
    {
        var processes = status.Parts.Select(part => new { name = part.Name, pid = part.ProcessId ?? 0, state = part.State.ToString().ToLowerInvariant(), url = part.Url });
        AtomicFile.Write(Path, JsonSerializer.Serialize(new { processes }));
        return Task.CompletedTask;
    }

    public Task StoppingAsync()
    {
        File.Delete(Path);
        return Task.CompletedTask;
    }
}
