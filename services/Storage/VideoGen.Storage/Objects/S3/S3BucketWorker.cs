using Microsoft.Extensions.Options;

namespace VideoGen.Storage.Objects.S3;

/// <summary>
/// Makes the bucket when the service starts. It goes on trying while the server is away; the service runs meanwhile and says it is unhealthy.
/// </summary>
internal sealed partial class S3BucketWorker(
    S3ObjectStore store, IOptions<StorageOptions> options, TimeProvider time, ILogger<S3BucketWorker> log) : BackgroundService
{
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Value.S3.CreateBucket) return;
        while (!await IsMadeAsync(stoppingToken)) await Task.Delay(Pause, time, stoppingToken);
    }

    async Task<bool> IsMadeAsync(CancellationToken ct)
    {
        try
        {
            await store.MakeBucketAsync(ct);
            return true;
        }
        catch (IOException fault)
        {
            Log.NotMade(log, options.Value.S3.Bucket, fault.Message);
            return false;
        }
    }

    static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The bucket {Bucket} can't be looked for or made yet: {Reason}")]
        public static partial void NotMade(ILogger log, string bucket, string reason);
    }
}
