using System.Net.Http.Headers;
using System.Net.Http.Json;

namespace VideoGen.Bench.Dialects;

/// <summary>The pairs that are measured, each with an account of its own.</summary>
internal static class DialectPairs
{
    const int Reads = 1400;
    const int Submits = 75;

    /// <summary>The plan <c>pro</c>: this many run, a thousand may wait.</summary>
    const int Slots = 10;

    static readonly Dictionary<string, Func<BenchedSystem, HttpClient, Task<Pair>>> All = new(StringComparer.Ordinal)
    {
        ["vivid-flow status"] = (system, http) => StatusAsync(system, http, "vivid-flow", "wan2.1", new { prompt = "a", length = 9, width = 256, height = 256 },
            "/vivid-flow/api/v1/status/{0}", keyHeader: true),
        ["vivid-flow history"] = (system, http) => ListAsync(system, http, "vivid-flow history", "/vivid-flow/api/v1/history", keyHeader: true),
        ["vydra status"] = (system, http) => StatusAsync(system, http, "vydra", "veo3", new { prompt = "a" }, "/vydra/api/v1/jobs/job_{0}"),
        ["vydra submit"] = (system, http) => SubmitAsync(system, http, "vydra", "veo3", new { prompt = "a" }, "/vydra/api/v1/models/veo3", new { prompt = "a" }),
    };

    public static IReadOnlyCollection<string> Names => All.Keys;

    public static Task<Pair> PrepareAsync(string name, BenchedSystem system, HttpClient http) => All[name](system, http);

    static async Task<Pair> StatusAsync(BenchedSystem system, HttpClient http, string dialect, string model, object input, string path, bool keyHeader = false)
    {
        var account = await BenchAccount.OpenAsync(system, http, "enterprise");
        var id = await account.CompletedAsync(model, input);
        var native = $"/v1/jobs/{id}";
        var own = string.Format(path, id);
        return new Pair($"{dialect} status", number => [Get(native, account.Key(number))], number => [Get(own, account.Key(number), keyHeader)], Reads);
    }

    static async Task<Pair> ListAsync(BenchedSystem system, HttpClient http, string name, string path, bool keyHeader = false)
    {
        var account = await BenchAccount.OpenAsync(system, http, "enterprise");
        for (var job = 0; job < 20; job++) await account.CompletedAsync("wan2.1", new { prompt = "a", length = 9, width = 256, height = 256 });
        const string Native = "/v1/jobs?page=1&limit=20&include_total=true";
        return new Pair(name, number => [Get(Native, account.Key(number))], number => [Get(path, account.Key(number), keyHeader)], Reads / 4);
    }

    static async Task<Pair> SubmitAsync(
        BenchedSystem system, HttpClient http, string dialect, string model, object input, string path, object body, bool keyHeader = false)
    {
        var account = await BenchAccount.OpenAsync(system, http, "pro");
        await account.BlockAsync(Slots);
        return new Pair($"{dialect} submit",
            number => [Post("/v1/jobs", new { model, input }, account.Key(number))],
            number => [Post(path, body, account.Key(number), keyHeader)], Submits);
    }

    static HttpRequestMessage Get(string path, string key, bool keyHeader = false) => Signed(new HttpRequestMessage(HttpMethod.Get, path), key, keyHeader);

    static HttpRequestMessage Post(string path, object body, string key, bool keyHeader = false) =>
        Signed(new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) }, key, keyHeader);

    static HttpRequestMessage Signed(HttpRequestMessage request, string key, bool keyHeader)
    {
        if (keyHeader) request.Headers.Add("X-API-Key", key);
        else request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return request;
    }
}
