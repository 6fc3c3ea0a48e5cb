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
        "format=format_name,duration,nb_streams:stream=codec_type,codec_name,width,height,avg_frame_rate,r_frame_rate,duration,nb_frames"
        + ":stream_disposition=attached_pic:stream_tags=rotate:stream_side_data=rotation";

    const int MaxOutputLength = 256 * 1024;

    readonly FfmpegOptions _options = options.Value;

    public async Task<ProbeResult> ProbeAsync(string path, CancellationToken ct = default)
    {
        if (new FileInfo(path) is { Length: 0 }) return new ProbeResult.Refused("The file is empty.");
        if (await MagicBytes.SniffAsync(path, ct) is not { } format)
            return new ProbeResult.Refused($"The file's first bytes are of none of the types that are accepted: {Accepted}.");

        var text = new StringBuilder();
        string[] arguments =
        [
            "-hide_banner", "-loglevel", "error", "-print_format", "json", "-show_entries", Entries, .. FfmpegInput.Untrusted(path, format, _options.Media),
        ];
        var end = await LimitedProcess.RunAsync(_options.FfprobePath, arguments, folder: null, FfmpegLimits.Check, line => Append(text, line), ct);
        return end.Verdict switch
        {
            ProcessVerdict.Cancelled => new ProbeResult.Cancelled(),
            ProcessVerdict.TimedOut => new ProbeResult.Refused("The file takes too long to read."),
            _ when end.ExitCode != 0 => new ProbeResult.Refused($"The file begins like {format.MediaType} but can't be read as such; it is damaged or incomplete."),
            _ => Judge(text.ToString(), format),
        };
    }

    /// <summary>Every media type on the allow list, for messages.</summary>
    public static string Accepted { get; } = string.Join(", ", MediaFormat.All.Select(format => format.MediaType));

    ProbeResult Judge(string text, MediaFormat format)
    {
        if (text.Length >= MaxOutputLength) return TooManyStreams();
        if (Parse(text)?.ToFacts(format) is not { } facts) return new ProbeResult.Refused("The file holds neither a picture nor a sound that can be read.");
        if (facts.Streams > _options.Media.MaxStreams) return TooManyStreams();
        if (facts.Kind != "audio" && (facts.Width is not > 0 || facts.Height is not > 0)) return new ProbeResult.Refused(Sizeless(format));
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
        ? "The WebP picture can't be read; animated WebP is not accepted."
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
