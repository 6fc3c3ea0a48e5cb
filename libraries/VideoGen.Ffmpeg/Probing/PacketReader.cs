using System.Globalization;

namespace VideoGen.Ffmpeg.Probing;

/// <summary>
/// Makes a timeline of a file's packets, as ffprobe lists them, a line each:
/// <c>packet|codec_type=video|stream_index=0|pts_time=0.04|dts_time=0.0|duration_time=0.04|flags=K_</c>, and <c>skip_samples</c>,
/// <c>discard_padding</c> where a codec's own padding is not to be heard. Nothing is decoded: two hours are read in seconds. The
/// packets come before ffprobe tells of the streams, so every stream is kept until it is clear which is looked at.
/// </summary>
internal sealed class PacketReader
{
    public const string Entries =
        "packet=codec_type,stream_index,pts_time,dts_time,duration_time,size,flags:packet_side_data=skip_samples,discard_padding";

    /// <summary>More frames than two hours of 240 a second; a file with more is refused.</summary>
    const int MostPackets = 2_000_000;

    readonly Dictionary<int, PictureTrack> _pictures = [];
    readonly Dictionary<int, SoundTrack> _sounds = [];
    int _count;

    public bool IsFull { get; private set; }

    public void Read(string line)
    {
        var packet = new Packet(line);
        if (packet.Index is not { } index || packet.Time is not { } time || packet.IsDiscarded) return;
        if (packet.IsSound) Of(_sounds, index).Add(time, packet);
        else if (!packet.IsPicture) return;
        else if (packet.IsEmpty) Of(_pictures, index).Stand(time, packet);
        else if (_count++ < MostPackets) Of(_pictures, index).Add(time, packet);
        else IsFull = true;
    }

    /// <summary>Of one stream of pictures and one of sound; null when there are no packets of either.</summary>
    /// <param name="clockStart">What the container says.</param>
    /// <param name="headerEnd">Where the container says that it ends; believed only when it can't be measured.</param>
    public MediaTimeline? Timeline(int? pictureIndex, int? soundIndex, int sampleRate, double? clockStart, double? headerEnd)
    {
        var track = pictureIndex is { } seenAt ? _pictures.GetValueOrDefault(seenAt) : null;
        double[] pictures = [.. track?.Times.Order() ?? Enumerable.Empty<double>()];
        double[] keys = [.. track?.Keys.Order() ?? Enumerable.Empty<double>()];
        double? pictureEnd = pictures.Length == 0 ? null : track!.Last.Time + (track.Last.Duration ?? LastDuration(pictures, headerEnd));
        var heard = soundIndex is { } heardAt ? _sounds.GetValueOrDefault(heardAt) : null;
        var sound = heard?.Heard(sampleRate);
        if (pictures.Length == 0 && sound is null) return null;
        var padding = (heard?.PacketSeconds ?? 0) + 0.001;
        // The last packet of sound is filled up by most codecs: a sound that ends within it ends with the picture.
        var end = pictureEnd is { } seen && sound is not null && Math.Abs(sound.End - seen) <= padding ? seen
            : Math.Max(pictureEnd ?? double.NegativeInfinity, sound?.End ?? double.NegativeInfinity);
        return new MediaTimeline(clockStart ?? Math.Min(pictures.Length == 0 ? double.MaxValue : pictures[0], sound?.Start
            ?? double.MaxValue), pictures, keys, pictureEnd, sound, end);
    }

    static T Of<T>(Dictionary<int, T> tracks, int index) where T : new()
    {
        if (!tracks.TryGetValue(index, out var track)) tracks[index] = track = new T();
        return track;
    }

    /// <summary>
    /// A last frame of unknown length stays as long as the one before it, but not beyond a plausible end of the container.
    /// </summary>
    static double LastDuration(double[] pictures, double? headerEnd)
    {
        var usual = pictures.Length > 1 ? pictures[^1] - pictures[^2] : 0.04;
        return headerEnd is { } end && end > pictures[^1] && end - pictures[^1] < usual * 2 ? end - pictures[^1] : Math.Min(usual, 0.1);
    }

    sealed class PictureTrack
    {
        public List<double> Times { get; } = [];

        public List<double> Keys { get; } = [];

        public (double Time, double? Duration) Last { get; private set; } = (double.NegativeInfinity, null);

        public void Add(double time, Packet packet)
        {
            Times.Add(time);
            if (packet.IsKey) Keys.Add(time);
            if (time >= Last.Time) Last = (time, packet.Duration);
        }

        /// <summary>A packet without a picture: the last one stays on the screen.</summary>
        public void Stand(double time, Packet packet)
        {
            if (time > Last.Time && Times.Count > 0) Last = (Last.Time, time + (packet.Duration ?? 0) - Last.Time);
        }
    }

    sealed class SoundTrack
    {
        /// <summary>
        /// The earliest packet, and of packets that are skipped in part the earliest there is for each number of samples.
        /// </summary>
        readonly Dictionary<double, double> _starts = [];
        (double Time, double? Duration, double Padded) _last = (double.NegativeInfinity, null, 0);

        /// <summary>How long a packet lasts.</summary>
        public double PacketSeconds { get; private set; }

        public void Add(double time, Packet packet)
        {
            if (!_starts.TryGetValue(packet.Skipped, out var start) || time < start) _starts[packet.Skipped] = time;
            if (packet.Duration is { } known) PacketSeconds = known;
            if (time >= _last.Time) _last = (time, packet.Duration ?? PacketSeconds, packet.Padded);
        }

        public MediaTimeline.Span Heard(int sampleRate)
        {
            double Seconds(double samples) => sampleRate > 0 ? samples / sampleRate : 0;
            var start = _starts.Min(one => one.Value + Seconds(one.Key));
            return new(start, Math.Max(start, _last.Time + Math.Max(0, (_last.Duration ?? 0) - Seconds(_last.Padded))));
        }
    }

    /// <summary>One line of ffprobe's.</summary>
    readonly ref struct Packet
    {
        public Packet(string line)
        {
            foreach (var part in line.AsSpan().Split('|'))
            {
                var field = line.AsSpan()[part];
                var equals = field.IndexOf('=');
                if (equals < 0) continue;
                var value = field[(equals + 1)..];
                switch (field[..equals])
                {
                    case "codec_type": (IsPicture, IsSound) = (value is "video", value is "audio"); break;
                    case "stream_index": Index = (int?)Number(value); break;
                    case "pts_time": Time = Number(value); break;
                    case "dts_time": Time ??= Number(value); break;
                    case "duration_time": Duration = Number(value) is > 0 and var known ? known : null; break;
                    case "size": IsEmpty = value is "0"; break;
                    case "flags": (IsKey, IsDiscarded) = (value.StartsWith("K"), value.Contains('D')); break;
                    case "skip_samples": Skipped = Number(value) ?? 0; break;
                    case "discard_padding": Padded = Number(value) ?? 0; break;
                }
            }
        }

        public bool IsPicture { get; }

        public bool IsSound { get; }

        public int? Index { get; }

        /// <summary>When it is shown, or read where the container (AVI) says nothing of that.</summary>
        public double? Time { get; }

        public double? Duration { get; }

        public bool IsKey { get; }

        public bool IsDiscarded { get; }

        /// <summary>AVI fills gaps so.</summary>
        public bool IsEmpty { get; }

        public double Skipped { get; }

        public double Padded { get; }

        static double? Number(ReadOnlySpan<char> text) =>
            double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) ? value : null;
    }
}
