using VideoGen.HttpApi.Errors;
using VideoGen.ServiceDefaults.Callers;
using VideoGen.Storage.Contracts;
using VideoGen.Storage.Links;

namespace VideoGen.Storage.Assets;

/// <summary><c>POST /internal/assets/resolve</c>: what the assets of an account are, and links that the services can follow.</summary>
internal static class ResolveEndpoint
{
    public static async Task<IResult> AnswerAsync(ResolveAssets request, AssetStore assets, AssetLinks links, CancellationToken ct)
    {
        if (request.AssetIds is not { Count: <= 1000 } ids) return Problems.OfField("asset_ids", "must be a list of at most 1000 ids.");
        if (request.ValidSeconds is < 1 or > 30 * 24 * 3600) return Problems.OfField("valid_seconds", "must be from 1 to 2592000.");
        var rows = await assets.FindAllAsync(new World(request.AccountId, request.Test), ids, ct);
        return TypedResults.Ok(new ResolvedAssets([.. rows.Select(asset => Of(asset, links, TimeSpan.FromSeconds(request.ValidSeconds)))]));
    }

    public static ResolvedAsset Of(AssetRow asset, AssetLinks links, TimeSpan valid) => new(
        asset.Id, asset.Kind, asset.MediaType, asset.SizeBytes, asset.Width, asset.Height, asset.DurationSeconds, links.Internal(asset.Id, valid),
        asset.HasAudio);
}
