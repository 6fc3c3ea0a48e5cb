using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace VideoGen.AppHost.Demo;

/// <summary>
/// <c>./videogen demo</c>: makes one video through the public API of the running system, as any client would, and saves it.
/// Arguments: the prompt; <c>--output file.mp4</c>; <c>--folder</c> of the run.
/// </summary>
internal static class DemoVideo
{
    internal const string DefaultPrompt = "A red kite over the sea at dawn";

    /// <summary>The body of the request that a reader may copy from the terminal.</summary>
    internal static readonly string DefaultJob = Body(DefaultPrompt);

    private const int BarWidth = 30;
    private const int Failed = 1;

    private static readonly string[] Ends = ["completed", "failed", "cancelled"];
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromMinutes(1);

    internal static async Task<int> MakeAsync(string[] wishes)
    {
        var wish = DemoWish.Parse(wishes);
        var file = Path.Combine(wish.Folder, "endpoints.json");
        if (!File.Exists(file))
            return await FailAsync("VideoGen is not running here. Start it in another terminal: ./videogen up");
        using var endpoints = JsonDocument.Parse(await File.ReadAllTextAsync(file));
        using var api = new HttpClient { BaseAddress = new(endpoints.RootElement.GetProperty("gateway").GetString()!), Timeout = LongestAnswer };
        api.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", endpoints.RootElement.GetProperty("api_key").GetString());
        try
        {
            return await MakeAsync(api, wish);
        }
        catch (HttpRequestException problem)
        {
            return await FailAsync(problem.Message);
        }
    }

    private static async Task<int> MakeAsync(HttpClient api, DemoWish wish)
    {
        using var body = new StringContent(Body(wish.Prompt), Encoding.UTF8, "application/json");
        using var submitted = await api.PostAsync(new Uri("/v1/jobs", UriKind.Relative), body);
        if (!submitted.IsSuccessStatusCode)
            return await FailAsync($"The job was refused: {await submitted.Content.ReadAsStringAsync()}");
        var job = await submitted.Content.ReadFromJsonAsync<JsonElement>();
        var id = job.GetProperty("id").GetString()!;
        await Console.Out.WriteLineAsync($"Job {id}: \"{wish.Prompt}\"");
        while (!Ends.Contains(job.GetProperty("status").GetString()))
        {
            await ShowAsync(job);
            // The server answers at the next change of state, or after a second with the present progress.
            job = await api.GetFromJsonAsync<JsonElement>($"/v1/jobs/{id}?wait=1s");
        }

        await ShowAsync(job);
        await Console.Out.WriteLineAsync();
        return job.GetProperty("status").GetString() == "completed"
            ? await SaveAsync(api, job, wish.Output ?? $"videogen-{id}.mp4")
            : await FailAsync($"The job ended {job.GetProperty("status").GetString()}: {job.GetProperty("error")}");
    }

    /// <summary>Five seconds at Wan's 16 frames a second.</summary>
    private static string Body(string prompt) =>
        JsonSerializer.Serialize(new { model = "wan2.1", input = new { prompt, width = 832, height = 480, length = 81 } });

    private static async Task<int> SaveAsync(HttpClient api, JsonElement job, string path)
    {
        var asset = job.GetProperty("output").GetProperty("assets")[0];
        var target = Path.GetFullPath(path);
        // A link of our own gateway: signed, so that it needs no key.
        await using (var content = await api.GetStreamAsync(new Uri(asset.GetProperty("url").GetString()!)))
        await using (var file = File.Create(target))
        {
            await content.CopyToAsync(file);
        }

        var seconds = asset.GetProperty("duration_seconds").GetDouble().ToString("0.##", CultureInfo.InvariantCulture);
        await Console.Out.WriteLineAsync(
            $"{asset.GetProperty("width")}x{asset.GetProperty("height")}, {seconds} s, {asset.GetProperty("size_bytes").GetInt64() / 1024} KB, "
            + $"{job.GetProperty("credits").GetProperty("captured")} credits");
        await Console.Out.WriteLineAsync($"Saved {target}");
        return 0;
    }

    /// <summary>On a terminal one line that changes; elsewhere nothing but the end.</summary>
    private static async Task ShowAsync(JsonElement job)
    {
        if (Console.IsOutputRedirected)
            return;
        var progress = job.GetProperty("progress");
        var percent = Math.Clamp(progress.GetProperty("percent").GetInt32(), 0, 100);
        var bar = new string('█', percent * BarWidth / 100).PadRight(BarWidth, '░');
        await Console.Out.WriteAsync($"\r{bar} {percent,3} %  {progress.GetProperty("step").GetString(),-20}");
    }

    private static async Task<int> FailAsync(string reason)
    {
        await Console.Error.WriteLineAsync(reason);
        return Failed;
    }
}

/// <summary>What the caller asked for.</summary>
internal sealed record DemoWish(string Prompt, string? Output, string Folder)
{
    internal static DemoWish Parse(string[] arguments)
    {
        var wish = new DemoWish(DemoVideo.DefaultPrompt, null, ".videogen");
        for (var index = 0; index < arguments.Length; index++)
        {
            wish = arguments[index] switch
            {
                "--output" when index + 1 < arguments.Length => wish with { Output = arguments[++index] },
                "--folder" when index + 1 < arguments.Length => wish with { Folder = arguments[++index] },
                var prompt => wish with { Prompt = prompt },
            };
        }

        return wish;
    }
}
