using System.Text.Json;
using System.Text.Json.Nodes;
using VideoGen.Gateway.Routes;
using VideoGen.ServiceDefaults.Callers;

namespace VideoGen.Gateway.OpenApi;

/// <summary>Asks each service for its part, in the gateway's own name.</summary>
internal sealed partial class OpenApiClient(HttpClient http, CallerToken tokens, ILogger<OpenApiClient> log)
{
    /// <summary>The parts of the services that answered.</summary>
    public async Task<IReadOnlyDictionary<string, JsonObject>> FetchAsync(CancellationToken ct)
    {
        var parts = await Task.WhenAll(RouteTable.Services.Select(async service => (service, Part: await FetchAsync(service, ct))));
        return parts.Where(part => part.Part is not null).ToDictionary(part => part.service, part => part.Part!, StringComparer.Ordinal);
    }

    async Task<JsonObject?> FetchAsync(string service, CancellationToken ct)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{service}/internal/openapi/v1.json");
            request.Headers.Add(CallerToken.Header, tokens.Issue(caller: null));
            using var response = await http.SendAsync(request, ct);
            response.EnsureSuccessStatusCode();
            return JsonNode.Parse(await response.Content.ReadAsStreamAsync(ct)) as JsonObject;
        }
        catch (Exception failure) when (failure is HttpRequestException or JsonException || (failure is OperationCanceledException && !ct.IsCancellationRequested))
        {
            Log.PartMissing(log, failure, service);
            return null;
        }
    }

    static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "{Service} does not give its part of the OpenAPI document")]
        public static partial void PartMissing(ILogger log, Exception failure, string service);
    }
}
