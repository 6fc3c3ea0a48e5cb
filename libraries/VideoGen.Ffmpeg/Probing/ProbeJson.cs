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

    public sealed record Container(string? FormatName, string? StartTime, string? Duration, int? NbStreams);

    public sealed record Stream
    {
        public int Index { get; init; }
        public string? CodecType { get; init; }
        public string? CodecName { get; init; }
        public int? Width { get; init; }
        public int? Height { get; init; }
        public string? SampleAspectRatio { get; init; }
        public string? PixFmt { get; init; }
        public string? ColorRange { get; init; }
        public string? ColorSpace { get; init; }
        public string? ColorTransfer { get; init; }
        public string? ColorPrimaries { get; init; }
        public string? FieldOrder { get; init; }
        public string? SampleRate { get; init; }
        public string? AvgFrameRate { get; init; }
        public string? RFrameRate { get; init; }
        public string? NbFrames { get; init; }
        public Disposition? Disposition { get; init; }
        public IReadOnlyDictionary<string, string>? Tags { get; init; }

        [JsonPropertyName("side_data_list")]
        public IReadOnlyList<SideEntry>? SideEntries { get; init; }

        [JsonIgnore]
        public bool IsPicture => CodecType == "video" && Disposition?.AttachedPic != 1;

        [JsonIgnore]
        public double Rotation => SideEntries?.FirstOrDefault(side => side.Rotation is not null)?.Rotation
            ?? (Tags?.GetValueOrDefault("rotate") is { } tag ? Number(tag) ?? 0 : 0);
    }

    public sealed record Disposition(int AttachedPic);

    public sealed record SideEntry(double? Rotation);

    /// <summary>The first stream of pictures that is no cover.</summary>
    [JsonIgnore]
    public Stream? Picture => Streams?.FirstOrDefault(stream => stream.IsPicture);

    [JsonIgnore]
    public Stream? Sound => Streams?.FirstOrDefault(stream => stream.CodecType == "audio");

    [JsonIgnore]
    public double? StartSeconds => Number(Format?.StartTime);

    [JsonIgnore]
    public double? EndSeconds => Positive(Format?.Duration) + (StartSeconds ?? 0);

    [JsonIgnore]
    public int SampleRate => (int)(Positive(Sound?.SampleRate) ?? 0);

    /// <summary><c>video</c>, <c>image</c>, <c>audio</c>, or null when there is neither a picture nor a sound in it.</summary>
    public string? KindIn(MediaFormat format) =>
        Picture is not null ? format.Kind == "image" ? "image" : "video"
        : Sound is not null && format.Kind != "image" ? "audio" : null;

    /// <param name="timeline">What was measured; null for images.</param>
    /// <param name="orientation">EXIF's; 1 for videos.</param>
    public MediaFacts ToFacts(MediaFormat format, MediaTimeline? timeline, int orientation)
    {
        var (picture, kind) = (Picture, KindIn(format)!);
        var (width, height) = ShownSize(kind, orientation);
        var (mediaType, extension) = TypeOf(kind, format);
        var rate = kind != "video" || timeline is null ? null : MovingRate.Of(timeline.Pictures, Rate(picture!.AvgFrameRate),
            Rate(picture.RFrameRate));
        return new MediaFacts(
            kind, mediaType, extension, Format?.FormatName ?? format.Demuxer, picture?.CodecName, timeline is { Sound: null } ? null
                : Sound?.CodecName, width, height,
            kind == "image" ? null : timeline?.Seconds, rate, timeline is null ? Sound is not null : timeline.Sound is not null,
            kind switch { "audio" => null, "image" => (long?)Number(picture!.NbFrames) ?? 1, _ => timeline?.Pictures.Count },
            Math.Max(Streams?.Count ?? 0, Format?.NbStreams ?? 0))
        {
            Format = format,
            Timeline = timeline,
            Picture = picture is null ? null : ToPicture(picture, orientation),
        };
    }

    /// <summary>A video's pixels may be no squares. Of a picture nobody looks at that: JPEG's density in x and y is a printer's.</summary>
    (int? Width, int? Height) ShownSize(string kind, int orientation)
    {
        if (Picture is not { } picture) return (null, null);
        var (width, height) = (picture.Width, picture.Height);
        if (kind == "image") return Orientation.SwapsSides(orientation) ? (height, width) : (width, height);
        if (Ratio(picture.SampleAspectRatio, ':') is { } aspect && width is not null) width = (int)Math.Round(Math.Min(
            width.Value * aspect, int.MaxValue));
        return Math.Abs(Math.Abs(picture.Rotation) % 180 - 90) < 1 ? (height, width) : (width, height);
    }

    static PictureFacts ToPicture(Stream picture, int orientation) => new()
    {
        CodedWidth = picture.Width ?? 0,
        CodedHeight = picture.Height ?? 0,
        Orientation = orientation,
        PixelFormat = picture.PixFmt,
        Matrix = Known(picture.ColorSpace),
        Primaries = Known(picture.ColorPrimaries),
        Transfer = Known(picture.ColorTransfer),
        Range = Known(picture.ColorRange),
        IsInterlaced = picture.FieldOrder is "tt" or "bb" or "tb" or "bt",
    };

    static string? Known(string? tag) => tag is null or "unknown" or "reserved" or "unspecified" ? null : tag;

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

    static double? Rate(string? text) => Ratio(text, '/') is { } rate ? Math.Round(rate, 3) : null;

    static double? Ratio(string? text, char between)
    {
        var parts = text?.Split(between);
        return parts is { Length: 2 } && Number(parts[0]) is { } above && Number(parts[1]) is { } below && below > 0 && above > 0
            ? above / below : null;
    }

    static double? Positive(string? text) => Number(text) is { } value and > 0 ? value : null;

    static double? Number(string? text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) ? value : null;
}
