using VideoGen.Durability;

namespace VideoGen.Storage.Retention;

internal static class RetentionFeature
{
    public static void AddRetention(this IHostApplicationBuilder builder)
    {
        var options = builder.Configuration.GetSection(StorageOptions.Section).Get<StorageOptions>() ?? new StorageOptions();
        var interval = options.Retention.Interval;
        builder.Services.AddRecurringWork<AssetRetention>(AssetRetention.Name, interval);
        // Each process may have a work folder of its own.
        builder.Services.AddRecurringWork<WorkFolderRetention>(WorkFolderRetention.Name, interval, work => work.InEveryProcess = true);
    }
}
