using System.Globalization;
using VideoGen.HttpApi;
using VideoGen.HttpApi.Errors;
using VideoGen.ServiceDefaults.Callers;
using VideoGen.Storage.Contracts;

namespace VideoGen.Jobs.Submit;

/// <summary>Asks Storage about assets.</summary>
internal sealed partial class AssetsClient(HttpClient http, ILogger<AssetsClient> log)
{
    /// <summary>Fetching a customer's URL may take a minute.</summary>
    public static readonly TimeSpan LongestFetch = TimeSpan.FromSeconds(70);

    static readonly TimeSpan LongestLookup = TimeSpan.FromSeconds(4);

    public static ProblemAnswer Away =>
        Problems.Of(ErrorCodes.ServiceUnavailable, "Assets can't be looked up at the moment.", retryAfter: TimeSpan.FromSeconds(5));

    /// <summary>The account's assets among those asked for; null when Storage does not answer.</summary>
    public async Task<ResolvedAssets?> ResolveAsync(ResolveAssets ask, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(LongestLookup);
        try
        {
            using var response = await http.PostAsJsonAsync("internal/assets/resolve", ask, ApiJson.Options, limit.Token);
            response.EnsureSuccessStatusCode();
            return await response.Content.ReadFromJsonAsync<ResolvedAssets>(ApiJson.Options, limit.Token);
        }
        catch (Exception failure) when (IsAway(failure, ct))
        {
            Log.Away(log, "resolve", failure);
            return null;
        }
    }

    /// <summary>Has Storage fetch a customer's URL.</summary>
    public async Task<AssetImport> ImportAsync(ImportAsset ask, CancellationToken ct)
    {
        using var content = JsonContent.Create(ask, options: ApiJson.Options);
        return await TakeAsync("import", "", content, ct);
    }

    /// <summary>Has Storage keep a file that came in the body.</summary>
    public async Task<AssetImport> KeepAsync(World world, InlineFile file, IReadOnlyList<string> kinds, int validSeconds,
        CancellationToken ct)
    {
        using var content = file.Content();
        List<KeyValuePair<string, string?>> query =
        [
            new("account_id", world.AccountId.ToString()),
            new("valid_seconds", validSeconds.ToString(CultureInfo.InvariantCulture)),
            .. kinds.Select(kind => new KeyValuePair<string, string?>("kind", kind)),
        ];
        if (world.Test is { } test) query.Add(new("test", test ? "true" : "false"));
        return await TakeAsync("inline", QueryString.Create(query).Value!, content, ct);
    }

    async Task<AssetImport> TakeAsync(string call, string query, HttpContent content, CancellationToken ct)
    {
        try
        {
            using var response = await http.PostAsync($"internal/assets/{call}{query}", content, ct);
            if (response.IsSuccessStatusCode)
                return new AssetImport(await response.Content.ReadFromJsonAsync<ResolvedAsset>(ApiJson.Options, ct), Fault: null, Away: false);
            if ((int)response.StatusCode >= 500) response.EnsureSuccessStatusCode();
            var problem = await response.Content.ReadFromJsonAsync<Problem>(ApiJson.Options, ct);
            return new AssetImport(Asset: null, FaultOf(problem), Away: false);
        }
        catch (Exception failure) when (IsAway(failure, ct))
        {
            Log.Away(log, call, failure);
            return new AssetImport(Asset: null, Fault: null, Away: true);
        }
    }

    /// <summary>Storage names the fault under its own name for the field, <c>url</c> or <c>file</c>.</summary>
    static string FaultOf(Problem? problem) =>
        problem?.Errors?.Values.SelectMany(texts => texts).FirstOrDefault() ?? problem?.Detail ?? "It is not a usable file.";

    static bool IsAway(Exception failure, CancellationToken ct) =>
        failure is HttpRequestException or System.Text.Json.JsonException || (failure is OperationCanceledException && !ct.IsCancellationRequested);

    static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Storage did not answer: {Call}")]
        public static partial void Away(ILogger log, string call, Exception failure);
    }
}

/// <param name="Fault">For the customer, when the URL did not serve a usable file.</param>
/// <param name="Away">Storage did not answer.</param>
internal readonly record struct AssetImport(ResolvedAsset? Asset, string? Fault, bool Away);
