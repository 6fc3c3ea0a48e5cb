using System.Text.Json;
using VideoGen.HttpApi;
using VideoGen.Providers.Contracts;

namespace VideoGen.Providers.Memory;

/// <summary>Another process of this service, which holds a model.</summary>
internal sealed partial class ModelHolderClient(HttpClient http, ILogger<ModelHolderClient> log)
{
    /// <summary>Null when it does not answer as it should.</summary>
    public async Task<ModelUnload?> UnloadAsync(string node, string slug, CancellationToken ct)
    {
        try
        {
            using var response = await http.PostAsync(new Uri($"{node}/internal/models/{slug}/unload?passed_on=true"), content: null, ct);
            response.EnsureSuccessStatusCode();
            return await response.Content.ReadFromJsonAsync<ModelUnload>(ApiJson.Options, ct);
        }
        catch (Exception failure) when (failure is HttpRequestException or JsonException || (failure is OperationCanceledException && !ct.IsCancellationRequested))
        {
            Log.Away(log, failure, node, slug);
            return null;
        }
    }

    static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "{Node}, which is recorded to hold model {Model}, does not answer")]
        public static partial void Away(ILogger logger, Exception failure, string node, string model);
    }
}
