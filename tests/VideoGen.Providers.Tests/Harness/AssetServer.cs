using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using VideoGen.Ffmpeg;
using VideoGen.Ffmpeg.Probing;
using VideoGen.Providers.Contracts;

namespace VideoGen.Providers.Tests.Harness;

/// <summary>Plays the part of Storage: serves files under links, and may be told to misbehave.</summary>
internal sealed class AssetServer : IAsyncDisposable
{
    readonly WebApplication _app;
    readonly string _folder = Directory.CreateTempSubdirectory("videogen-assets-").FullName;
    readonly ConcurrentDictionary<string, Lazy<Task<GenerationAsset>>> _made = new(StringComparer.Ordinal);
    int _failures;

    AssetServer()
    {
        var builder = WebApplication.CreateBuilder(["--urls=http://127.0.0.1:0", "--Logging:LogLevel:Default=Warning"]);
        builder.Services.AddFfmpeg();
        _app = builder.Build();
        _app.MapGet("/assets/{name}", (string name) => Interlocked.Decrement(ref _failures) >= 0
            ? Results.StatusCode(503)
            : File.Exists(Path.Combine(_folder, name)) ? Results.File(Path.Combine(_folder, name), "application/octet-stream") : Results.NotFound());
    }

    string Address => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    public static async Task<AssetServer> StartAsync()
    {
        var server = new AssetServer();
        await server._app.StartAsync();
        return server;
    }

    /// <summary>The next requests answer 503.</summary>
    public void FailNext(int requests) => Volatile.Write(ref _failures, requests);

    /// <summary>An asset of the given field, whose file ffmpeg makes when such a one is asked for first.</summary>
    public async Task<GenerationAsset> MakeAsync(string field, string extension, params string[] arguments)
    {
        var made = _made.GetOrAdd($"{extension} {string.Join(' ', arguments)}", _ => new(() => MakeAsync(extension, arguments)));
        return await made.Value with { Field = field, AssetId = Guid.CreateVersion7() };
    }

    /// <summary>A file with these bytes as an asset.</summary>
    public async Task<GenerationAsset> PutAsync(string field, byte[] bytes)
    {
        var path = Path.Combine(_folder, Guid.NewGuid().ToString("n"));
        await File.WriteAllBytesAsync(path, bytes);
        return await AssetAsync(field, path);
    }

    /// <summary>An asset whose file has been deleted.</summary>
    public GenerationAsset Missing(string field) => new(field, Guid.CreateVersion7(), new Uri($"{Address}/assets/missing"), "video/mp4", 1, 1, 1, 1);

    /// <summary>A test card with a tone unless silent.</summary>
    public Task<GenerationAsset> VideoAsync(string field, double seconds, string size = "160x120", int fps = 10, bool silent = false) => MakeAsync(field, ".mp4",
    [
        "-f", "lavfi", "-i", $"testsrc2=s={size}:r={fps}:d={seconds}", .. silent ? (string[])[] : ["-f", "lavfi", "-i", $"sine=frequency=440:d={seconds}", "-c:a", "aac"],
        "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p",
    ]);

    public Task<GenerationAsset> ImageAsync(string size = "320x240", string extension = ".png") =>
        MakeAsync("image", extension, "-f", "lavfi", "-i", $"testsrc2=s={size}:r=1", "-frames:v", "1", "-update", "1");

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    async Task<GenerationAsset> MakeAsync(string extension, string[] arguments)
    {
        var path = Path.Combine(_folder, Guid.NewGuid().ToString("n") + extension);
        var result = await _app.Services.GetRequiredService<FfmpegRunner>().RunAsync(new FfmpegCall(arguments) { Output = path });
        Assert.That(result, Is.TypeOf<FfmpegResult.Ok>());
        return await AssetAsync("", path);
    }

    async Task<GenerationAsset> AssetAsync(string field, string path)
    {
        var facts = await _app.Services.GetRequiredService<MediaProbe>().ProbeAsync(path) is ProbeResult.Ok ok ? ok.Facts : null;
        return new GenerationAsset(field, Guid.CreateVersion7(), new Uri($"{Address}/assets/{Path.GetFileName(path)}"), facts?.MediaType ?? "application/octet-stream",
            new FileInfo(path).Length, facts?.Width, facts?.Height, facts?.DurationSeconds);
    }
}
