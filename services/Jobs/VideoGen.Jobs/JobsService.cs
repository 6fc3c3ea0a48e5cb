using VideoGen.Jobs.Catalog;
using VideoGen.Jobs.Read;
using VideoGen.Jobs.Slots;
using VideoGen.ServiceDefaults;
using VideoGen.ServiceDefaults.Bus;
using VideoGen.ServiceDefaults.Callers;

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
        builder.AddReads();
        builder.AddCatalog();
        builder.AddSlots();
        builder.AddBus(_ => { });

        var app = builder.Build();
        app.UseServiceDefaults();
        app.MapInternal().MapOpenApi("openapi/v1.json");
        return app;
    }
}
