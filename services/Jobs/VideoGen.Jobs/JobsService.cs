using VideoGen.Jobs.Attempts;
using VideoGen.Jobs.Cancel;
using VideoGen.Jobs.Catalog;
using VideoGen.Jobs.Erasure;
using VideoGen.Jobs.Feed;
using VideoGen.Jobs.Live;
using VideoGen.Jobs.Margins;
using VideoGen.Jobs.Monitor;
using VideoGen.Jobs.Operator;
using VideoGen.Jobs.Operator.DeadLetters;
using VideoGen.Jobs.Quotes;
using VideoGen.Jobs.Read;
using VideoGen.Jobs.Receipts;
using VideoGen.Jobs.Saga;
using VideoGen.Jobs.Slots;
using VideoGen.Jobs.Statistics;
using VideoGen.Jobs.Submit;
using VideoGen.Jobs.Webhooks;
using VideoGen.ServiceDefaults;
using VideoGen.ServiceDefaults.Bus;
using VideoGen.ServiceDefaults.Callers;
using VideoGen.ServiceDefaults.DeadLetters;

namespace VideoGen.Jobs;

/// <summary>The Jobs service, put together: the job and its saga, queueing and fairness, history, the feed and who reads it.</summary>
internal static class JobsService
{
    public static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddServiceDefaults("jobs");
        builder.AddPostgres("jobs", typeof(JobsService).Assembly);
        builder.Services.AddOpenApi();
        builder.AddCatalog();
        builder.AddSubmit();
        builder.AddJobSaga();
        builder.AddSlots();
        builder.AddReads();
        builder.AddReceipts();
        builder.AddCancel();
        builder.AddQuotes();
        builder.AddOperator();
        builder.AddMargins();
        builder.AddDeadLetters();
        builder.AddStatistics();
        builder.AddMonitor();
        builder.AddFeed();
        builder.AddLive();
        builder.AddWebhooks();
        builder.AddErasure();
        builder.AddBus(bus =>
        {
            bus.AddJobSaga();
            bus.AddAttemptConsumers();
            bus.AddLiveConsumers();
            bus.AddErasureConsumers();
        });

        var app = builder.Build();
        app.UseServiceDefaults();
        app.MapInternal().MapOpenApi("openapi/v1.json");
        app.MapSubmit();
        app.MapReads();
        app.MapReceipts();
        app.MapCancel();
        app.MapQuotes();
        app.MapOperator();
        app.MapMargins();
        app.MapOperatorDeadLetters();
        app.MapDeadLetters();
        app.MapStatistics();
        app.MapMonitor();
        app.MapFeed();
        app.MapLive();
        app.MapWebhooks();
        return app;
    }
}
