using VideoGen.Durability;

namespace VideoGen.Jobs.Feed;

internal static class FeedExtensions
{
    /// <summary>The event feed: appending, reading, partitions and retention. Needs <c>AddWebhooks</c> and <c>AddLive</c> beside it.</summary>
    public static IHostApplicationBuilder AddFeed(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<FeedOptions>().BindConfiguration("Feed").ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddScoped<FeedStore>();
        builder.Services.AddScoped<FeedUpkeepStore>();
        builder.Services.AddSingleton<FeedReadStore>();
        builder.Services.AddDueWork<FeedUpkeep>(FeedUpkeep.Kind, work => work.Concurrency = 1);
        builder.Services.AddHostedService<FeedUpkeepWorker>();
        return builder;
    }

    public static void MapFeed(this IEndpointRouteBuilder app) => FeedEndpoints.Map(app);
}
