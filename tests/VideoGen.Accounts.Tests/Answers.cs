using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using VideoGen.HttpApi;

namespace VideoGen.Accounts.Tests;

/// <summary>Shorter ways to read answers.</summary>
internal static class Answers
{
    public static async Task<T> ReadAsync<T>(this HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.That(answer.IsSuccessStatusCode, Is.True, $"{(int)answer.StatusCode} {text}");
        return JsonSerializer.Deserialize<T>(text, ApiJson.Options)!;
    }

    public static async Task<JsonElement> JsonAsync(this HttpResponseMessage answer) => await answer.Content.ReadFromJsonAsync<JsonElement>();

    /// <summary>Status and code of a refusal, such as <c>400 invalid_request</c>.</summary>
    public static async Task<string> RefusalAsync(this HttpResponseMessage answer)
    {
        var problem = await answer.JsonAsync();
        Assert.That(answer.Content.Headers.ContentType?.MediaType, Is.EqualTo("application/problem+json"));
        return $"{(int)answer.StatusCode} {problem.GetProperty("code").GetString()}";
    }

    /// <summary>The fields that a 400 finds fault with.</summary>
    public static async Task<string[]> FaultsAsync(this HttpResponseMessage answer)
    {
        var problem = await answer.JsonAsync();
        Assert.That((int)answer.StatusCode, Is.EqualTo(400), problem.ToString());
        return problem.TryGetProperty("errors", out var errors) ? [.. errors.EnumerateObject().Select(field => field.Name)] : [];
    }

    public static Task<HttpResponseMessage> PostTextAsync(this HttpClient client, string path, string json, string contentType = "application/json") =>
        client.PostAsync(path, new StringContent(json, Encoding.UTF8, contentType));
}
