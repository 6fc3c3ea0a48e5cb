using System.Diagnostics;

namespace VideoGen.Bench.Dialects;

/// <summary>A small picture to upload, drawn by the ffmpeg that the system needs anyway.</summary>
internal static class Picture
{
    public static async Task<byte[]> MakeAsync()
    {
        var start = new ProcessStartInfo(
            "ffmpeg", "-loglevel error -nostdin -f lavfi -i testsrc2=s=256x256:r=1 -frames:v 1 -f image2pipe -c:v png -")
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        using var ffmpeg = Process.Start(start) ?? throw new InvalidOperationException("ffmpeg does not start.");
        using var bytes = new MemoryStream();
        await ffmpeg.StandardOutput.BaseStream.CopyToAsync(bytes);
        await ffmpeg.WaitForExitAsync();
        return bytes.ToArray();
    }
}
