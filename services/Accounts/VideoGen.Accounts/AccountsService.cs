using VideoGen.Accounts.ApiKeys;
using VideoGen.Accounts.Credits;
using VideoGen.Accounts.Deletion;
using VideoGen.Accounts.Demo;
using VideoGen.Accounts.Limits;
using VideoGen.Accounts.Operator;
using VideoGen.Accounts.Plans;
using VideoGen.Accounts.Sessions;
using VideoGen.Accounts.Users;
using VideoGen.ServiceDefaults;
using VideoGen.ServiceDefaults.Bus;
using VideoGen.ServiceDefaults.Callers;
using VideoGen.ServiceDefaults.DeadLetters;

namespace VideoGen.Accounts;

/// <summary>The Accounts service, put together: who may call, what they may use and how often, and their credits.</summary>
internal static class AccountsService
{
    public static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddServiceDefaults("accounts");
        builder.AddPostgres("accounts", typeof(AccountsService).Assembly);
        builder.Services.AddOpenApi();
        builder.AddPlans();
        builder.AddCredits();
        builder.AddUsers();
        builder.AddApiKeys();
        builder.AddSessions();
        builder.AddDeletion();
        builder.AddLimits();
        builder.AddOperator();
        builder.AddDemo();
        builder.AddBus(bus =>
        {
            bus.AddCreditsConsumers();
            bus.AddDeletionConsumers();
        });

        var app = builder.Build();
        app.UseServiceDefaults();
        app.MapInternal().MapOpenApi("openapi/v1.json");
        app.MapPlans();
        app.MapCredits();
        app.MapUsers();
        app.MapApiKeys();
        app.MapSessions();
        app.MapDeletion();
        app.MapLimits();
        app.MapOperator();
        app.MapDeadLetters();
        return app;
    }
}
