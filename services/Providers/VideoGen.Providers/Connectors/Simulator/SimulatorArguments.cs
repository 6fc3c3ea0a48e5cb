using System.Buffers.Binary;
using System.Globalization;
using VideoGen.Ffmpeg;

namespace VideoGen.Providers.Connectors.Simulator;

/// <summary>
/// The simulator's calls of ffmpeg, as pure functions. Every option that could make two runs differ is pinned, so the same
/// shape and image give the same bytes with the same build of ffmpeg.
/// </summary>
/// <param name="Preset">x264 preset.</param>
/// <param name="FontFile">Font of the caption.</param>
internal sealed record SimulatorArguments(string Preset, string FontFile)
{
    /// <summary>The caption's file in the run's folder; named without a path, because filters have quoting rules of their own.</summary>
    public const string CaptionFile = "caption.txt";

    /// <summary>The file with the words to be spoken, likewise.</summary>
    public const string SpeechFile = "speech.txt";

    /// <summary>How far a still image is zoomed into over the whole video.</summary>
    const string Zoom = "0.15";

    /// <summary>Root, third and fifth, each with its loudness.</summary>
    static readonly (double Ratio, double Loudness)[] Chord = [(1, 0.12), (1.259921, 0.09), (1.498307, 0.08)];

    static readonly string[] Bitexact = ["-map_metadata", "-1", "-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact"];

    /// <summary>The number of frames is set by a filter: the option for it would end the sound with the last frame's encoding.</summary>
    /// <param name="image">The image to animate, or null for a moving gradient.</param>
    /// <param name="hasCaption">Whether <see cref="CaptionFile"/> is there.</param>
    public IReadOnlyList<string> Video(SimulatorShape shape, StillInput? image, bool hasCaption)
    {
        IEnumerable<string> source = image is null
            ? ["-f", "lavfi", "-i", Gradients(shape, fraction: 4, shape.Fps, (shape.Frames + 1) / shape.Fps)]
            : image.Arguments;
        var motion = image is null ? $"scale={shape.Width}:{shape.Height}:flags=bicubic" : image.Upright + SlowZoom(shape);
        string[] sound = shape.Sound ? ["-map", "1:a:0", "-c:a", "aac", "-b:a", "128k", "-ac", "2", "-t", Number(shape.DurationSeconds)] : [];
        var keyFrames = Whole((int)Math.Round(shape.Fps * 2));
        return
        [
            .. source, .. Tone(shape), "-vf", $"{motion}{DrawCaption(shape, hasCaption)},trim=end_frame={shape.Frames}", "-map", "0:v:0", .. sound, "-c:v", "libx264", "-preset", Preset, "-crf", "23", "-pix_fmt", "yuv420p",
            // A key frame each two seconds, so that copying cuts well; two threads, because their number changes the bytes.
            "-threads", "2", "-g", keyFrames, "-keyint_min", keyFrames, "-sc_threshold", "0", "-movflags", "+faststart", .. Bitexact,
        ];
    }

    public IReadOnlyList<string> Image(SimulatorShape shape, StillInput? image, bool hasCaption)
    {
        IEnumerable<string> source = image is null ? ["-f", "lavfi", "-i", Gradients(shape, fraction: 1, fps: 1, seconds: 1)]
            : image.Arguments;
        string[] quality = shape.Format == "jpeg" ? ["-q:v", "3"] : [];
        return
        [
            .. source, "-vf", image?.Upright + Cover(shape.Width, shape.Height) + DrawCaption(shape, hasCaption), "-frames:v", "1",
                "-update", "1", .. quality,
            "-threads", "2", .. Bitexact,
        ];
    }

    /// <summary>Reads <see cref="SpeechFile"/> aloud.</summary>
    public static IReadOnlyList<string> Speech(SimulatorShape shape) =>
        ["-f", "lavfi", "-i", $"flite=textfile={SpeechFile}:voice={shape.Speaker}", "-ar", "44100", .. Codec(shape), "-ac", "1", .. Bitexact];

