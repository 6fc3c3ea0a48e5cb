using VideoGen.Storage.Assets;

namespace VideoGen.Storage.Retention;

/// <summary>When an asset is deleted by itself.</summary>
internal static class AssetExpiry
{
    /// <summary>The earlier of what the plan said when it came and what the operator sets for all; null for never.</summary>
    public static DateTimeOffset? Of(AssetRow asset, RetentionOptions options)
    {
        var limit = asset.Origin == AssetRow.Upload ? options.Uploads : options.Outputs;
        var byOperator = asset.CreatedAt + limit;
        return byOperator is { } own && asset.ExpiresAt is { } byPlan ? (own < byPlan ? own : byPlan) : byOperator ?? asset.ExpiresAt;
    }
}
