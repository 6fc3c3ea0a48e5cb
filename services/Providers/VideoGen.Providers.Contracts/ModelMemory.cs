namespace VideoGen.Providers.Contracts;

/// <summary>Answer of <c>POST /internal/models/{slug}/load</c>.</summary>
/// <param name="State"><c>loading</c>, or <c>loaded</c> when it was in memory before.</param>
/// <param name="ExpectedSeconds">How long loading usually takes; 0 when it is loaded.</param>
/// <param name="StartedAt">When this load, or the one that is under way or done, began.</param>
public sealed record ModelLoad(string Model, string State, int ExpectedSeconds, DateTimeOffset StartedAt);

/// <summary>Answer of <c>POST /internal/models/{slug}/unload</c>.</summary>
/// <param name="FreedBytes">What was really given back; 0 for a model that was not in memory.</param>
public sealed record ModelUnload(string Model, long FreedBytes, DateTimeOffset UnloadedAt);

/// <summary>Answer of <c>GET /internal/memory</c>; up to a few seconds old.</summary>
/// <param name="Gpus">The GPUs of the configured ComfyUI; empty where ComfyUI is not configured or does not answer.</param>
/// <param name="Models">Those that are loaded.</param>
public sealed record ModelMemory(IReadOnlyList<Gpu> Gpus, IReadOnlyList<LoadedModel> Models);

/// <param name="FreeBytes">Memory that is reserved but not in use counts as free.</param>
public sealed record Gpu(int Id, string Name, long TotalBytes, long FreeBytes);

/// <param name="MemoryBytes">What it takes, as measured when it was loaded.</param>
public sealed record LoadedModel(string Model, long MemoryBytes, DateTimeOffset LoadedAt);
