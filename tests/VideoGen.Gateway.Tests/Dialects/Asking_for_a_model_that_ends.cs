using System.Text;
using System.Text.Json;
using VideoGen.Gateway.Tests.Dialects.Vydra;
using VideoGen.HttpApi.Errors;

namespace VideoGen.Gateway.Tests.Dialects;

[TestFixture]
public sealed class Asking_for_a_model_that_ends
{
    static readonly (string, string)[] Headers =
    [
        ("Deprecation", "@1767225600"), ("Sunset", "Sun, 01 Feb 2026 00:00:00 GMT"),
        ("Link", "</v1/models/x>; rel=\"successor-version\""),
    ];

    [Test]
    public async Task A_dialect_says_when_and_shows_what_comes_after_it()
    {
        await using var gateway = await GatewayApplication.StartAsync();
        VydraCatalog.Serve(gateway.Services);
        var key = gateway.Services.AddKey();
        const string job = """
            {"id":"0194d3a0-2222-7000-8000-000000000002","status":"queued","credits":{"held":175,"captured":0,"price_version":1}}
            """;
        gateway.Services.On("jobs", "POST", "/v1/jobs", 202, job, Headers);
        Assert.That(await AskAsync(gateway, key), Is.EqualTo("202 @1767225600 Sun, 01 Feb 2026 00:00:00 GMT"));

        var gone = Problems.Describe(ErrorCodes.ModelRetired, "veo3 ended on 2026-02-01. Use x, which does not take this input.");
        gateway.Services.On("jobs", "POST", "/v1/jobs", 410, JsonSerializer.Serialize(gone, HttpApi.ApiJson.Options), Headers);
        Assert.That(await AskAsync(gateway, key), Is.EqualTo(
            "410 @1767225600 Sun, 01 Feb 2026 00:00:00 GMT "
            + "{\"error\":\"veo3 ended on 2026-02-01. Use x, which does not take this input.\"}"));
    }

    static async Task<string> AskAsync(GatewayApplication gateway, string key)
    {
        using var body = new StringContent("""{"prompt":"a"}""", Encoding.UTF8, "application/json");
        using var answer = await gateway.SendAsync(HttpMethod.Post, "/vydra/api/v1/models/veo3", key, body);
        Assert.That(answer.Headers.Contains("Link"), Is.False, "it leads into another API");
        var told = $"{(int)answer.StatusCode} {answer.Headers.GetValues("Deprecation").Single()} {answer.Headers.GetValues("Sunset").Single()}";
        return answer.IsSuccessStatusCode ? told : $"{told} {await answer.Content.ReadAsStringAsync()}";
    }
}
