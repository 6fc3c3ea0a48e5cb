using System.Globalization;
using Microsoft.Extensions.Options;
using VideoGen.Ffmpeg.Formats;
using VideoGen.Ffmpeg.Running;

namespace VideoGen.Ffmpeg.Probing;

/// <summary>Reads a file's facts with ffprobe, under the same lists and limits as every untrusted input, and refuses what exceeds <see cref="MediaLimits"/>.</summary>
public sealed class MediaProbe(IOptions<FfmpegOptions> options)
{
    static readonly ProbeResult Unreadable = new ProbeResult.Refused("The file holds neither a picture nor a sound that can be read.");

    readonly FfmpegOptions _options = options.Value;

    public async Task<ProbeResult> ProbeAsync(string path, CancellationToken ct = default)
    {
        if (new FileInfo(path) is { Length: 0 }) return new ProbeResult.Refused("The file is empty.");
        var start = await MagicBytes.StartAsync(path, ct);
        if (MagicBytes.Sniff(start) is not { } format)
            return new ProbeResult.Refused(ForeignFormat.Refusal(start)
                ?? $"The file's first bytes are of none of the types that are accepted: {Accepted}.");

        var (header, packets) = (new ProbeHeader(), new PacketReader());
        // Headers are silent or wrong about times too often: the packets tell. An image has none worth reading.
        var entries = format.Kind == "image" ? ProbeHeader.Entries : $"{ProbeHeader.Entries}:{PacketReader.Entries}";
        if (await ReadAsync(path, format, entries, line => Read(line, header, packets), ct) is { } fault) return fault;
        if (header.IsFull) return TooManyStreams();
        return header.KindIn(format) switch
        {
            null => Unreadable,
            "image" => Judge(header.ToFacts(format, timeline: null, Orientation.Read(path, format))),
            _ when packets.IsFull => new ProbeResult.Refused("The file has more frames than are accepted."),
            _ => header.Timeline(packets) is { } timeline && (header.Picture is null || timeline.Pictures.Count > 0)
                ? Judge(header.ToFacts(format, timeline, Orientation.Upright)) : Unreadable,
        };
    }

    static void Read(string line, ProbeHeader header, PacketReader packets)
    {
        if (line.StartsWith("packet|", StringComparison.Ordinal)) packets.Read(line);
        else header.Read(line);
    }

    /// <summary>Null when ffprobe has told everything, else why it could not.</summary>
    async Task<ProbeResult?> ReadAsync(string path, MediaFormat format, string entries, Action<string> onLine, CancellationToken ct)
    {
        string[] arguments = ["-hide_banner", "-loglevel", "error", "-print_format", "compact", "-show_entries", entries,
            .. FfmpegInput.Untrusted(path, format, _options.Media)];
        var end = await LimitedProcess.RunAsync(_options.FfprobePath, arguments, folder: null, FfmpegLimits.Check, onLine, ct);
        return end.Verdict switch
        {
            ProcessVerdict.Cancelled => new ProbeResult.Cancelled(),
            ProcessVerdict.TimedOut => new ProbeResult.Refused("The file takes too long to read."),
            _ when end.ExitCode != 0 => new ProbeResult.Refused($"The file begins like {format.MediaType} but can't be read as such; it is damaged or incomplete."),
            _ => null,
        };
    }

    /// <summary>Every media type on the allow list, for messages.</summary>
    public static string Accepted { get; } = string.Join(", ", MediaFormat.All.Select(format => format.MediaType));

    ProbeResult Judge(MediaFacts facts)
    {
        if (facts.Streams > _options.Media.MaxStreams) return TooManyStreams();
        if (facts.Kind != "audio" && (facts.Width is not > 0 || facts.Height is not > 0)) return new ProbeResult.Refused(Sizeless(
            facts.Format));
        if (Math.Max(facts.Width ?? 0, facts.Height ?? 0) > _options.Media.MaxSide || (long)(facts.Width ?? 0) * (facts.Height ?? 0) > _options.Media.MaxPixels)
            return new ProbeResult.Refused(string.Create(CultureInfo.InvariantCulture,
                $"The picture is {facts.Width} × {facts.Height} pixels; at most {_options.Media.MaxSide} a side and {_options.Media.MaxPixels / 1_000_000} megapixels are accepted."));
        if (facts.DurationSeconds > _options.Media.MaxDuration.TotalSeconds)
            return new ProbeResult.Refused(string.Create(CultureInfo.InvariantCulture,
                $"The file plays for {facts.DurationSeconds:0} seconds; at most {_options.Media.MaxDuration.TotalSeconds:0} are accepted."));
        return new ProbeResult.Ok(facts);
    }

    ProbeResult.Refused TooManyStreams() => new($"The file has too many streams; at most {_options.Media.MaxStreams} are accepted.");

    /// <summary>ffprobe gives no size for pictures beyond the pixel limit, which it refuses to decode, nor for animated WebP.</summary>
    static string Sizeless(MediaFormat format) => format == MediaFormat.Webp
        ? "The WebP picture can't be read. If it is an animated WebP: that can't be decoded here; send it as GIF, MP4 or WebM."
        : "The size of the picture can't be read: the file is damaged, or the picture has more pixels than are accepted.";
}
