using Microsoft.Extensions.Options;
using VideoGen.Durability;
using VideoGen.Egress;
using VideoGen.HttpApi.Description;
using VideoGen.ServiceDefaults.Callers;

namespace VideoGen.Jobs.Webhooks;

internal static class WebhooksExtensions
{
    internal const string ReadScope = "webhooks:read";
    internal const string WriteScope = "webhooks:write";

    /// <summary>Webhook endpoints, their secrets, and deliveries by due work through the egress guard.</summary>
    public static IHostApplicationBuilder AddWebhooks(this IHostApplicationBuilder builder)
    {
        builder.Services.AddEgress();
        builder.Services.AddWebhookDescription();
        builder.Services.AddOptions<WebhookOptions>().BindConfiguration(WebhookOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<WebhookOptions>, WebhookOptionsValidator>();
        builder.Services.AddSingleton(services => SecretCipher.Of(
            services.GetRequiredService<IOptions<WebhookOptions>>().Value, services.GetRequiredService<IOptions<CallerOptions>>().Value));
        builder.Services.AddSingleton<SecretStore>();
        builder.Services.AddScoped<EndpointStore>();
        builder.Services.AddScoped<AttemptStore>();
        builder.Services.AddSingleton<DeliveryStore>();
        builder.Services.AddSingleton<DeliveryReadStore>();
        builder.Services.AddSingleton<DeliveryLanes>();
        builder.Services.AddSingleton<DeliverySender>();
        builder.Services.AddScoped<DeliveryRun>();
        builder.Services.AddDueWork<DeliveryWork>(DeliveryWork.Kind, work =>
        {
            work.Concurrency = builder.Configuration.GetValue($"{WebhookOptions.Section}:{nameof(WebhookOptions.Concurrency)}", new WebhookOptions().Concurrency);
            work.Lease = DeliveryWork.Lease;
        });
        builder.Services.AddRecurringWork<DeliveryRetention>(DeliveryRetention.Name, DeliveryRetention.Interval);
        return builder;
    }

    public static void MapWebhooks(this IEndpointRouteBuilder app)
    {
        var webhooks = app.MapGroup("/v1/webhooks").WithTags("Webhooks");
        EndpointEndpoints.Map(webhooks.MapGroup("/endpoints").NamesInPath("id", "The endpoint's id."));
        SigningSecretEndpoints.Map(webhooks.MapGroup("/signing-secret"));
        DeliveryEndpoints.Map(webhooks.MapGroup("/deliveries").NamesInPath("id", "The delivery's id."));
    }
}
