using System.Globalization;

namespace VideoGen.Providers.Tests.Connectors.MediaTools;

/// <summary>Reads the clock of <see cref="ClockClip"/> off the frames of a result, and hears its beeps.</summary>
internal static class ClockReader
{
    const int Bits = 16;
    const int SampleRate = 8000;

    /// <summary>All in one run of ffmpeg, which takes longer to start than to read so little.</summary>
    /// <param name="areas">Where the clocks are; each is read off every frame.</param>
    public static async Task<ClockReading> ReadAsync(string path, bool hasSound, params IReadOnlyList<ClockArea> areas)
    {
        List<string> arguments = ["-y", "-i", path, "-vsync", "passthrough"];
        for (var at = 0; at < areas.Count; at++)
            arguments.AddRange(["-map", "0:v:0", "-vf", areas[at].Filter, "-f", "rawvideo", $"{path}.{at}"]);
        if (hasSound) arguments.AddRange(["-map", "0:a:0", "-af", "aresample=async=1:first_pts=0", "-ac", "1", "-ar", $"{SampleRate}", "-f",
            "s16le", $"{path}.sound"]);
        await ToolBench.RunAsync("ffmpeg", arguments);
        var shown = new List<IReadOnlyList<double>>();
        for (var at = 0; at < areas.Count; at++) shown.Add(Times(await File.ReadAllBytesAsync($"{path}.{at}")));
        return new ClockReading(shown, hasSound ? Beeps(await File.ReadAllBytesAsync($"{path}.sound")) : []);
    }

    static List<double> Times(byte[] pixels)
    {
        var times = new List<double>();
        for (var at = 0; at + Bits <= pixels.Length; at += Bits)
        {
            var value = 0;
            for (var bit = 0; bit < Bits; bit++) value |= pixels[at + bit] > 127 ? 1 << bit : 0;
            times.Add(value / 1000.0);
        }
        return times;
    }

    static List<double> Beeps(byte[] bytes)
    {
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

/// <summary>What a result shows and sounds.</summary>
/// <param name="Shown">The seconds that each frame shows, for every area.</param>
/// <param name="Beeps">When the beeps begin, in seconds of the result.</param>
internal sealed record ClockReading(IReadOnlyList<IReadOnlyList<double>> Shown, IReadOnlyList<double> Beeps);

/// <summary>Where a clip's picture lies in the middle of a frame.</summary>
/// <param name="Width">In parts of the frame's.</param>
/// <param name="Height">In parts of the frame's.</param>
/// <param name="IsTurned">The bars lie on each other, the first at the bottom.</param>
internal sealed record ClockArea(double Width, double Height, bool IsTurned)
{
    public static readonly ClockArea WholeFrame = new(1, 1, IsTurned: false);

    /// <summary>The mean of each bar, whatever its edges became.</summary>
    public string Filter => string.Create(CultureInfo.InvariantCulture, $"format=gray,crop=iw*{Width:0.#####}:ih*{Height:0.#####},")
        + $"{(IsTurned ? "transpose=clock," : "")}scale=16:1:flags=area";
}
