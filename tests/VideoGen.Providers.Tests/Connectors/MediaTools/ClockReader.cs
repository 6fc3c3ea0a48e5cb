using System.Globalization;

namespace VideoGen.Providers.Tests.Connectors.MediaTools;

/// <summary>Reads the clock of <see cref="ClockClip"/> off the frames of a result, and hears its beeps.</summary>
internal static class ClockReader
{
    const int Bits = 16;
    const int SampleRate = 8000;

    /// <summary>The seconds that each frame shows, when it is shown.</summary>
    /// <param name="area">Where the clip's picture lies within the frame, in parts of it.</param>
    /// <param name="isTurned">The bars lie on each other, the first at the bottom.</param>
    public static async Task<IReadOnlyList<double>> ReadAsync(string path, (double Width, double Height) area, bool isTurned)
    {
        var crop = string.Create(CultureInfo.InvariantCulture, $"crop=iw*{area.Width:0.#####}:ih*{area.Height:0.#####}");
        var turn = isTurned ? "transpose=clock," : "";
        // The mean of each bar, whatever its edges became.
        var pixels = await ToolBench.RunAsync("ffmpeg", "-i", path, "-vf", $"format=gray,{crop},{turn}scale=16:1:flags=area", "-vsync",
            "passthrough", "-f", "rawvideo", "-");
        var times = new List<double>();
        for (var at = 0; at + Bits <= pixels.Length; at += Bits)
        {
            var value = 0;
            for (var bit = 0; bit < Bits; bit++) value |= pixels[at + bit] > 127 ? 1 << bit : 0;
            times.Add(value / 1000.0);
        }
        return times;
    }

    /// <summary>When the beeps begin, in seconds of the result.</summary>
    public static async Task<IReadOnlyList<double>> BeepsAsync(string path)
    {
        var bytes = await ToolBench.RunAsync("ffmpeg", "-i", path, "-map", "0:a:0", "-af", "aresample=async=1:first_pts=0", "-ac", "1",
            "-ar", $"{SampleRate}", "-f", "s16le", "-");
        var beeps = new List<double>();
        var quiet = SampleRate;
        for (var at = 0; at < bytes.Length / 2; at++)
        {
            if (Math.Abs((int)BitConverter.ToInt16(bytes, at * 2)) <= 4000)
            {
                quiet++;
                continue;
            }
            if (quiet > SampleRate / 10) beeps.Add((double)at / SampleRate);
            quiet = 0;
        }
        return beeps;
    }
}
