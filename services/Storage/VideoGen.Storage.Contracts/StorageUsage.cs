namespace VideoGen.Storage.Contracts;

/// <summary>Answer of <c>GET /internal/usage?account_id=</c>: what an account keeps, and what may still come.</summary>
/// <param name="Videos">Videos that its jobs made.</param>
/// <param name="VideoBytes">Their bytes, those of their thumbnails and previews included.</param>
/// <param name="AvailableBytes">What the object store takes before it is full, its reserve left out; null when it has no end.</param>
public sealed record StorageUsage(long Videos, long VideoBytes, long? AvailableBytes);
