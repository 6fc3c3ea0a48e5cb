using VideoGen.Durability;

namespace VideoGen.Jobs.Feed;

internal static class FeedExtensions
{
    /// <summary>The event feed: appending, reading, partitions and retention. Needs <c>AddWebhooks</c> and <c>AddLive</c> beside it.</summary>
    public static IHostApplicationBuilder AddFeed(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<FeedOptions>().BindConfiguration(FeedOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddScoped<FeedStore>();
        builder.Services.AddScoped<FeedMonthStore>();
        builder.Services.AddSingleton<FeedReadStore>();
        builder.Services.AddHostedService<FeedMonthsWorker>();
        builder.Services.AddRecurringWork<FeedRetention>(FeedRetention.Name, FeedRetention.Interval, work => work.FirstAfter = FeedRetention.Interval);
        return builder;
    }

    public static void MapFeed(this IEndpointRouteBuilder app) => FeedEndpoints.Map(app);
}
