using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using VideoGen.Ffmpeg.Formats;
using VideoGen.Ffmpeg.Running;

namespace VideoGen.Ffmpeg.Probing;

/// <summary>Reads a file's facts with ffprobe, under the same lists and limits as every untrusted input, and refuses what exceeds <see cref="MediaLimits"/>.</summary>
public sealed class MediaProbe(IOptions<FfmpegOptions> options)
{
    /// <summary>Only what is asked for is printed: tags of a hostile file can be megabytes long.</summary>
    const string Entries =
        "format=format_name,start_time,duration,nb_streams:stream=index,codec_type,codec_name,width,height,sample_aspect_ratio"
        + ",pix_fmt,color_range,color_space,color_transfer,color_primaries,field_order,sample_rate,avg_frame_rate,r_frame_rate,nb_frames"
        + ":stream_disposition=attached_pic:stream_tags=rotate:stream_side_data=rotation";

    const int MaxOutputLength = 256 * 1024;

    readonly FfmpegOptions _options = options.Value;

    public async Task<ProbeResult> ProbeAsync(string path, CancellationToken ct = default)
    {
        if (new FileInfo(path) is { Length: 0 }) return new ProbeResult.Refused("The file is empty.");
        var start = await MagicBytes.StartAsync(path, ct);
        if (MagicBytes.Sniff(start) is not { } format)
            return new ProbeResult.Refused(ForeignFormat.Refusal(start)
                ?? $"The file's first bytes are of none of the types that are accepted: {Accepted}.");

        var text = new StringBuilder();
        string[] arguments = ["-print_format", "json", "-show_entries", Entries];
        if (await ReadAsync(path, format, arguments, line => Append(text, line), ct) is { } fault) return fault;
        if (text.Length >= MaxOutputLength) return TooManyStreams();
        if (Parse(text.ToString()) is not { } header || header.KindIn(format) is not { } kind)
            return new ProbeResult.Refused("The file holds neither a picture nor a sound that can be read.");
        if (kind == "image") return Judge(header.ToFacts(format, timeline: null, Orientation.Read(path, format)));
        return await MeasureAsync(path, format, header, ct);
    }

    /// <summary>Headers are silent or wrong about times too often: the packets tell.</summary>
    async Task<ProbeResult> MeasureAsync(string path, MediaFormat format, ProbeJson header, CancellationToken ct)
    {
        var packets = new PacketReader(header.Picture?.Index, header.Sound?.Index, header.SampleRate);
        if (await ReadAsync(path, format, ["-print_format", "compact=print_section=0", "-show_entries", PacketReader.Entries],
            packets.Read, ct) is { } fault) return fault;
        if (packets.IsFull) return new ProbeResult.Refused("The file has more frames than are accepted.");
        return packets.Timeline(header.StartSeconds, header.EndSeconds) is { } timeline && (header.Picture is null
            || timeline.Pictures.Count > 0)
            ? Judge(header.ToFacts(format, timeline, Orientation.Upright))
            : new ProbeResult.Refused("The file holds neither a picture nor a sound that can be read.");
    }

    /// <summary>Null when ffprobe has told everything, else why it could not.</summary>
    async Task<ProbeResult?> ReadAsync(string path, MediaFormat format, string[] what, Action<string> onLine, CancellationToken ct)
    {
        string[] arguments = ["-hide_banner", "-loglevel", "error", .. what, .. FfmpegInput.Untrusted(path, format, _options.Media)];
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

    static ProbeJson? Parse(string text)
    {
        try
        {
            return ProbeJson.Parse(text);
        }
        catch (JsonException)
        {
            return null; // A damaged file can make ffprobe print half a document; there are no facts then.
        }
    }

    static void Append(StringBuilder text, string line)
    {
        if (text.Length < MaxOutputLength) text.Append(line).Append('\n');
    }
}
