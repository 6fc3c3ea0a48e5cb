using VideoGen.System.Tests.Clients;

namespace VideoGen.System.Tests.Input;

/// <summary>HEAD through the gateway, of everything that the published document reads, and of the gateway's own pages.</summary>
[TestFixture]
public sealed class Asking_for_heads_alone
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Test]
    public async Task Everything_that_can_be_read_answers_as_it_does_to_GET()
    {
        using var customer = new NativeClient(TheSystem.Gateway, TheSystem.TestKey);
        using var operators = new NativeClient(TheSystem.Gateway, TheSystem.OperatorKey);
        var job = await customer.SubmitAsync(
            new { model = "wan2.1", input = new { prompt = "A lighthouse" }, simulate = new { instant = true } });
        var reads = (await ApiDocument.FetchAsync()).Operations.Where(operation => operation.Method == "GET").ToList();
        using var limit = new CancellationTokenSource(Limit);

        Assert.That(reads, Has.Count.GreaterThan(20));
        await Task.WhenAll(
        [
            .. reads.Select(operation => CompareAsync(
                (operation.IsForOperators ? operators : customer).Http, operation.With(job.Id.ToString()), limit.Token)),
            .. ((string[])["/", "/health", "/openapi/v1.json"]).Select(page => CompareAsync(customer.Http, page, limit.Token)),
        ]);
    }

    static async Task CompareAsync(HttpClient http, string path, CancellationToken ct)
    {
        using var head = await http.SendAsync(new HttpRequestMessage(HttpMethod.Head, path), ct);
        using var get = await http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, ct); // A stream has no end.
        Assert.That((head.StatusCode, head.Content.Headers.ContentType), Is.EqualTo((get.StatusCode, get.Content.Headers.ContentType)), path);
    }
}
