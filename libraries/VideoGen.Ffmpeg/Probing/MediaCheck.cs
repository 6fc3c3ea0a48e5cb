using System.Globalization;
using Microsoft.Extensions.Options;
using VideoGen.Ffmpeg.Formats;

namespace VideoGen.Ffmpeg.Probing;

/// <summary>
/// Proves that a file is what it says: probes it, then decodes it without keeping anything. Images and short clips are decoded
/// whole; of longer ones the start, the middle and the end, which finds files that were cut off.
/// </summary>
public sealed class MediaCheck(MediaProbe probe, FfmpegRunner runner, IOptions<FfmpegOptions> options)
{
    /// <summary>What is decoded whole: about eight seconds of 1080p.</summary>
    const double WholePixels = 500e6;

    const double WholeSeconds = 30;
    const double SampleSeconds = 1;

    /// <summary>Threads of a decoder. Each takes address space for its frames, which is limited, however many cores there are.</summary>
    const string Threads = "2";

    const int KilledByLimit = 128 + 9;

    const string Incomplete = "The file is incomplete: its end is missing.";
    const string Damaged = "The file can't be decoded; it is damaged or incomplete.";
    const string TooLaborious = "The file takes too long to decode.";

    /// <summary>The facts of a file that decodes, or a sentence for the customer that says why it is refused.</summary>
    /// <param name="sides">
    /// What is to be made of its pictures on the way. It does not bear on the answer: where one of them can't be made, the file is checked
    /// again without them, and <see cref="SideOutput.IsThere"/> is false for each.
    /// </param>
    public async Task<ProbeResult> ProveAsync(string path, Func<MediaFacts, IReadOnlyList<SideOutput>>? sides = null, CancellationToken ct = default)
    {
        var probed = await probe.ProbeAsync(path, ct);
        if (probed is not ProbeResult.Ok { Facts: var facts }) return probed;
        if (await MagicBytes.SniffAsync(path, ct) is not { } format) return new ProbeResult.Refused(Damaged);
        if (!FileEnd.IsThere(path, format)) return new ProbeResult.Refused(Incomplete);

        var wanted = sides?.Invoke(facts) ?? [];
        var judged = Judge(await DecodeAsync(path, format, facts, wanted, ct), probed, facts);
        if (judged is not ProbeResult.Refused || wanted.Count == 0) return judged;
        foreach (var side in wanted) File.Delete(side.Path);
        return Judge(await DecodeAsync(path, format, facts, [], ct), probed, facts);
    }

    Task<FfmpegResult> DecodeAsync(string path, MediaFormat format, MediaFacts facts, IReadOnlyList<SideOutput> sides, CancellationToken ct)
    {
        var arguments = facts.Kind == "image" ? WholeImage(path, format, sides) : Samples(path, format, facts, sides);
        return runner.RunAsync(new FfmpegCall([.. arguments, .. sides.SelectMany(ToFile)]) { Limits = FfmpegLimits.Check }, progress: null, ct);
    }

    static ProbeResult Judge(FfmpegResult result, ProbeResult probed, MediaFacts facts) => result switch
    {
        FfmpegResult.Cancelled => new ProbeResult.Cancelled(),
        FfmpegResult.TimedOut or FfmpegResult.Failed { ExitCode: KilledByLimit } => new ProbeResult.Refused(TooLaborious),
        FfmpegResult.Ok { Frames: 0 } when facts.Kind != "audio" => new ProbeResult.Refused(Damaged),
        // The one fault that a demuxer gets over even when asked not to: a Matroska file that stops in the middle.
        FfmpegResult.Ok ok when ok.Complaints.Any(line => line.Contains("ended prematurely", StringComparison.Ordinal)) => new ProbeResult.Refused(Incomplete),
        FfmpegResult.Ok => probed,
        _ => new ProbeResult.Refused(Damaged),
    };

    /// <summary>The graph that gives the frames of the first input to the check, as <c>[seen]</c>, and to every side output.</summary>
    static string Graph(string stream, IReadOnlyList<SideOutput> sides)
    {
        var chains = sides.Select((side, at) => side.Seconds is { } seconds
            ? string.Create(CultureInfo.InvariantCulture, $"[for{at}]trim=end={seconds:0.###},{side.Filter}[side{at}]")
            : $"[for{at}]{side.Filter}[side{at}]");
        return $"[{stream}]split={sides.Count + 1}[seen]{string.Concat(sides.Select((_, at) => $"[for{at}]"))};{string.Join(';', chains)}";
    }

    static IEnumerable<string> ToFile(SideOutput side, int at) =>
        ["-map", $"[side{at}]", .. side.Options, "-map_metadata", "-1", FfmpegInput.Name(side.Path)];

    string[] WholeImage(string path, MediaFormat format, IReadOnlyList<SideOutput> sides) =>
    [
        // ffmpeg's TIFF takes every tag that it does not know for a fault. Filters turn a picture as its EXIF says, so ffmpeg shall not.
        "-xerror", .. format == MediaFormat.Tiff ? (ReadOnlySpan<string>)[]
            : ["-err_detect", "crccheck+explode"], "-threads", Threads, "-noautorotate", .. FfmpegInput.Untrusted(path, format, options.Value.Media),
        .. sides.Count > 0 ? (string[])["-filter_complex", Graph("0:v:0", sides), "-map", "[seen]"] : ["-map", "0:v:0"],
        .. format == MediaFormat.Gif ? (ReadOnlySpan<string>)[] : ["-frames:v", "1"], "-f", "null", "-",
    ];

    string[] Samples(string path, MediaFormat format, MediaFacts facts, IReadOnlyList<SideOutput> sides)
    {
        var input = FfmpegInput.Untrusted(path, format, options.Value.Media);
        List<string> arguments = ["-xerror"];
        var starts = Starts(facts);
        foreach (var start in starts)
        {
            if (start > 0) arguments.AddRange(["-ss", start.ToString("0.###", CultureInfo.InvariantCulture)]);
            var seconds = starts.Length == 1 ? WholeSeconds
                : start > 0 ? SampleSeconds : Math.Max(SampleSeconds, sides.Max(side => side.Seconds) ?? 0);
            arguments.AddRange(["-t", seconds.ToString("0.###", CultureInfo.InvariantCulture), "-threads", Threads, .. input]);
        }
        // V without attached pictures; both kinds are optional, and what is neither sound nor picture is left alone.
        if (sides.Count > 0) arguments.AddRange(["-filter_complex", Graph("0:V:0", sides), "-map", "[seen]", "-map", "0:a:0?"]);
        for (var at = sides.Count > 0 ? 1 : 0; at < starts.Length; at++) arguments.AddRange(["-map", $"{at}:V:0?", "-map", $"{at}:a:0?"]);
        return [.. arguments, "-f", "null", "-"];
    }

    /// <summary>One start: from there to the end (or 30 s). Three: a second from each.</summary>
    static double[] Starts(MediaFacts facts)
    {
        if (facts.DurationSeconds is not { } seconds || seconds <= 3 * SampleSeconds) return [0];
        var pixels = (double)(facts.Width ?? 0) * (facts.Height ?? 0) * (facts.Frames ?? seconds * 30);
        return seconds <= WholeSeconds && pixels <= WholePixels ? [0] : [0, seconds / 2, seconds - SampleSeconds];
    }
}
