using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using VideoGen.Ffmpeg.Formats;

namespace VideoGen.Ffmpeg.Probing;

/// <summary>ffprobe's JSON. Durations, rates and counts are texts there; sizes and indexes are numbers.</summary>
internal sealed record ProbeJson(IReadOnlyList<ProbeJson.Stream>? Streams, ProbeJson.Container? Format)
{
    static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static ProbeJson? Parse(string text) => JsonSerializer.Deserialize<ProbeJson>(text, Json);

    public sealed record Container(string? FormatName, string? Duration, int? NbStreams);

    public sealed record Stream(
        string? CodecType, string? CodecName, int? Width, int? Height, string? AvgFrameRate, string? RFrameRate, string? Duration, string? NbFrames,
        Disposition? Disposition, IReadOnlyDictionary<string, string>? Tags, [property: JsonPropertyName("side_data_list")] IReadOnlyList<SideEntry>? SideEntries)
    {
        [JsonIgnore]
        public bool IsPicture => CodecType == "video" && Disposition?.AttachedPic != 1;

        [JsonIgnore]
        public double Rotation => SideEntries?.FirstOrDefault(side => side.Rotation is not null)?.Rotation
            ?? (Tags?.GetValueOrDefault("rotate") is { } tag ? Number(tag) ?? 0 : 0);
    }

    public sealed record Disposition(int AttachedPic);

    public sealed record SideEntry(double? Rotation);

    /// <summary>The facts, or null when there is neither a picture nor a sound in it.</summary>
    public MediaFacts? ToFacts(MediaFormat format)
    {
        var streams = Streams ?? [];
        var picture = streams.FirstOrDefault(stream => stream.IsPicture);
        var sound = streams.FirstOrDefault(stream => stream.CodecType == "audio");
        if (picture is null && sound is null) return null;
        var kind = picture is null ? "audio" : format.Kind == "image" ? "image" : "video";
        if (format.Kind == "image" && picture is null) return null;

        var isTurned = picture is not null && Math.Abs(Math.Abs(picture.Rotation) % 180 - 90) < 1;
        var rate = picture is null ? null : Rate(picture.AvgFrameRate) ?? Rate(picture.RFrameRate);
        var duration = Positive(Format?.Duration) ?? streams.Max(stream => Positive(stream.Duration));
        var frames = Number(picture?.NbFrames) is { } counted ? (long)counted : duration * rate is { } estimate ? (long)Math.Round(estimate) : (long?)null;
        if (duration is null && frames / rate is { } derived) duration = derived;
        var (mediaType, extension) = TypeOf(kind, format);
        return new MediaFacts(
            kind, mediaType, extension, Format?.FormatName ?? format.Demuxer, picture?.CodecName, sound?.CodecName,
            isTurned ? picture!.Height : picture?.Width, isTurned ? picture!.Width : picture?.Height,
            kind == "image" ? null : duration, kind == "video" ? rate : null, sound is not null,
            kind switch { "audio" => null, "image" => frames ?? 1, _ => frames }, Math.Max(streams.Count, Format?.NbStreams ?? 0));
    }

    /// <summary>Containers for both kinds have two media types; what is inside decides.</summary>
    static (string MediaType, string Extension) TypeOf(string kind, MediaFormat format) => (kind, format.MediaType) switch
    {
        ("audio", "video/mp4") => (MediaFormat.M4a.MediaType, MediaFormat.M4a.Extension),
        ("audio", "video/webm") => ("audio/webm", ".webm"),
        ("audio", "video/x-matroska") => ("audio/x-matroska", ".mka"),
        ("video", "audio/ogg") => ("video/ogg", ".ogv"),
        ("video", "audio/mp4") => (MediaFormat.Mp4.MediaType, MediaFormat.Mp4.Extension),
        _ => (format.MediaType, format.Extension),
    };

    static double? Rate(string? text)
    {
        var parts = text?.Split('/');
        return parts is { Length: 2 } && Number(parts[0]) is { } above && Number(parts[1]) is { } below && below > 0 && above > 0
            ? Math.Round(above / below, 3)
            : null;
    }

    static double? Positive(string? text) => Number(text) is { } value and > 0 ? value : null;

    static double? Number(string? text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) ? value : null;
}
