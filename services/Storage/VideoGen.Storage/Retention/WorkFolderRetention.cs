using Microsoft.Extensions.Options;
using VideoGen.Durability;
using VideoGen.Storage.Objects;

namespace VideoGen.Storage.Retention;

/// <summary>Removes files in the making that a crash left in this process's work folder.</summary>
internal sealed class WorkFolderRetention(WorkFolder folder, IOptions<StorageOptions> options) : IRecurringWork
{
    public const string Name = "work-folder-retention";

    public Task RunAsync(CancellationToken ct)
    {
        folder.RemoveOlderThan(options.Value.OrphanGrace);
        return Task.CompletedTask;
    }
}
