namespace VideoGen.Storage.Objects;

/// <summary>
/// Keeps bytes under keys. An object appears whole or not at all, survives a crash of the machine once a put has returned, and
/// never changes. Every implementation passes the same conformance tests.
/// </summary>
internal interface IObjectStore
{
    /// <summary>Keeps what the stream holds from its position to its end.</summary>
    /// <exception cref="StorageFullException">There is no room.</exception>
    Task PutAsync(ObjectKey key, Stream content, CancellationToken ct);

    /// <summary>Keeps a local file and takes it away from where it was.</summary>
    /// <exception cref="StorageFullException">There is no room.</exception>
    Task PutFileAsync(ObjectKey key, string path, CancellationToken ct);

    /// <summary>The bytes from an offset on, at most <paramref name="length"/>; null when there is no such object.</summary>
    Task<Stream?> OpenAsync(ObjectKey key, long offset, long length, CancellationToken ct);

    /// <summary>Removes an object; false when there was none. Readers who have it open read on.</summary>
    Task<bool> DeleteAsync(ObjectKey key, CancellationToken ct);

    Task<bool> ExistsAsync(ObjectKey key, CancellationToken ct);

    /// <summary>Every object, in the order of keys.</summary>
    IAsyncEnumerable<StoredObject> ListAsync(CancellationToken ct);

    /// <summary>Removes what puts that never ended have left, when older than this. Tells how many there were.</summary>
    Task<int> RemoveUnfinishedAsync(TimeSpan olderThan, CancellationToken ct);

    /// <summary>Answers whether there is room for that many bytes more, with the reserve that the operator wants.</summary>
    bool HasRoomFor(long bytes);

    /// <summary>How many bytes more there is room for beside that reserve; null when the store knows no end.</summary>
    long? AvailableBytes { get; }
}

/// <param name="WrittenAt">When it was put, by the store's clock.</param>
internal sealed record StoredObject(ObjectKey Key, long SizeBytes, DateTimeOffset WrittenAt);

/// <summary>There is no room for new objects at present.</summary>
internal sealed class StorageFullException(string message, Exception? inner = null) : IOException(message, inner);
