using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using VideoGen.System.Tests.Stage;

namespace VideoGen.System.Tests.Errors;

/// <summary>What the fixtures that bring errors about have in common.</summary>
static class Provoking
{
    /// <summary>More than any route without files takes.</summary>
    public static StringContent TooLarge() => Json($$"""{"prompt":"{{new string('x', 300_000)}}"}""");

    public static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    public static async Task AssertAsync(HttpResponseMessage answer, int status, string body)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.Multiple(() =>
        {
            Assert.That((int)answer.StatusCode, Is.EqualTo(status), text);
            Assert.That(JsonNode.DeepEquals(JsonNode.Parse(text), JsonNode.Parse(body)), Is.True, text);
        });
    }

    public static async Task<HttpResponseMessage> PostAsync(HttpClient http, string path, object body, string? idempotencyKey = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = body as HttpContent ?? JsonContent.Create(body) };
        if (idempotencyKey is not null) request.Headers.Add("Idempotency-Key", idempotencyKey);
        return await http.SendAsync(request);
    }

    /// <summary>
    /// Two requests under one <c>Idempotency-Key</c>, of which the first waits for the file that it names by URL, longer than its twin waits for it.
    /// </summary>
    public static async Task<(HttpResponseMessage First, HttpResponseMessage Twin)> TwiceAtOnceAsync(HttpClient http, string path, object body)
    {
        Task<HttpResponseMessage>[] both;
        Task<HttpResponseMessage> twin;
        using (TheSystem.Files.Hold())
        {
            both = [PostAsync(http, path, body, "at-once"), PostAsync(http, path, body, "at-once")];
            twin = await Task.WhenAny(both);
        }
        return (await both.Single(one => one != twin), await twin);
    }

    /// <summary>Fills the account's slots and queue to the last place: its plan must be free.</summary>
    public static async Task FillQueueAsync(Customer customer)
    {
        for (var job = 0; job < 23; job++) await customer.StallAsync();
    }
}
