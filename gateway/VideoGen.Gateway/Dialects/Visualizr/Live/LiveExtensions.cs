using MassTransit;
using VideoGen.ServiceDefaults.Resilience;

namespace VideoGen.Gateway.Dialects.Visualizr.Live;

/// <summary>Visualizr's WebSocket.</summary>
internal static class LiveExtensions
{
    static readonly TimeSpan AskTimeout = TimeSpan.FromSeconds(5);

    public static void AddVisualizrLive(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<LiveOptions>().BindConfiguration(LiveOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<LiveJobs>();
        builder.Services.AddSingleton<LiveSockets>();
        builder.Services.AddSingleton<LiveCatchUp>();
        builder.Services.AddHostedService(services => services.GetRequiredService<LiveCatchUp>());
        builder.Services.AddHostedService<LiveUpkeep>();
        builder.Services.AddServiceClient<ChangedJobsClient>("jobs", AskTimeout);
    }

    public static void AddLiveConsumers(this IBusRegistrationConfigurator bus) => bus.AddConsumer<LiveConsumer>();
}
