using System.Globalization;
using VideoGen.Ffmpeg.Formats;

namespace VideoGen.Ffmpeg.Probing;

/// <summary>
/// What ffprobe says of a file as a whole, as it prints it: <c>stream|index=0|codec_type=video…</c>, a line each, then
/// <c>format|start_time=0.000000…</c>. What it does not know it calls N/A or unknown.
/// </summary>
internal sealed class ProbeHeader
{
    /// <summary>Only what is asked for is printed: tags of a hostile file can be megabytes long.</summary>
    public const string Entries =
        "format=format_name,start_time,duration,nb_streams:stream=index,codec_type,codec_name,width,height,sample_aspect_ratio"
        + ",pix_fmt,color_range,color_space,color_transfer,color_primaries,field_order,sample_rate,avg_frame_rate,r_frame_rate,nb_frames"
        + ":stream_disposition=attached_pic:stream_tags=rotate:stream_side_data=rotation";

    const int MostCharacters = 256 * 1024;

    readonly SortedDictionary<int, Stream> _streams = [];
    Fields _format = new("");
    int _characters;

    /// <summary>True when there is more of it than a file with an allowed number of streams can have.</summary>
    public bool IsFull => _characters >= MostCharacters;

    public void Read(string line)
    {
        if (IsFull) return;
        _characters += line.Length;
        if (line.StartsWith("format|", StringComparison.Ordinal)) _format = new Fields(line);
        // The streams of a TS come twice: first as its programs list them, then in full.
        else if (line.StartsWith("stream|", StringComparison.Ordinal) && new Stream(new Fields(line)) is var stream)
            _streams[stream.Index] = stream;
    }

    /// <summary>The <c>name=value</c> parts of a line. The first of a name counts: texts that a file brings stand behind what is read
    /// from it.</summary>
    public sealed class Fields
    {
        readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

        public Fields(string line)
        {
            var isWithin = false;
            foreach (var part in line.Split('|'))
            {
                var equals = part.IndexOf('=', StringComparison.Ordinal);
                if (!isWithin && equals > 0
                    && part[(equals + 1)..] is not ("N/A" or "unknown") and var value) _values.TryAdd(part[..equals], value);
                isWithin = part.EndsWith('\\'); // The bar stands in a value.
            }
        }

        public string? Text(string name) => _values.GetValueOrDefault(name);

        public int? Whole(string name) => (int?)Number(Text(name));
    }

    public sealed class Stream(Fields fields)
    {
        public int Index { get; } = fields.Whole("index") ?? -1;
        public string? CodecType => fields.Text("codec_type");
        public string? CodecName => fields.Text("codec_name");
        public int? Width => fields.Whole("width");
        public int? Height => fields.Whole("height");
        public string? SampleAspectRatio => fields.Text("sample_aspect_ratio");
        public string? PixelFormat => fields.Text("pix_fmt");
        public string? Range => fields.Text("color_range");
        public string? Matrix => fields.Text("color_space");
        public string? Transfer => fields.Text("color_transfer");
        public string? Primaries => fields.Text("color_primaries");
        public string? FieldOrder => fields.Text("field_order");
        public string? SampleRate => fields.Text("sample_rate");
        public string? MeanRate => fields.Text("avg_frame_rate");
        public string? FinestRate => fields.Text("r_frame_rate");
        public string? Frames => fields.Text("nb_frames");
        public bool IsPicture => CodecType == "video" && fields.Text("disposition:attached_pic") != "1";
        public double Rotation => Number(fields.Text("rotation")) ?? Number(fields.Text("tag:rotate")) ?? 0;
    }

    /// <summary>The first stream of pictures that is no cover.</summary>
    public Stream? Picture => _streams.Values.FirstOrDefault(stream => stream.IsPicture);

    public Stream? Sound => _streams.Values.FirstOrDefault(stream => stream.CodecType == "audio");

    double? StartSeconds => Number(_format.Text("start_time"));

    double? EndSeconds => Positive(_format.Text("duration")) + (StartSeconds ?? 0);

    /// <summary><c>video</c>, <c>image</c>, <c>audio</c>, or null when there is neither a picture nor a sound in it.</summary>
    public string? KindIn(MediaFormat format) =>
        Picture is not null ? format.Kind == "image" ? "image" : "video"
        : Sound is not null && format.Kind != "image" ? "audio" : null;

    public MediaTimeline? Timeline(PacketReader packets) =>
        packets.Timeline(Picture?.Index, Sound?.Index, (int)(Positive(Sound?.SampleRate) ?? 0), StartSeconds, EndSeconds);

    /// <param name="timeline">What was measured; null for images.</param>
    /// <param name="orientation">EXIF's; 1 for videos.</param>
    public MediaFacts ToFacts(MediaFormat format, MediaTimeline? timeline, int orientation)
    {
        var (picture, kind) = (Picture, KindIn(format)!);
        var (width, height) = ShownSize(kind, orientation);
        var (mediaType, extension) = TypeOf(kind, format);
        var rate = kind != "video" || timeline is null ? null : MovingRate.Of(timeline.Pictures, Rate(picture!.MeanRate),
            Rate(picture.FinestRate));
        return new MediaFacts(
            kind, mediaType, extension, _format.Text("format_name") ?? format.Demuxer, picture?.CodecName,
                timeline is { Sound: null } ? null
                : Sound?.CodecName, width, height,
            kind == "image" ? null : timeline?.Seconds, rate, timeline is null ? Sound is not null : timeline.Sound is not null,
            kind switch { "audio" => null, "image" => (long?)Number(picture!.Frames) ?? 1, _ => timeline?.Pictures.Count },
            Math.Max(_streams.Count, _format.Whole("nb_streams") ?? 0))
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
        PixelFormat = Known(picture.PixelFormat),
        Matrix = Known(picture.Matrix),
        Primaries = Known(picture.Primaries),
        Transfer = Known(picture.Transfer),
        Range = Known(picture.Range),
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