    /// <summary>The same words at the same pace in a higher voice.</summary>
    /// <param name="recording">Path of a file with sound.</param>
    public static IReadOnlyList<string> Voice(SimulatorShape shape, string recording) =>
    [
        .. FfmpegInput.Untrusted(recording), "-map", "0:a:0", "-af", "aresample=44100,asetrate=50715,aresample=44100,atempo=0.869565",
        "-t", Number(shape.DurationSeconds), .. Codec(shape), "-ac", "2", .. Bitexact,
    ];

    public static IReadOnlyList<string> Audio(SimulatorShape shape)
    {
        var fade = Math.Min(0.5, shape.DurationSeconds / 4);
        return
        [
            .. Tone(shape), "-af", $"afade=t=in:d={Number(fade)},afade=t=out:st={Number(shape.DurationSeconds - fade)}:d={Number(fade)}",
            .. Codec(shape), "-ac", "2", .. Bitexact,
        ];
    }

    /// <summary>Coloured fields that flow into each other; a video's are drawn at a quarter and scaled up: the same look at a third of the time.</summary>
    static string Gradients(SimulatorShape shape, int fraction, double fps, double seconds)
    {
        var dice = shape.Dice();
        var colours = Enumerable.Range(0, 4).Select(at => $"c{at}=0x{Convert.ToHexStringLower(dice, 3 * at, 3)}");
        return $"gradients=s={Even(shape.Width / fraction)}x{Even(shape.Height / fraction)}:r={Number(fps)}:d={Number(seconds)}:{string.Join(':', colours)}"
            + $":n=4:seed={BinaryPrimitives.ReadUInt32BigEndian(dice.AsSpan(12))}:speed=0.02";
    }

    /// <summary>From twice the size: zoompan moves by whole pixels, and at the size itself that is seen.</summary>
    static string SlowZoom(SimulatorShape shape)
    {
        var last = Math.Max(1, shape.Frames - 1);
        var zoom = shape.ZoomsOut ? $"1+{Zoom}-{Zoom}*on/{last}" : $"1+{Zoom}*on/{last}";
        return $"{Cover(2 * shape.Width, 2 * shape.Height)},zoompan=z='{zoom}':x='iw/2-(iw/zoom/2)':y='ih/2-(ih/zoom/2)'"
            + $":d={shape.Frames}:s={shape.Width}x{shape.Height}:fps={Number(shape.Fps)}";
    }

    static string Cover(int width, int height) =>
        $"scale={width}:{height}:force_original_aspect_ratio=increase:flags=bicubic,crop={width}:{height},setsar=1";

    string DrawCaption(SimulatorShape shape, bool hasCaption)
    {
        if (!hasCaption) return "";
        var size = Caption.FontSize(shape.Width, shape.Height);
        return $",drawtext=fontfile={FilterQuoting.Quote(FontFile)}:textfile={CaptionFile}:expansion=none:fontcolor=white:fontsize={size}:line_spacing={size / 3}"
            + $":box=1:boxcolor=black@0.55:boxborderw={size / 2}:x=(w-text_w)/2:y=h-text_h-{2 * size}";
    }

    static string[] Tone(SimulatorShape shape)
    {
        if (!shape.Sound && shape.Kind != "audio") return [];
        var root = 220 * Math.Pow(2, shape.Dice()[16] % 13 / 12.0);
        var partials = Chord.Select(tone => $"{Number(tone.Loudness)}*sin(2*PI*{Number(root * tone.Ratio)}*t)");
        return ["-f", "lavfi", "-i", $"aevalsrc='{string.Join('+', partials)}':s=48000:d={Number(shape.DurationSeconds)}"];
    }

    static string[] Codec(SimulatorShape shape) => shape.Format == "wav" ? ["-c:a", "pcm_s16le"] : ["-c:a", "libmp3lame", "-b:a", "128k"];

    static int Even(int pixels) => Math.Max(4, pixels / 2 * 2);

    static string Number(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);

    static string Whole(int value) => value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>
/// Quotes a value inside a filter graph. ffmpeg takes the graph apart first and each filter's options after that, so a
/// character must be protected from both readers.
/// </summary>
internal static class FilterQuoting
{
    public static string Quote(string value)
    {
        var option = value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal).Replace(":", "\\:", StringComparison.Ordinal);
        return "'" + option.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
    }
}
