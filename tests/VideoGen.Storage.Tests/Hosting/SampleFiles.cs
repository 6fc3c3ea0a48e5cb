using System.Diagnostics;

namespace VideoGen.Storage.Tests.Hosting;

/// <summary>Real media files, made once by ffmpeg, in memory.</summary>
internal static class SampleFiles
{
    static readonly Lazy<Task<byte[]>> LazyVideo = new(() => MakeAsync(".mp4",
        "-f", "lavfi", "-i", "testsrc2=s=640x360:r=24:d=4", "-f", "lavfi", "-i", "sine=frequency=220:sample_rate=48000:duration=4", "-c:v", "libx264", "-preset", "ultrafast",
        "-pix_fmt", "yuv420p", "-c:a", "aac", "-movflags", "+faststart"));

    static readonly Lazy<Task<byte[]>> LazyJpeg = new(() => MakeAsync(".jpg", "-f", "lavfi", "-i", "mandelbrot=s=800x600:r=1", "-frames:v", "1", "-update", "1", "-q:v", "3"));
    static readonly Lazy<Task<byte[]>> LazyPng = new(() => MakeAsync(".png", "-f", "lavfi", "-i", "mandelbrot=s=320x240:r=1", "-frames:v", "1", "-update", "1"));
    static readonly Lazy<Task<byte[]>> LazyMp3 = new(() => MakeAsync(".mp3", "-f", "lavfi", "-i", "sine=frequency=220:sample_rate=44100:duration=2"));

    /// <summary>4 s of 640 × 360 with sound.</summary>
    public static Task<byte[]> VideoAsync() => LazyVideo.Value;

    /// <summary>800 × 600.</summary>
    public static Task<byte[]> JpegAsync() => LazyJpeg.Value;

    /// <summary>320 × 240.</summary>
    public static Task<byte[]> PngAsync() => LazyPng.Value;

    /// <summary>2 s.</summary>
    public static Task<byte[]> Mp3Async() => LazyMp3.Value;

    public static async Task<byte[]> MakeAsync(string extension, params string[] arguments)
    {
        var path = Path.Combine(Path.GetTempPath(), $"videogen-media-{Guid.NewGuid():n}{extension}");
        try
        {
            await RunAsync("ffmpeg", [.. arguments, path]);
            return await File.ReadAllBytesAsync(path);
        }
        finally
        {
            File.Delete(path);
        }
    }

    static async Task RunAsync(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, ["-hide_banner", "-loglevel", "error", "-nostdin", "-y", .. arguments]) { RedirectStandardError = true, UseShellExecute = false };
        using var process = Process.Start(start)!;
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new InvalidOperationException(errors);
    }
}
