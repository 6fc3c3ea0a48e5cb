using System.Globalization;

namespace VideoGen.Providers.Tests.Connectors.MediaTools;

/// <summary>
/// A clip whose every frame shows its own time, as sixteen bars that are the bits of the milliseconds, and that beeps for 60 ms at
/// every full second.
/// Everything else about it is chosen at random: whatever a tool makes of it, the clock can be read back.
/// </summary>
internal sealed record ClockClip(string Container, string VideoCodec, string AudioCodec, string Fps, int Width, int Height, double Seconds)
{
    static readonly (string Container, string[] Videos, string[] Sounds, bool IsRigid)[] Kinds =
    [
        (".mp4", ["libx264", "mpeg4"], ["aac", "libmp3lame"], false),
        (".mov", ["libx264", "mpeg4"], ["aac", "pcm_s16le"], false),
        (".mkv", ["libx264", "mpeg2video", "libvpx"], ["aac", "libopus", "flac", "pcm_s16le"], false),
        (".webm", ["libvpx"], ["libopus", "libvorbis"], false),
        (".flv", ["libx264"], ["aac"], false),
        (".ts", ["libx264", "mpeg2video"], ["aac", "mp2"], false),
        // With MP3 in an AVI, ffmpeg's muxer moves all frames but the first: the clock would be wrong, not the tool.
        (".avi", ["mpeg4"], ["pcm_s16le"], true),
        (".mpg", ["mpeg2video"], ["mp2"], true),
    ];

    /// <summary>Between two frames, for times that are compared.</summary>
    const double Rounding = 1e-5;

    static readonly string[] AllFps = ["10", "12", "15", "24000/1001", "24", "25", "30000/1001", "30", "50", "60"];
    static readonly string[] Mpeg2Fps = ["24000/1001", "24", "25", "30000/1001", "30", "50", "60"];
    static readonly string[] PixelShapes = ["1/1", "1/1", "1/1", "4/3", "8/9", "16/11"];

    public string PixelShape { get; init; } = "1/1";

    /// <summary>Turned by the container, 0 or 90 degrees.</summary>
    public int Turn { get; init; }

    /// <summary>Where the first frame lies, and the first sample.</summary>
    public double PictureFrom { get; init; }

    public double SoundFrom { get; init; }

    /// <summary>No frames between these.</summary>
    public (double From, double Until) PictureGap { get; init; }

    public (double From, double Until) SoundGap { get; init; }

    public double ClockOffset { get; init; }

    /// <summary>Written as into a pipe: nothing in the header that is known at the end only.</summary>
    public bool IsStreamed { get; init; }

    public bool IsSilent { get; init; }

    public int KeyFrames { get; init; } = 12;

    public double Rate => Fps.Split('/') is [var above, var below] ? Number(above) / Number(below) : Number(Fps);

    /// <summary>When the file begins, by the clock that is burnt in.</summary>
    public double Origin => FirstSound is { } sound && FirstFrame - sound > 0.1 ? sound - Priming : FirstFrame;

    /// <summary>What a codec of sound needs to get going; FLV can't say that it is not to be heard.</summary>
    double Priming => Container == ".flv" ? 1024 / 48000.0 : 0;

    public double FirstFrame => FrameTimes[0];

    public double? FirstSound => IsSilent ? null : SoundFrom;

    public IReadOnlyList<double> FrameTimes =>
        [.. Enumerable.Range(0, (int)Math.Ceiling((Seconds * Rate) - Rounding)).Select(at => at / Rate)
            .Where(time => time >= PictureFrom - Rounding
            && !IsIn(PictureGap, time))];

    public IEnumerable<double> Beeps => IsSilent ? [] :
        Enumerable.Range(0, (int)Math.Ceiling(Seconds)).Select(at => (double)at).Where(time =>
            time >= SoundFrom && time + 0.07 < Seconds && !IsIn(SoundGap, time) && !IsIn(SoundGap, time + 0.07));

