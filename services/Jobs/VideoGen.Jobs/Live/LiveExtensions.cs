using MassTransit;

namespace VideoGen.Jobs.Live;

internal static class LiveExtensions
{
    /// <summary>Live updates: wake-ups, long polls and streams of server-sent events.</summary>
    public static IHostApplicationBuilder AddLive(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<LiveOptions>().BindConfiguration(LiveOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<JobSignals>();
        builder.Services.AddSingleton<LiveStreams>();
        builder.Services.AddSingleton<EventStream>();
        return builder;
    }

    public static void MapLive(this IEndpointRouteBuilder app) => LiveEndpoints.Map(app);

    /// <summary>A queue of this process alone, gone with it, that hears every job event.</summary>
    public static void AddLiveConsumers(this IBusRegistrationConfigurator bus) => bus.AddConsumer<LiveConsumer>().Endpoint(endpoint =>
    {
        endpoint.Temporary = true;
        endpoint.InstanceId = Guid.NewGuid().ToString("n");
        endpoint.PrefetchCount = 200;
    });
}
