using MassTransit;
using VideoGen.Durability;

namespace VideoGen.Storage.Erasure;

/// <summary>Accounts that their owners have deleted.</summary>
internal static class ErasureFeature
{
    public static void AddErasure(this IHostApplicationBuilder builder) => builder.Services.AddDueWork<EraseAccount>(EraseAccount.Kind);

    public static void AddErasureConsumers(this IBusRegistrationConfigurator bus) => bus.AddConsumer<EraseFilesConsumer>();
}
