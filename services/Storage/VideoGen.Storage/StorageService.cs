using VideoGen.Ffmpeg;
using VideoGen.ServiceDefaults;
using VideoGen.ServiceDefaults.Bus;
using VideoGen.ServiceDefaults.Callers;
using VideoGen.ServiceDefaults.DeadLetters;
using VideoGen.Storage.Assets;
using VideoGen.Storage.Erasure;
using VideoGen.Storage.Ingest;
using VideoGen.Storage.Media;
using VideoGen.Storage.Media.Stills;
using VideoGen.Storage.Objects;
using VideoGen.Storage.Retention;
using VideoGen.Storage.Uploads;

namespace VideoGen.Storage;

/// <summary>The service, put together; tests start the same one.</summary>
internal static class StorageService
{
    public static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddServiceDefaults("storage");
        builder.AddPostgres("storage", typeof(StorageService).Assembly);
        builder.AddBus(bus =>
        {
            bus.AddConsumer<IngestOutputsConsumer>();
            bus.AddConsumer<DiscardOutputsConsumer>();
            bus.AddErasureConsumers();
        });
        builder.AddObjects();
        builder.Services.AddFfmpeg();
        builder.Services.AddOpenApi();
        builder.Services.AddSingleton<KnownFiles>();
        builder.Services.AddSingleton<StillCheck>();
        builder.Services.AddSingleton<Intake>();
        builder.AddAssets();
        builder.AddUploads();
        builder.AddIngest();
        builder.AddRetention();
        builder.AddErasure();

        var app = builder.Build();
        app.UseServiceDefaults();
        var internalGroup = app.MapInternal();
        internalGroup.MapOpenApi("openapi/{documentName}.json");
        app.MapDeadLetters();
        app.MapUploads();
        app.MapAssets(internalGroup);
        internalGroup.MapIngest();
        return app;
    }
}
