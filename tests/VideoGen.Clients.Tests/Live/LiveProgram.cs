using System.Text.Json;
using VideoGen.Testing;

namespace VideoGen.Clients.Tests.Live;

/// <summary>Runs the programs of this folder with a client, against the running system.</summary>
static class LiveProgram
{
    static readonly string Folder = Path.Combine(Repository.Root, "tests", "VideoGen.Clients.Tests", "Live");

    /// <summary>Runs it in a folder of its own to its good end; what it told in its last line.</summary>
    public static async Task<JsonElement> TellAsync(string program, string script)
    {
        using var folder = await LiveFolder.CreateAsync();
        return Told(await RunAsync(program, script, folder));
    }

    public static JsonElement Told(ClientRun run)
    {
        Assert.That(run.ExitCode, Is.Zero, run.ToString());
        return JsonDocument.Parse(run.Output.Trim().Split('\n')[^1]).RootElement;
    }

    public static async Task<ClientRun> RunAsync(
        string program, string script, LiveFolder folder, Action<string>? onLine = null)
    {
        var system = (await TheSystem.GetAsync()).Endpoints;
        var environment = new Dictionary<string, string>
        {
            ["VIDEOGEN_URL"] = system.Gateway.TrimEnd('/'),
            ["VIDEOGEN_API_KEY"] = system.ApiKey,
            ["VIDEOGEN_TEST_KEY"] = system.TestKey,
            ["PICTURE"] = folder.Picture,
            ["FOLDER"] = folder.Path,
        };
        return await ClientProgram.RunAsync(program, folder.Path, [Path.Combine(Folder, script)], environment, onLine);
    }
}

/// <summary>A folder with a picture, for what a program brings and makes.</summary>
sealed class LiveFolder(string path) : IDisposable
{
    public string Path { get; } = path;

    public string Picture { get; } = System.IO.Path.Combine(path, "picture.jpg");

    public static async Task<LiveFolder> CreateAsync()
    {
        var folder = new LiveFolder(Directory.CreateTempSubdirectory("videogen-clients").FullName);
        var run = await ClientProgram.RunAsync("ffmpeg", folder.Path, ["-hide_banner", "-loglevel", "error", "-nostdin", "-y", "-f", "lavfi", "-i",
            "mandelbrot=s=320x256:r=1", "-frames:v", "1", "-update", "1", folder.Picture]);
        Assert.That(run.ExitCode, Is.Zero, run.ToString());
        return folder;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
