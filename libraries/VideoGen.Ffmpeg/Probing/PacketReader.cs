using System.Globalization;

namespace VideoGen.Ffmpeg.Probing;

/// <summary>
/// Makes a timeline of the packets of the first picture and the first sound, as ffprobe lists them, a line each:
/// <c>stream_index=0|pts_time=0.04|dts_time=0.0|duration_time=0.04|flags=K_</c>, and <c>skip_samples</c>, <c>discard_padding</c> where a
/// codec's own padding is not to be heard. Nothing is decoded: two hours are read in seconds.
/// </summary>
internal sealed class PacketReader(int? pictureIndex, int? soundIndex, int sampleRate)
{
    public const string Entries = "packet=stream_index,pts_time,dts_time,duration_time,size,flags:packet_side_data=skip_samples,discard_padding";

    /// <summary>More frames than two hours of 240 a second; a file with more is not read to its end.</summary>
    const int MostPackets = 2_000_000;

    readonly List<double> _pictures = [];
    readonly List<double> _keys = [];
    (double Time, double? Duration) _lastPicture = (double.NegativeInfinity, null);
    double? _soundStart;
    (double Time, double? Duration) _lastSound = (double.NegativeInfinity, null);
    double _soundDuration;
    double _soundEnd = double.NegativeInfinity;

    public bool IsFull { get; private set; }

    public void Read(string line)
    {
        var packet = new Packet(line);
        if (packet.Index is not { } index || packet.Time is not { } time || packet.IsDiscarded) return;
        if (index == pictureIndex && packet.IsEmpty) Stand(time, packet);
        else if (index == pictureIndex) AddPicture(time, packet);
        else if (index == soundIndex) AddSound(time, packet);
    }

    /// <param name="clockStart">What the container says.</param>
    /// <param name="headerEnd">Where the container says that it ends; believed only when it can't be measured.</param>
    public MediaTimeline? Timeline(double? clockStart, double? headerEnd)
    {
        if (_pictures.Count == 0 && _soundStart is null) return null;
        double[] pictures = [.. _pictures.Order()];
        double[] keys = [.. _keys.Order()];
        double? pictureEnd = pictures.Length == 0 ? null : _lastPicture.Time + (_lastPicture.Duration ?? LastDuration(pictures, headerEnd));
        var sound = _soundStart is { } start ? new MediaTimeline.Span(start, Math.Max(start, _soundEnd)) : null;
        var padding = _soundDuration + 0.001;
        // The last packet of sound is filled up by most codecs: a sound that ends within it ends with the picture.
        var end = pictureEnd is { } seen && sound is not null && Math.Abs(sound.End - seen) <= padding ? seen
            : Math.Max(pictureEnd ?? double.NegativeInfinity, sound?.End ?? double.NegativeInfinity);
        return new MediaTimeline(clockStart ?? Math.Min(pictures.Length == 0 ? double.MaxValue : pictures[0], _soundStart
            ?? double.MaxValue), pictures, keys, pictureEnd, sound, end);
    }

    void AddPicture(double time, Packet packet)
    {
        if (_pictures.Count >= MostPackets)
        {
            IsFull = true;
            return;
        }
        _pictures.Add(time);
        if (packet.IsKey) _keys.Add(time);
        if (time >= _lastPicture.Time) _lastPicture = (time, packet.Duration);
    }

    /// <summary>A packet without a picture: the last one stays on the screen.</summary>
    void Stand(double time, Packet packet)
    {
        if (time > _lastPicture.Time && _pictures.Count > 0) _lastPicture.Duration = time + (packet.Duration ?? 0) - _lastPicture.Time;
    }

    void AddSound(double time, Packet packet)
    {
        var (skipped, padded) = sampleRate > 0 ? (packet.Skipped / sampleRate, packet.Padded / sampleRate) : (0, 0);
        if (_soundStart is null || time + skipped < _soundStart) _soundStart = time + skipped;
        if (packet.Duration is { } known) _soundDuration = known;
        if (time < _lastSound.Time) return;
        _lastSound = (time, packet.Duration);
        _soundEnd = time + Math.Max(0, (packet.Duration ?? _soundDuration) - padded);
    }

    /// <summary>
    /// A last frame of unknown length stays as long as the one before it, but not beyond a plausible end of the container.
    /// </summary>
    static double LastDuration(double[] pictures, double? headerEnd)
    {
        var usual = pictures.Length > 1 ? pictures[^1] - pictures[^2] : 0.04;
        return headerEnd is { } end && end > pictures[^1] && end - pictures[^1] < usual * 2 ? end - pictures[^1] : Math.Min(usual, 0.1);
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
