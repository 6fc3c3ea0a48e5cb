using System.Net.Http.Headers;
using System.Text.Json;
using VideoGen.HttpApi.Errors;
using VideoGen.Providers.Contracts;

namespace VideoGen.Gateway.Dialects.Native;

/// <summary>
/// The gateway's copy of the catalogue: asked for again, by its tag, when it is older than <see cref="FreshFor"/>; used as it is
/// for as long as Providers is away.
/// </summary>
internal sealed partial class ModelCatalog(IServiceScopeFactory scopes, TimeProvider time, ILogger<ModelCatalog> log) : IDisposable
{
    static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(30);
    static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(2);

    readonly SemaphoreSlim _asking = new(1, 1);
    Copy? _copy;

    /// <summary>Every model, or the refusal when there has never been a catalogue.</summary>
    public async Task<NativeResult<Catalog>> GetAsync(CancellationToken ct)
    {
        var copy = _copy;
        if (copy is not null && !IsStale(copy)) return copy.Catalog;
        // One request asks; the others go on with the copy they have, and wait only when there is none.
        if (!await _asking.WaitAsync(copy is null ? Timeout.Infinite : 0, ct)) return copy!.Catalog;
        try
        {
            if (_copy is { } renewed && !IsStale(renewed)) return renewed.Catalog;
            return await AskAsync(ct) ?? (NativeResult<Catalog>)Problems.Of(ErrorCodes.ServiceUnavailable, retryAfter: RetryAfter);
        }
        finally
        {
            _asking.Release();
        }
    }

    public void Dispose() => _asking.Dispose();

    bool IsStale(Copy copy) => time.GetElapsedTime(copy.CheckedAt) > FreshFor;

    async Task<Catalog?> AskAsync(CancellationToken ct)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var answer = await scope.ServiceProvider.GetRequiredService<CatalogClient>().FetchAsync(_copy?.Tag, ct);
            _copy = answer is { } changed ? new Copy(changed.Catalog, changed.Tag, time.GetTimestamp()) : _copy! with { CheckedAt = time.GetTimestamp() };
        }
        catch (Exception failure) when (failure is HttpRequestException or JsonException || (failure is OperationCanceledException && !ct.IsCancellationRequested))
        {
            Log.ProvidersAway(log, failure);
        }
        return _copy?.Catalog;
    }

    sealed record Copy(Catalog Catalog, EntityTagHeaderValue? Tag, long CheckedAt);

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
        [.. catalog.Models.Where(model => model.Active && model.Dialects.ContainsKey(dialect.Name)).Select(model => (model.Dialects[dialect.Name], model))];
}
