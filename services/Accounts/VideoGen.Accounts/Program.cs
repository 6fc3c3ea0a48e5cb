using VideoGen.Accounts;
using VideoGen.Accounts.ApiKeys;
using VideoGen.Accounts.Credits;
using VideoGen.Accounts.Demo;
using VideoGen.Accounts.Operator;
using VideoGen.Accounts.Plans;
using VideoGen.Accounts.Users;
using VideoGen.ServiceDefaults;
using VideoGen.ServiceDefaults.Bus;

await Build(args).RunServiceAsync(args);

/// <summary>Accounts: who may call, what they may use, and their credits.</summary>
public partial class Program
{
    Program()
    {
    }

    /// <summary>The whole service, ready to run; the tests start the same one.</summary>
    public static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddServiceDefaults("accounts");
        builder.AddPostgres("accounts", typeof(Program).Assembly);
        builder.AddBus(bus => bus.AddCreditsConsumers());
        builder.AddPlans().AddCredits().AddUsers().AddApiKeys().AddOperator().AddDemo();
        builder.Services.AddHostedService<RecurringWorker>();
        builder.Services.AddOpenApi("v1");

        var app = builder.Build();
        app.UseServiceDefaults();
        app.MapPlans();
        app.MapCredits();
        app.MapUsers();
        app.MapApiKeys();
        app.MapOperator();
        app.MapGroup("/internal").MapOpenApi("/openapi/{documentName}.json");
        return app;
    }
}
