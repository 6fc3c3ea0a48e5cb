using System.Net.Http.Headers;
using System.Net.Http.Json;

namespace VideoGen.Bench.Dialects;

/// <summary>The pairs that are measured, each with an account of its own. A new dialect adds rows.</summary>
internal static class DialectPairs
{
    const int Reads = 1000;
    const int Lists = 300;
    const int Submits = 60;

    /// <summary>The plan <c>pro</c>: this many run, a thousand may wait.</summary>
    const int Slots = 10;

    const string NativeList = "/v1/jobs?page=1&limit=20&include_total=true";
    const string NativeVideos = "/v1/jobs?kind=video&status=completed&offset=0&limit=20&include_total=true";

    static readonly object SmallWan = new { prompt = "a", length = 9, width = 256, height = 256 };
    static readonly object SmallStable = new { prompt = "a", width = 256, height = 256, num_frames = 9, fps = 9 };
    static readonly object SmallPicture = new { prompt = "a", width = 256, height = 256 };
    static readonly object Veo = new { prompt = "a", resolution = "720p", aspectRatio = "16:9", durationSeconds = 4 };

    static readonly Dictionary<string, Func<BenchAccounts, Task<Pair>>> All = new(StringComparer.Ordinal)
    {
        ["vivid-flow status"] = accounts => StatusAsync(accounts, "wan2.1", SmallWan, "/vivid-flow/api/v1/status/{0}", keyHeader: true),
        ["vivid-flow list"] = accounts => ListAsync(accounts, "/vivid-flow/api/v1/history", keyHeader: true),
        ["vivid-flow submit"] = VividFlowSubmitAsync,
        ["vydra status"] = accounts => StatusAsync(accounts, "veo3", new { prompt = "a" }, "/vydra/api/v1/jobs/job_{0}"),
        ["vydra submit"] = accounts => SubmitAsync(accounts, "veo3", new { prompt = "a" }, "/vydra/api/v1/models/veo3", _ => JsonContent.Create(new { prompt = "a" })),
        ["ai-studio status"] = accounts => StatusAsync(accounts, "veo-3.1-fast-generate-preview", Veo, "/ai-studio/api/v1/video-jobs/{0}"),
        ["ai-studio list"] = accounts => ListAsync(accounts, "/ai-studio/api/v1/video-jobs?limit=20"),
        ["ai-studio submit"] = accounts => SubmitAsync(accounts, "veo-3.1-fast-generate-preview", Veo, "/ai-studio/api/v1/video-jobs", _ => StudioForm()),
        ["vsl status"] = accounts => StatusAsync(accounts, "flux-schnell", SmallPicture, "/vsl/status/{0}", keyHeader: true),
        ["vsl submit"] = accounts => SubmitAsync(accounts, "flux-schnell", SmallPicture, "/vsl/generate-media", VslBody, keyHeader: true),
        ["visualizr status"] = accounts => StatusAsync(accounts, "stable-video-diffusion", SmallStable, "/visualizr/api/v1/generate/status/video_req_{0}"),
        ["visualizr submit"] = accounts => SubmitAsync(
            accounts, "stable-video-diffusion", SmallStable, "/visualizr/api/v1/generate/video", _ => JsonContent.Create(SmallStable)),
        ["visualizr list"] = accounts => ListAsync(accounts, "/visualizr/api/v1/assets/videos?limit=20", NativeVideos),
    };

    public static IReadOnlyCollection<string> Names => All.Keys;

    public static Task<Pair> PrepareAsync(string name, BenchAccounts accounts) => All[name](accounts);

    static async Task<Pair> StatusAsync(BenchAccounts accounts, string model, object input, string path, bool keyHeader = false)
    {
        var account = await accounts.OpenAsync("enterprise");
        var id = await account.CompletedAsync(model, input);
        var own = string.Format(path, id);
        return new Pair(number => [Get($"/v1/jobs/{id}", account.Key(number))], number => [Get(own, account.Key(number), keyHeader)], Reads);
    }

    static async Task<Pair> ListAsync(BenchAccounts accounts, string path, string native = NativeList, bool keyHeader = false)
    {
        var account = await accounts.OpenAsync("enterprise");
        for (var job = 0; job < 20; job++) await account.CompletedAsync("wan2.1", SmallWan);
        return new Pair(number => [Get(native, account.Key(number))], number => [Get(path, account.Key(number), keyHeader)], Lists);
    }

    static async Task<Pair> SubmitAsync(
        BenchAccounts accounts, string model, object input, string path, Func<int, HttpContent> body, bool keyHeader = false)
    {
        var account = await accounts.OpenAsync("pro");
        await account.BlockAsync(Slots);
        return new Pair(
            number => [Post("/v1/jobs", JsonContent.Create(new { model, input }), account.Key(number))],
            number => [Post(path, body(number), account.Key(number), keyHeader)], Submits);
    }

    /// <summary>Natively that is two calls: the picture, then the job.</summary>
    static async Task<Pair> VividFlowSubmitAsync(BenchAccounts accounts)
    {
        var account = await accounts.OpenAsync("pro");
        await account.BlockAsync(Slots);
        var picture = await Picture.MakeAsync();
        var known = await account.UploadAsync(picture);
        return new Pair(
            number =>
            [
                Post("/v1/uploads", new MultipartFormDataContent { { Part(picture), "file", "picture.png" } }, account.Key(number)),
                Post("/v1/jobs", JsonContent.Create(new { model = "wan2.1", input = new { prompt = "a", image = known } }), account.Key(number)),
            ],
            number => [Post("/vivid-flow/api/v1/generate", new MultipartFormDataContent
            {
                { Part(picture), "image", "picture.png" },
                { new StringContent("a"), "prompt" },
            }, account.Key(number), keyHeader: true)],
            Submits);
    }

    /// <summary>A hundred an hour and end user: each has fifty.</summary>
    static JsonContent VslBody(int number) =>
        JsonContent.Create(new { userId = $"user-{number / 50}", mediaType = "image", modelId = "flux-schnell", parameters = SmallPicture });

    static MultipartFormDataContent StudioForm() => new()
    {
        { new StringContent("a"), "prompt" },
        { new StringContent("veo-3.1-fast-generate-preview"), "model" },
        { new StringContent("720p"), "resolution" },
        { new StringContent("16:9"), "aspectRatio" },
        { new StringContent("4"), "durationSeconds" },
    };

    static ByteArrayContent Part(byte[] picture) => new(picture) { Headers = { ContentType = new MediaTypeHeaderValue("image/png") } };

    static HttpRequestMessage Get(string path, string key, bool keyHeader = false) => Signed(new HttpRequestMessage(HttpMethod.Get, path), key, keyHeader);

    static HttpRequestMessage Post(string path, HttpContent body, string key, bool keyHeader = false) =>
        Signed(new HttpRequestMessage(HttpMethod.Post, path) { Content = body }, key, keyHeader);

    static HttpRequestMessage Signed(HttpRequestMessage request, string key, bool keyHeader)
    {
        if (keyHeader) request.Headers.Add("X-API-Key", key);
        else request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return request;
    }
}
