using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace VideoGen.System.Tests.Documents;

/// <summary>Requests as documents write them, sent to the running system.</summary>
static class Exchange
{
    /// <summary>An <c>http</c> block's first line with a JSON body.</summary>
    /// <param name="http">Its base address is what the document calls base URL.</param>
    public static async Task<Answer> SendAsync(HttpClient http, Block request, JsonNode? body = null, params IReadOnlyList<Replacement> replacements)
    {
        var (method, path) = Line(request.With(replacements));
        using var message = new HttpRequestMessage(method, path) { Content = body is null ? null : new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json") };
        return await AnswerAsync(http, message);
    }

    public static async Task<Answer> SendAsync(HttpClient http, HttpMethod method, string path, HttpContent? content = null)
    {
        using var message = new HttpRequestMessage(method, path) { Content = content };
        return await AnswerAsync(http, message);
    }

    public static Task<Answer> GetAsync(HttpClient http, string path) => SendAsync(http, HttpMethod.Get, path);

    static async Task<Answer> AnswerAsync(HttpClient http, HttpRequestMessage message)
    {
        using var answer = await http.SendAsync(message);
        var text = await answer.Content.ReadAsStringAsync();
        var json = answer.Content.Headers.ContentType?.MediaType == "application/json" ? JsonNode.Parse(text) : null;
        return new Answer(answer.StatusCode, json, text, answer.Headers);
    }

    static (HttpMethod Method, string Path) Line(string text)
    {
        var words = text.Split('\n')[0].Split(' ');
        return (new HttpMethod(words[0]), words[1].TrimStart('/'));
    }
}

/// <param name="Json">Null when it was no JSON.</param>
sealed record Answer(HttpStatusCode Status, JsonNode? Json, string Text, HttpResponseHeaders Headers)
{
    /// <summary>A text of the answer's own level.</summary>
    public string this[string member] => Json![member]!.GetValue<string>();

    public Answer Expect(HttpStatusCode status)
    {
        Assert.That(Status, Is.EqualTo(status), Text);
        return this;
    }
}
