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

    /// <summary>Removes an object; false when there was none, which is no fault. Readers who have it open read on.</summary>
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

    /// <summary>A link by which its holder reads an object from the store itself, past this service; null where none are made.</summary>
    /// <param name="lifetime">The link works at most this long.</param>
    /// <param name="headers">What the store is to answer with.</param>
    Task<PresignedLink?> PresignAsync(ObjectKey key, TimeSpan lifetime, PresignedHeaders headers, CancellationToken ct);

    /// <summary>Returns when the store can be used.</summary>
    /// <exception cref="IOException">It can't, and the message says why.</exception>
    Task CheckAsync(CancellationToken ct);
}

/// <param name="WrittenAt">When it was put, by the store's clock.</param>
internal sealed record StoredObject(ObjectKey Key, long SizeBytes, DateTimeOffset WrittenAt);

/// <param name="Url">Absolute, with its own signature.</param>
internal sealed record PresignedLink(Uri Url);

/// <param name="ContentType">A media type.</param>
/// <param name="ContentDisposition">Whole, as the header has it.</param>
internal sealed record PresignedHeaders(string ContentType, string ContentDisposition);

/// <summary>There is no room for new objects at present.</summary>
internal sealed class StorageFullException(string message, Exception? inner = null) : IOException(message, inner);

/// <summary>The object store can't be reached, or refuses what it should do. It may work later.</summary>
/// <param name="message">For the log; may hold what a server or a socket said.</param>
internal sealed class ObjectStoreException(string message, Exception? inner = null) : IOException(message, inner)
{
    /// <summary>The message as <c>/health</c>, which is public, may show it: no addresses, no names, no words of others.</summary>
    public string Reason { get; init; } = message;
}
