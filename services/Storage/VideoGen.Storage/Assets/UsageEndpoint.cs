using Microsoft.AspNetCore.Mvc;
using VideoGen.ServiceDefaults.Callers;
using VideoGen.Storage.Contracts;
using VideoGen.Storage.Objects;

namespace VideoGen.Storage.Assets;

/// <summary><c>GET /internal/usage</c></summary>
internal static class UsageEndpoint
{
    public static async Task<StorageUsage> AnswerAsync(
        [FromQuery(Name = "account_id")] Guid accountId, AssetStore assets, IObjectStore objects, CancellationToken ct, bool? test = null)
    {
        var (count, bytes) = await assets.MadeVideosAsync(new World(accountId, test), ct);
        return new StorageUsage(count, bytes, objects.AvailableBytes);
    }
}
