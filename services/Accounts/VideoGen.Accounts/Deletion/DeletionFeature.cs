using MassTransit;
using VideoGen.Accounts.Contracts;
using VideoGen.Durability;
using VideoGen.HttpApi.Description;
using VideoGen.ServiceDefaults.Callers;

namespace VideoGen.Accounts.Deletion;

/// <summary>Accounts that their owners delete.</summary>
internal static class DeletionFeature
{
    public static void AddDeletion(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<DeletionStore>();
        builder.Services.AddScoped<DeleteAccount>();
        builder.Services.AddDueWork<EraseAccount>(EraseAccount.Kind);
    }

    public static void AddDeletionConsumers(this IBusRegistrationConfigurator bus) => bus.AddConsumer<ErasedAccountConsumer>();

    public static void MapDeletion(this IEndpointRouteBuilder app) =>
        app.MapDelete("/v1/account", DeleteAccount.DeleteAsync)
            .RequireScope(Scope.AccountWrite)
            .Accepts<DeleteAccountRequest>("application/json").WithBodyExample("""{"password": "correct horse battery"}""")
            .Produces(204).Refuses(400, 403, 429)
            .WithName("DeleteAccount").WithTags("Account").WithSummary("Deletes the account and everything that is kept of it.")
            .WithDescription("""
                Only who is signed in can do it, with the password. Keys and sessions end at once; what runs is cancelled; jobs, files,
                events and webhooks are erased within minutes. The ledger stays, without anything that names a person. It can't be
                undone.
                """);
}
