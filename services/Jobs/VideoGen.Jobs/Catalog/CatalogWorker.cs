using System.Text.Json;
using Microsoft.Extensions.Options;
using Npgsql;

namespace VideoGen.Jobs.Catalog;

/// <summary>
/// Keeps the catalogue at hand: the copy in the database first, then what Providers serves, again and again. While Providers is
/// away, submits go on with what was had last.
/// </summary>
internal sealed partial class CatalogWorker(
    ModelCatalog catalog, CatalogStore store, CatalogClient client, IOptions<CatalogOptions> options, TimeProvider time, ILogger<CatalogWorker> log)
    : BackgroundService
{
    /// <summary>Until there is a catalogue at all nobody can submit, so the first is asked for more often.</summary>
    static readonly TimeSpan FirstTries = TimeSpan.FromMilliseconds(500);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await TryAsync(LoadAsync, stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            await TryAsync(RefreshAsync, stoppingToken);
            var pause = catalog.Current is null ? FirstTries : options.Value.Refresh;
            await Task.Delay(pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    async Task LoadAsync(CancellationToken ct)
    {
        if (await store.LoadAsync(ct) is { } copy) catalog.Replace(CatalogCopy.Parse(copy.ETag, copy.Json));
    }

    async Task RefreshAsync(CancellationToken ct)
    {
        if (await client.FetchAsync(catalog.Current?.ETag, ct) is not { } fresh) return;
        var copy = CatalogCopy.Parse(fresh.ETag, fresh.Json);
        catalog.Replace(copy);
        await store.SaveAsync(fresh.ETag, fresh.Json, ct);
        Log.Replaced(log, copy.Models.Count, fresh.ETag);
    }

    /// <summary>What fails now is tried again at the next turn; the copy at hand stays.</summary>
    async Task TryAsync(Func<CancellationToken, Task> step, CancellationToken ct)
    {
        try
        {
            await step(ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            return; // The service stops.
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException or NpgsqlException)
        {
            Log.Away(log, catalog.Current is not null, failure.Message);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or FormatException)
        {
            Log.Unusable(log, failure);
        }
    }

    static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "The catalogue now has {Count} models ({ETag})")]
        public static partial void Replaced(ILogger log, int count, string etag);

        [LoggerMessage(Level = LogLevel.Warning, Message = "The catalogue could not be refreshed (a copy is at hand: {HasCopy}): {Reason}")]
        public static partial void Away(ILogger log, bool hasCopy, string reason);

        [LoggerMessage(Level = LogLevel.Error, Message = "The catalogue that Providers serves is not usable; the last one stays")]
        public static partial void Unusable(ILogger log, Exception failure);
    }
}
