using VideoGen.HttpApi.Errors;
using VideoGen.Providers.Contracts;

namespace VideoGen.Providers.Memory;

/// <summary>Where models can be kept in memory.</summary>
internal interface IModelPlace
{
    /// <summary>Its name in the records.</summary>
    string Name { get; }

    /// <summary>True when it belongs to this process, which alone can free it; false for a server that all processes reach.</summary>
    bool IsOwn { get; }

    /// <summary>The models that lie in this process's memory; empty for a server that all processes reach.</summary>
    IReadOnlyCollection<string> Held { get; }

    /// <summary>True when freeing one model frees all.</summary>
    bool FreesAll { get; }

    /// <param name="test">For a test key: nothing that costs money.</param>
    bool Takes(CatalogModel model, bool test);

    /// <exception cref="HttpRequestException">It does not answer.</exception>
    Task<ModelRoom> RoomAsync(CancellationToken ct);

    /// <summary>Its GPUs as they are now; empty when it has none or is not configured.</summary>
    /// <exception cref="HttpRequestException">It does not answer.</exception>
    Task<IReadOnlyList<Gpu>> GpusAsync(CancellationToken ct);

    /// <summary>Loads the model and tells what it takes. Expected failures are values.</summary>
    Task<LoadEnd> LoadAsync(CatalogModel model, CancellationToken ct);

    /// <summary>Frees the model and tells how much that gave back; nothing to free: 0.</summary>
    /// <exception cref="HttpRequestException">It does not answer.</exception>
    Task<long> FreeAsync(string model, CancellationToken ct);
}

/// <param name="Bytes">How much models may take in all.</param>
/// <param name="IsShared">True when loaded models stay until they are unloaded; false when the place makes room by itself.</param>
internal readonly record struct ModelRoom(long Bytes, bool IsShared);

/// <summary>How a load ended.</summary>
internal abstract record LoadEnd
{
    public sealed record Loaded(long Bytes) : LoadEnd;

    /// <param name="Message">For the customer.</param>
    /// <param name="Detail">For the operator.</param>
    public sealed record Failed(ErrorCode Code, string Message, string? Detail = null) : LoadEnd;

    public static Failed Failure(string message, string? detail = null) => new(ErrorCodes.ModelLoadFailed, message, detail);
}
