using MassTransit;
using VideoGen.ServiceDefaults.Resilience;

namespace VideoGen.Gateway.Callers;

/// <summary>Who is calling.</summary>
internal static class CallerExtensions
{
    public static void AddCallers(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<JwtOptions>().BindConfiguration(JwtOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<UserTokens>();
        builder.Services.AddSingleton<IdentityCache>();
        builder.Services.AddSingleton<LookUpTurns>();
        builder.Services.AddSingleton<Identification>();
        builder.Services.AddServiceClient<IdentityClient>("accounts", TimeSpan.FromSeconds(3));
    }

    public static void AddCallerConsumers(this IBusRegistrationConfigurator bus) => bus.AddConsumer<IdentityConsumer>();

    public static void UseCallers(this IApplicationBuilder app) => app.UseMiddleware<IdentificationMiddleware>();
}
