using MassTransit;
using VideoGen.Durability;

namespace VideoGen.Providers.Erasure;

/// <summary>Accounts that their owners have deleted.</summary>
internal static class ErasureFeature
{
    public static void AddErasure(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ErasureStore>();
        builder.Services.AddDueWork<EraseAccount>(EraseAccount.Kind);
    }

    public static void AddErasureConsumers(this IBusRegistrationConfigurator bus) => bus.AddConsumer<EraseGenerationsConsumer>();
}
