using Microsoft.Extensions.Options;
using VideoGen.Storage.Objects.S3;

namespace VideoGen.Storage.Objects;

/// <summary>The object store that <c>Storage:Store</c> names, and the folder of files in the making.</summary>
internal static class ObjectsFeature
{
    public static void AddObjects(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<StorageOptions>().BindConfiguration(StorageOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<StorageOptions>, S3OptionsValidator>();
        builder.Services.AddSingleton<WorkFolder>();
        builder.Services.AddHealthChecks().AddCheck<ObjectStoreCheck>("objects");
        if (builder.Configuration[$"{StorageOptions.Section}:{nameof(StorageOptions.Store)}"] == StorageOptions.S3Store)
        {
            builder.Services.AddSingleton<S3ObjectStore>();
            builder.Services.AddSingleton<IObjectStore>(services => services.GetRequiredService<S3ObjectStore>());
            builder.Services.AddHostedService<S3BucketWorker>();
        }
        else
        {
            builder.Services.AddSingleton<IObjectStore, FolderObjectStore>();
        }
    }
}
