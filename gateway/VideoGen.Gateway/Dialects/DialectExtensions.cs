using MassTransit;
using Microsoft.Extensions.Options;
using VideoGen.Gateway.Dialects.AiStudio;
using VideoGen.Gateway.Dialects.Native;
using VideoGen.Gateway.Dialects.Visualizr;
using VideoGen.Gateway.Dialects.Visualizr.Live;
using VideoGen.Gateway.Dialects.Visualizr.Operations;
using VideoGen.Gateway.Dialects.VividFlow;
using VideoGen.Gateway.Dialects.Vsl;
using VideoGen.Gateway.Dialects.Vydra;
using VideoGen.ServiceDefaults.Resilience;

namespace VideoGen.Gateway.Dialects;

/// <summary>The other APIs that the gateway speaks. A new one is a folder and a line in <see cref="All"/>.</summary>
internal static class DialectExtensions
{
    /// <summary>Longer than Jobs waits for the files that an input names by URL.</summary>
    static readonly TimeSpan SubmitTimeout = TimeSpan.FromSeconds(90);

    static readonly TimeSpan UploadTimeout = TimeSpan.FromMinutes(10);

    /// <summary>Figures are looked at, not worked with: who asks for them does not wait for long.</summary>
    static readonly TimeSpan StatisticsTimeout = TimeSpan.FromSeconds(5);

    public static IReadOnlyList<IDialect> All { get; } = [new VividFlowDialect(), new VydraDialect(), new AiStudioDialect(), new VslDialect(), new VisualizrDialect()];

    public static void AddDialects(this WebApplicationBuilder builder)
    {
        foreach (var dialect in All)
        {
            builder.Services.AddOptions<DialectOptions>(dialect.Section).BindConfiguration(DialectOptions.SectionOf(dialect))
                .ValidateDataAnnotations().ValidateOnStart();
        }

        builder.Services.AddOptions<PublicAddressOptions>().BindConfiguration(PublicAddressOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton(provider => DialectMounts.Of(All, provider.GetRequiredService<IOptionsMonitor<DialectOptions>>()));
        builder.Services.AddHostedService<DialectPorts>();
        builder.Services.AddServiceClient<JobsClient>("jobs");
        builder.Services.AddServiceClient<StatisticsClient>("jobs", StatisticsTimeout);
        builder.Services.AddTransient<RetirementHandler>();
        builder.Services.AddServiceClient<SubmitClient>("jobs", SubmitTimeout).AddHttpMessageHandler<RetirementHandler>();
        builder.Services.AddServiceClient<AccountClient>("accounts");
        builder.Services.AddServiceClient<CatalogClient>("providers");
        builder.Services.AddServiceClient<AssetClient>("storage");
        builder.Services.AddServiceClient<UploadClient>("storage", UploadTimeout);
        builder.Services.AddServiceClient<CallbackClient>("providers");
        builder.Services.AddSingleton<ModelCatalog>();
        builder.Services.AddSingleton<UserLimits>();
        builder.Services.AddSingleton<AssetForwarder>();
        builder.Services.AddTransient<NativeApi>();
        builder.AddVisualizrLive();
        builder.AddVisualizrOperations();
    }

    public static void AddDialectConsumers(this IBusRegistrationConfigurator bus) => bus.AddLiveConsumers();

    public static void UseDialects(this IApplicationBuilder app) => app.UseMiddleware<DialectMiddleware>();

    public static void MapDialects(this WebApplication app)
    {
        foreach (var dialect in All) dialect.Map(app.MapGroup(DialectMount.PrefixOf(dialect).Value!));
    }
}
