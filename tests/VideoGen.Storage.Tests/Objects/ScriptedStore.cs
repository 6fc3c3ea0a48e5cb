using VideoGen.Storage.Objects;

namespace VideoGen.Storage.Tests.Objects;

/// <summary>A store that does what the test says and no more.</summary>
internal sealed class ScriptedStore : IObjectStore
{
    public Func<ObjectKey, CancellationToken, Task> OnPut { get; init; } = (_, _) => Task.CompletedTask;

    public Func<ObjectKey, CancellationToken, Task> OnDelete { get; init; } = (_, _) => Task.CompletedTask;

    public Func<CancellationToken, Task> OnCheck { get; init; } = _ => Task.CompletedTask;

    public long? AvailableBytes => null;

    public Task PutAsync(ObjectKey key, Stream content, CancellationToken ct) => OnPut(key, ct);

    public Task PutFileAsync(ObjectKey key, string path, CancellationToken ct) => OnPut(key, ct);

    public async Task<bool> DeleteAsync(ObjectKey key, CancellationToken ct)
    {
        await OnDelete(key, ct);
        return true;
    }

    public bool HasRoomFor(long bytes) => true;

    public Task CheckAsync(CancellationToken ct) => OnCheck(ct);

    public Task<Stream?> OpenAsync(ObjectKey key, long offset, long length, CancellationToken ct) => throw new NotSupportedException();

    public Task<bool> ExistsAsync(ObjectKey key, CancellationToken ct) => throw new NotSupportedException();

    public IAsyncEnumerable<StoredObject> ListAsync(CancellationToken ct) => throw new NotSupportedException();

    public Task<int> RemoveUnfinishedAsync(TimeSpan olderThan, CancellationToken ct) => throw new NotSupportedException();

    public Task<PresignedLink?> PresignAsync(ObjectKey key, TimeSpan lifetime, PresignedHeaders headers, CancellationToken ct) =>
        throw new NotSupportedException();
}
