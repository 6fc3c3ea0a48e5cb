using System.Net.Http.Headers;
using System.Text.Json;
using VideoGen.HttpApi.Errors;
using VideoGen.Providers.Contracts;

namespace VideoGen.Gateway.Dialects.Native;

/// <summary>
/// The gateway's copy of the catalogue: older than <see cref="FreshFor"/> it is asked for again, by its tag and in the background; it is
/// used as it is for as long as Providers is away. Only the very first request waits.
/// </summary>
internal sealed partial class ModelCatalog(IServiceScopeFactory scopes, TimeProvider time, ILogger<ModelCatalog> log) : IDisposable
{
    static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(30);
    static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(2);

    readonly SemaphoreSlim _asking = new(1, 1);
    volatile Copy? _copy;

    /// <summary>Every model, or the refusal when there has never been a catalogue.</summary>
    public async Task<NativeResult<Catalog>> GetAsync(CancellationToken ct)
    {
        if (_copy is { } copy)
        {
            if (time.GetElapsedTime(copy.AskedAt) > FreshFor) RenewInBackground();
            return copy.Catalog;
        }
        await _asking.WaitAsync(ct);
        try
        {
            if (_copy is null) await AskAsync(ct);
            return _copy is { } first ? first.Catalog : Problems.Of(ErrorCodes.ServiceUnavailable, retryAfter: RetryAfter);
        }
        finally
        {
            _asking.Release();
        }
    }

    public void Dispose() => _asking.Dispose();

    /// <summary>Not in the name of the request that happened to come: it may be over before the answer is there.</summary>
    void RenewInBackground()
    {
        if (!_asking.Wait(0)) return;
        using (ExecutionContext.SuppressFlow()) _ = Task.Run(RenewAsync);

        async Task RenewAsync()
        {
            try
            {
                await AskAsync(CancellationToken.None);
            }
            finally
            {
                _asking.Release();
            }
        }
    }

    async Task AskAsync(CancellationToken ct)
    {
        var askedAt = time.GetTimestamp();
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var answer = await scope.ServiceProvider.GetRequiredService<CatalogClient>().FetchAsync(_copy?.Tag, ct);
            _copy = answer is { } changed ? new Copy(changed.Catalog, changed.Tag, askedAt) : _copy! with { AskedAt = askedAt };
        }
        catch (Exception failure) when (failure is HttpRequestException or JsonException || (failure is OperationCanceledException && !ct.IsCancellationRequested))
        {
            Log.ProvidersAway(log, failure);
            if (_copy is { } kept) _copy = kept with { AskedAt = askedAt };
        }
    }

    sealed record Copy(Catalog Catalog, EntityTagHeaderValue? Tag, long AskedAt);

    static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Providers does not give its catalogue; the last copy is used")]
        public static partial void ProvidersAway(ILogger log, Exception failure);
    }
}

internal static class CatalogExtensions
{
    /// <summary>The models that a dialect knows, by the names it knows them under, in the catalogue's order.</summary>
    public static IReadOnlyList<(string Name, CatalogModel Model)> Of(this Catalog catalog, IDialect dialect) =>
        [.. catalog.ListedBy(dialect).Where(one => one.Model.Active)];

    /// <summary>The same with those that take no jobs at the moment.</summary>
    public static IReadOnlyList<(string Name, CatalogModel Model)> ListedBy(this Catalog catalog, IDialect dialect) =>
        [.. catalog.Models.Where(model => model.Dialects.ContainsKey(dialect.Name)).Select(model => (model.Dialects[dialect.Name], model))];
}
