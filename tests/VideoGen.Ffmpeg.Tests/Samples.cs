using System.Diagnostics;

namespace VideoGen.Ffmpeg.Tests;

/// <summary>Real media files, made once by ffmpeg itself in a folder that goes away with the test run.</summary>
internal static class Samples
{
    static readonly Lazy<Task> Made = new(MakeAsync);

    public static string Folder { get; } = Directory.CreateTempSubdirectory("videogen-ffmpeg-").FullName;

    public static FfmpegOptions Options { get; } = new();

    public static FfmpegRunner Runner { get; } = new(Microsoft.Extensions.Options.Options.Create(Options));

    /// <summary>The path of a sample, for example <c>clip.mp4</c>.</summary>
    public static async Task<string> PathAsync(string name)
    {
        await Made.Value;
        return Path.Combine(Folder, name);
    }

    /// <summary>A name of its own in the folder.</summary>
    public static string NewPath(string extension) => Path.Combine(Folder, Guid.NewGuid().ToString("n") + extension);

    /// <summary>Runs ffmpeg plainly, for what the product itself would refuse to make.</summary>
    public static async Task MakeAsync(params IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo("ffmpeg", ["-hide_banner", "-loglevel", "error", "-nostdin", "-y", .. arguments])
        {
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = Folder,
        };
        using var process = Process.Start(start)!;
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new InvalidOperationException($"ffmpeg {string.Join(' ', arguments)}: {errors}");
    }

    static async Task MakeAsync()
    {
        await MakeAsync("-f", "lavfi", "-i", "testsrc2=s=320x180:r=24:d=2", "-f", "lavfi", "-i", "sine=frequency=220:sample_rate=48000:duration=2",
            "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", "-movflags", "+faststart", "clip.mp4");
        await MakeAsync("-f", "lavfi", "-i", "mandelbrot=s=320x240:r=1", "-frames:v", "1", "-update", "1", "-q:v", "3", "picture.jpg");
        foreach (var name in (string[])["clip.mov", "clip.mkv"])
            await MakeAsync("-i", "clip.mp4", "-c", "copy", name);
        await MakeAsync("-i", "clip.mp4", "-c:v", "mpeg4", "-c:a", "libmp3lame", "clip.avi");
        await MakeAsync("-i", "clip.mp4", "-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libvorbis", "clip.webm");
        await MakeAsync("-i", "clip.mp4", "-vf", "fps=5,scale=160:-2", "clip.gif");
        foreach (var name in (string[])["picture.png", "picture.webp"])
            await MakeAsync("-i", "picture.jpg", "-update", "1", name);
        foreach (var name in (string[])["sound.mp3", "sound.wav", "sound.m4a", "sound.aac", "sound.flac", "sound.ogg"])
            await MakeAsync("-i", "clip.mp4", "-vn", name);
    }
}

/// <summary>Removes the samples when every test of the assembly has run.</summary>
[SetUpFixture]
public sealed class SamplesCleanUp
{
    [OneTimeTearDown]
    public void Remove() => Directory.Delete(Samples.Folder, recursive: true);
}
