using System.Net;
using System.Text.Json;
using ModelContextProtocol.Protocol;
using VideoGen.HttpApi;
using VideoGen.HttpApi.Errors;

namespace VideoGen.Web.Mcp;

/// <summary>What a tool answers: JSON as text, as the API writes it. A refusal says what was wrong with which field, so that the
/// caller can do better.</summary>
internal static class McpAnswer
{
    public static CallToolResult Of(object value) =>
        Text(JsonSerializer.Serialize(value, value.GetType(), ApiJson.Options), isError: false);

    public static CallToolResult Refusal(string why) => Text(why, isError: true);

    /// <summary>Reads the API's answer: its value, or its refusal.</summary>
    public static async Task<(T? Value, CallToolResult? Refusal)> ReadAsync<T>(HttpResponseMessage response, CancellationToken ct)
        where T : class
    {
        if (response.IsSuccessStatusCode) return (await response.Content.ReadFromJsonAsync<T>(ApiJson.Options, ct), null);
        if (response.Content.Headers.ContentType?.MediaType != Problems.ContentType) return (
            null, Refusal($"The API answered {(int)response.StatusCode}."));
        var problem = await response.Content.ReadFromJsonAsync<Problem>(ApiJson.Options, ct);
        return (null, Refusal(TextOf(problem!, response.Headers.RetryAfter?.Delta)));
    }

    /// <summary>A call whose service does not answer is told, not thrown: the program may try again.</summary>
    public static async Task<CallToolResult> TryAsync(Func<Task<CallToolResult>> call, CancellationToken ct)
    {
        try
        {
            return await call();
        }
        catch (HttpRequestException refused) when (refused.StatusCode == HttpStatusCode.Forbidden)
        {
            return Refusal("forbidden: The key lacks a scope; generate needs jobs:read and jobs:write.");
        }
        catch (Exception away) when (away is HttpRequestException or OperationCanceledException && !ct.IsCancellationRequested)
        {
            return Refusal(
                "service_unavailable: A part of the system does not answer at the moment. "
                + "Repeat the same call; with the same request_id it does not buy twice.");
        }
    }

    static string TextOf(Problem problem, TimeSpan? retryAfter)
    {
        var faults = string.Concat(
            (problem.Errors ?? new Dictionary<string, string[]>()).Select(field => $"\n{field.Key}: {string.Join("; ", field.Value)}"));
        var wait = retryAfter is { } time ? $" Try again in {Math.Ceiling(time.TotalSeconds)} s." : "";
        var advice = problem.Status == (int)HttpStatusCode.PaymentRequired ? " More credits are the account owner's affair." : "";
        return $"{problem.Code}: {problem.Detail}{wait}{advice}{faults}";
    }

    static CallToolResult Text(string text, bool isError) =>
        new() { Content = [new TextContentBlock { Text = text }], IsError = isError };
}
