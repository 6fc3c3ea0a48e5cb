using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.Logging;
using VideoGen.System.Tests.Clients;

namespace VideoGen.System.Tests.Stage;

/// <summary>Small files to send along, on disk and behind a web server on loopback, for inputs that are URLs.</summary>
sealed class InputFiles : IAsyncDisposable
{
    /// <summary>Name to what ffmpeg draws it from.</summary>
    static readonly (string Name, string Arguments)[] Recipes =
    [
        ("picture.jpg", "-f lavfi -i testsrc2=s=320x256:r=1 -frames:v 1 -update 1"),
        ("picture.png", "-f lavfi -i testsrc2=s=320x256:r=1 -frames:v 1 -update 1"),
        ("clip.mp4", "-f lavfi -i testsrc2=s=320x256:r=8:d=2 -f lavfi -i sine=f=440:d=2 -pix_fmt yuv420p -c:v libx264 -preset ultrafast -c:a aac -shortest"),
        ("silent.mp4", "-f lavfi -i testsrc2=s=320x256:r=8:d=2 -pix_fmt yuv420p -c:v libx264 -preset ultrafast"),
        ("speech.mp3", "-f lavfi -i sine=f=300:d=2 -c:a libmp3lame"),
    ];

    readonly WebApplication _app;
    volatile TaskCompletionSource? _held;

    InputFiles(WebApplication app, string folder)
    {
        _app = app;
        Folder = folder;
    }

    public string Folder { get; }

    public static async Task<InputFiles> StartAsync()
    {
        Programs.Require("ffmpeg");
        var folder = Directory.CreateTempSubdirectory("videogen-inputs").FullName;
        await Task.WhenAll(Recipes.Select(recipe => DrawAsync(folder, recipe.Name, recipe.Arguments)));
        File.WriteAllText(Path.Combine(folder, "not-a-picture.jpg"), "This is no picture.");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var files = new InputFiles(app, folder);
        app.MapGet("/{name}", async (string name) =>
        {
            if (files._held is { } held) await held.Task;
            return File.Exists(Path.Combine(folder, name))
                ? Results.File(Path.Combine(folder, name), TypeOf(name), enableRangeProcessing: true)
                : Results.NotFound();
        });
        await app.StartAsync();
        return files;
    }

    /// <summary>Where the file lies. There are picture.jpg, picture.png, clip.mp4 (2 s with sound), silent.mp4, speech.mp3, not-a-picture.jpg.</summary>
    public string PathOf(string name) => Path.Combine(Folder, name);

    /// <summary>Where the running system can fetch it.</summary>
    public string UrlOf(string name) => $"{_app.Urls.Single()}/{name}";

    /// <summary>The file as a part of a form.</summary>
    public HttpContent Part(string name) => new StreamContent(File.OpenRead(PathOf(name))) { Headers = { ContentType = new(TypeOf(name)) } };

    /// <summary>The server takes requests and keeps its answers back until the result is disposed.</summary>
    public IDisposable Hold()
    {
        var held = _held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return new Release(() =>
        {
            _held = null;
            held.TrySetResult();
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    static async Task DrawAsync(string folder, string name, string arguments)
    {
        string[] all = ["-hide_banner", "-loglevel", "error", "-nostdin", "-y", .. arguments.Split(' '), Path.Combine(folder, name)];
        var run = await Programs.RunAsync("ffmpeg", folder, all);
        Assert.That(run.ExitCode, Is.Zero, run.ToString());
    }

    sealed class Release(Action let) : IDisposable
    {
        public void Dispose() => let();
    }

    static string TypeOf(string name) => new FileExtensionContentTypeProvider().TryGetContentType(name, out var type) ? type : "application/octet-stream";
}
