using MassTransit;
using VideoGen.Accounts.Contracts;
using VideoGen.Durability;
using VideoGen.HttpApi.Description;
using VideoGen.HttpApi.Paging;
using VideoGen.HttpApi.Requests;
using VideoGen.ServiceDefaults.Callers;

namespace VideoGen.Accounts.Credits;

/// <summary>The credit ledger: holds for Jobs, the months, and the owner's view of it.</summary>
internal static class CreditsFeature
{
    public static void AddCredits(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<LedgerStore>();
        builder.Services.AddSingleton<LedgerReadStore>();
        builder.Services.AddSingleton<CycleStore>();
        builder.Services.AddSingleton<CreditGrants>();
        builder.Services.AddRecurringWork<ExpireHolds>(ExpireHolds.Name, ExpireHolds.Interval, work => work.InEveryProcess = true);
        builder.Services.AddDueWork<TurnCycle>(TurnCycle.Kind);
        builder.Services.AddDueWork<ExpireCredits>(ExpireCredits.Kind);
        builder.Services.DescribeShape<LedgerEntry>(shape => shape.Words("kind", ReadLedger.Kinds));
    }

    public static void AddCreditsConsumers(this IBusRegistrationConfigurator bus)
    {
        bus.AddConsumer<ConfirmHoldConsumer>();
        bus.AddConsumer<CaptureCreditsConsumer>();
        bus.AddConsumer<ReleaseCreditsConsumer>();
    }

    public static void MapCredits(this IEndpointRouteBuilder app)
    {
        var holds = app.MapInternal().MapGroup("/holds");
        holds.MapPut("/{jobId:guid}", HoldCredits.PutAsync);
        holds.MapDelete("/{jobId:guid}", DropHold.DeleteAsync);
        app.MapGet("/v1/account/ledger", ReadLedger.GetAsync)
            .RequireScope(Scope.AccountRead)
            .Produces<Page<LedgerEntry>>().Refuses(400)
            .WithName("ListLedgerEntries").WithTags("Account")
            .WithSummary("Every movement of the account's credits, newest first.")
            .WithDescription("Test jobs move no credits: with a test key the list is empty.")
            .TakesQuery(ReadLedger.Query);
    }
}