    public static ClockClip Random(Random random)
    {
        var (container, videos, sounds, isRigid) = Kinds[random.Next(Kinds.Length)];
        var video = Pick(random, videos);
        var clip = new ClockClip(
            container, video, Pick(random, sounds), Pick(random, video == "mpeg2video" ? Mpeg2Fps : AllFps), random.Next(12, 24) * 8,
                random.Next(6, 20) * 8, random.Next(20, 45) / 10.0)
        {
            IsSilent = random.Next(6) == 0,
            KeyFrames = random.Next(3) == 0 ? 250 : 12,
            PixelShape = container is ".mp4" or ".mov" or ".mkv" ? Pick(random, PixelShapes) : "1/1",
            Turn = container is ".mp4" or ".mov" && random.Next(4) == 0 ? 90 : 0,
            IsStreamed = container is ".webm" or ".mkv" && random.Next(2) == 0,
        };
        if (isRigid) return clip;
        return clip with
        {
            PictureFrom = random.Next(4) == 0 ? random.Next(2, 9) / 10.0 : 0,
            SoundFrom = random.Next(3) == 0 ? random.Next(2, 14) / 10.0 : 0,
            PictureGap = random.Next(3) == 0 ? Gap(random, clip.Seconds) : default,
            SoundGap = random.Next(4) == 0 && container is not ".flv" ? Gap(random, clip.Seconds) : default,
            ClockOffset = container is not ".flv" && random.Next(4) == 0 ? random.Next(1, 40) : 0,
        };
    }

    public async Task<string> MakeAsync(ToolBench bench)
    {
        // Drawn one pixel a bar, and then made wide: ffmpeg computes every pixel by itself, slowly.
        var bits = "if(mod(floor(floor(T*1000+0.5)/pow(2,X)),2),235,16)";
        var picture = $"nullsrc=s=16x2:r={Fps}:d={Text(Seconds)},format=yuv420p,geq=lum='{bits}':cb=128:cr=128,"
            + $"scale={Width}:{Height}:flags=neighbor,setsar={PixelShape}";
        var sound = $"aevalsrc='if(lt(mod(t,1),0.06),0.8*sin(2*PI*1000*t),0)':s=48000:d={Text(Seconds)}";
        // What is left out is left out of the output: ffmpeg would move an input that begins late to its start.
        string[] heard = ["-af", $"aselect='gte(t,{Text(SoundFrom)})*{Outside(SoundGap, 0)}'", "-c:a", AudioCodec, "-ac", "2"];
        var path = await bench.MakeAsync(Container,
        [
            "-f", "lavfi", "-i", picture, .. IsSilent ? (string[])[] : ["-f", "lavfi", "-i", sound, .. heard],
            "-vf", $"select='gte(t,{Text(PictureFrom - Rounding)})*{Outside(PictureGap, Rounding)}'", "-vsync", "passthrough",
            "-c:v", VideoCodec, .. Effort(), "-g", Text(KeyFrames), "-pix_fmt", "yuv420p", "-max_interleave_delta", "0",
            .. ClockOffset > 0 ? (string[])["-output_ts_offset", Text(ClockOffset)] : [], .. IsStreamed ? (string[])["-live", "1"] : [],
        ]);
        if (Turn == 0) return path;
        return await bench.MakeAsync(Container, "-i", path, "-map", "0", "-c", "copy", "-copyts", "-metadata:s:v:0", "rotate=90");
    }

    static string Outside((double From, double Until) gap, double rounding) =>
        $"not(gte(t,{Text(gap.From - rounding)})*lt(t,{Text(gap.Until - rounding)}))";

    static string Text(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);

    string[] Effort() => VideoCodec switch
    {
        "libx264" => ["-preset", "ultrafast", "-crf", "18"],
        "libvpx" => ["-deadline", "realtime", "-cpu-used", "8", "-b:v", "2M", "-auto-alt-ref", "0"],
        _ => ["-q:v", "3"],
    };

    /// <summary>Half a second to one and a half in the middle.</summary>
    static (double, double) Gap(Random random, double seconds)
    {
        var from = random.Next(4, 10) / 10.0;
        return (from, Math.Min(from + (random.Next(5, 15) / 10.0), seconds - 0.4));
    }

    static bool IsIn((double From, double Until) gap, double time) => time >= gap.From - Rounding && time < gap.Until - Rounding;

    static string Pick(Random random, string[] from) => from[random.Next(from.Length)];

    static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
