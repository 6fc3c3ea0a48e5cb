using MassTransit;
using VideoGen.Durability;
using VideoGen.Providers.Keys;

namespace VideoGen.Providers.Attempts;

/// <summary>Generations, and the attempts at vendors that they are made of.</summary>
internal static class AttemptsFeature
{
    public static void AddAttempts(this WebApplicationBuilder builder)
    {
        var options = ProvidersOptions.Of(builder.Configuration);
        builder.Services.AddSingleton<GenerationStore>();
        builder.Services.AddSingleton<KeyStore>();
        builder.Services.AddSingleton<RouteChooser>();
        builder.Services.AddScoped<GenerationJournal>();
        builder.Services.AddScoped<AttemptWaker>();
        builder.Services.AddDueWork<GenerationWorker>(GenerationWorker.Kind, due =>
        {
            due.Concurrency = options.Concurrency;
            due.Lease = options.Lease;
            due.LongestBackoff = TimeSpan.FromSeconds(30);
        });
        builder.Services.AddDueWork<RenewOutputsWorker>(RenewOutputsWorker.Kind, due => due.LongestBackoff = TimeSpan.FromSeconds(30));
    }

    public static void AddAttemptConsumers(this IBusRegistrationConfigurator bus)
    {
        bus.AddConsumer<StartGenerationConsumer>();
        bus.AddConsumer<CancelGenerationConsumer>();
        bus.AddConsumer<RenewOutputsConsumer>();
    }
}
