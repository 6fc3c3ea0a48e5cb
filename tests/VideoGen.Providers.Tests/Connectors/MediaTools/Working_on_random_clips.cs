using System.Globalization;
using VideoGen.Ffmpeg.Probing;

namespace VideoGen.Providers.Tests.Connectors.MediaTools;

/// <summary>
/// Clips at random, a tool at random, and the clock read back from what it made. The short form tries a few clips each time; the long one
/// is for a change of the tools: <c>dotnet test … --filter Name=A_thousand_clips</c>, where VIDEOGEN_CLIPS and VIDEOGEN_SEED say how
/// many and from which.
/// </summary>
[Parallelizable(ParallelScope.All)]
internal sealed class Working_on_random_clips
{
    static readonly string[] Sounds = ["mp3", "wav", "m4a"];

    /// <summary>Every tool (the seed decides), each on a container of another sort.</summary>
    [Test]
    public async Task What_is_made_shows_and_sounds_what_was_asked_for([Values(4, 21, 30, 31)] int seed)
    {
        using var bench = new ToolBench();
        Assert.That(await TryAsync(bench, seed), Is.Empty);
    }

    [Test, Explicit("Takes an hour or two.")]
    public async Task A_thousand_clips()
    {
        var (first, count) = (Setting("VIDEOGEN_SEED", 1000), Setting("VIDEOGEN_CLIPS", 1000));
        var faults = new List<string>();
        for (var seed = first; seed < first + count; seed++)
        {
            using var bench = new ToolBench();
            faults.AddRange(await TryAsync(bench, seed));
            await TestContext.Progress.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
                $"{seed - first + 1} of {count}, {faults.Count} faults {(faults.Count > 0 ? faults[^1] : "")}"));
        }
        Assert.That(faults, Is.Empty);
    }

    static async Task<IReadOnlyList<string>> TryAsync(ToolBench bench, int seed)
    {
        var random = new Random(seed);
        var clip = ClockClip.Random(random);
        var faults = new List<string>();
        try
        {
            var path = await clip.MakeAsync(bench);
            var facts = await bench.FactsAsync(path);
            CheckFacts(clip, facts, faults);
            switch (seed % 4)
            {
                case 0: await TrimAsync(bench, random, clip, path, faults); break;
                case 1: await ComposeAsync(bench, random, clip, path, faults); break;
                case 2: await ExtractFrameAsync(bench, random, clip, path, faults); break;
                default: await ExtractAudioAsync(bench, random, clip, path, faults); break;
            }
        }
        catch (InvalidOperationException failure)
        {
            faults.Add(failure.Message);
        }
        return [.. faults.Select(fault => $"{fault} (seed {seed}, {clip})")];
    }

    static void CheckFacts(ClockClip clip, MediaFacts facts, List<string> faults)
    {
        var (width, height) = ShownSize(clip);
        if ((facts.Width, facts.Height) != (width, height)) faults.Add($"{facts.Width} × {facts.Height} instead of {width} × {height}");
        Compare("length", facts.DurationSeconds, clip.Seconds - clip.Origin, (1 / clip.Rate) + 0.06, faults);
        Compare("rate", facts.Fps, clip.Rate, 0.02, faults);
        if (facts.HasAudio == clip.IsSilent) faults.Add($"HasAudio is {facts.HasAudio}");
    }

    static async Task TrimAsync(ToolBench bench, Random random, ClockClip clip, string path, List<string> faults)
    {
        var whole = clip.Seconds - clip.Origin;
        var start = Beside(clip, random.NextDouble() * (whole - 0.6));
        var length = Math.Round(0.2 + (random.NextDouble() * (whole - start - 0.3)), 3);
        var made = await bench.UseAsync("trim", new { start_seconds = start, duration_seconds = length }, path);
        var rate = made.Facts.Fps ?? clip.Rate;
        var what = string.Create(CultureInfo.InvariantCulture, $"trim {start} + {length}");
        Compare(what + ": length", made.Facts.DurationSeconds, length, (1 / rate) + 0.001, faults);
        if (made.Facts.Frames > 2) Compare(what + ": rate", rate, clip.Rate, 0.02, faults);
        var read = await ClockReader.ReadAsync(made.Path, !clip.IsSilent, Whole(clip));
        var shown = read.Shown[0];
        if (Math.Abs(shown[0] - Shown(clip, clip.Origin + start)) > 0.002) faults.Add(
            $"{what} begins with {shown[0]}, not {Shown(clip, clip.Origin + start)}");
        CheckPiece(what, clip, (shown, read.Beeps), rate, (clip.Origin + start, 0, length), faults);
    }

    static async Task ComposeAsync(ToolBench bench, Random random, ClockClip first, string path, List<string> faults)
    {
        List<ClockClip> clips = [first, .. Enumerable.Range(0, random.Next(1, 3)).Select(_ => ClockClip.Random(random))];
        List<string> paths = [path];
        foreach (var clip in clips.Skip(1)) paths.Add(await clip.MakeAsync(bench));
        var made = await bench.UseAsync("compose", new { transition = "none" }, paths);
        var (rate, begin) = (made.Facts.Fps!.Value, 0.0);
        Compare("joined: rate", rate, first.Rate, 0.02, faults);
        var read = await ClockReader.ReadAsync(made.Path, clips.Exists(clip => !clip.IsSilent),
            [.. clips.Select(clip => Within(EvenSize(first), clip))]);
        for (var at = 0; at < clips.Count; at++)
        {
            var clip = clips[at];
            var seconds = (await bench.FactsAsync(paths[at])).DurationSeconds!.Value;
            CheckPiece($"clip {at} of {string.Join(" + ", clips)}", clip, (read.Shown[at], read.Beeps), rate, (clip.Origin, begin,
                begin + seconds), faults);
            begin += seconds;
        }
        Compare("joined: length", made.Facts.DurationSeconds, begin, 1 / rate, faults);
    }

    static async Task ExtractFrameAsync(ToolBench bench, Random random, ClockClip clip, string path, List<string> faults)
    {
        var at = Beside(clip, random.NextDouble() * (clip.Seconds - clip.Origin + 0.5));
        var made = await bench.UseAsync("extract-frame", new { at_seconds = at, format = random.Next(2) == 0 ? "png" : "jpeg" }, path);
        var shown = (await ClockReader.ReadAsync(made.Path, hasSound: false, Whole(clip))).Shown[0][0];
        Compare(string.Create(CultureInfo.InvariantCulture, $"frame at {at}"), shown, Shown(clip, clip.Origin + at), 0.002, faults);
        var last = await bench.UseAsync("extract-frame", new { position = "last" }, path);
        Compare("last frame", (await ClockReader.ReadAsync(last.Path, hasSound: false, Whole(clip))).Shown[0][0], clip.FrameTimes[^1],
            0.002, faults);
    }

    static async Task ExtractAudioAsync(ToolBench bench, Random random, ClockClip clip, string path, List<string> faults)
    {
        var format = Sounds[random.Next(Sounds.Length)];
        if (clip.IsSilent)
        {
            if (await bench.RefusalAsync("extract-audio", new { format }, path) is null) faults.Add("the silence was saved");
            return;
        }
        var made = await bench.UseAsync("extract-audio", new { format }, path);
        Compare(format + ": length", made.Facts.DurationSeconds, clip.Seconds - clip.Origin, (1 / clip.Rate) + 0.08, faults);
        var heard = (await ClockReader.ReadAsync(made.Path, hasSound: true)).Beeps;
        foreach (var beep in clip.Beeps.Where(beep => beep >= clip.Origin)) CheckBeep(format, heard, beep - clip.Origin, 0.05, faults);
    }

    /// <summary>Every frame of a piece shows what was on the screen at its time, within a frame, and every beep is where it was.</summary>
    /// <param name="piece">What the piece begins with, by the burnt-in clock; where it lies in the result.</param>
    static void CheckPiece(
        string what, ClockClip clip, (IReadOnlyList<double> Shown, IReadOnlyList<double> Beeps) made, double rate,
        (double Zero, double From, double Until) piece, List<string> faults)
    {
        var shown = made.Shown;
        var slack = (1 / rate) + 0.004;
        for (var at = (int)Math.Ceiling((piece.From * rate) + 0.6); at < Math.Min(shown.Count,
            Math.Floor((piece.Until * rate) - 0.6)); at++)
        {
            var time = piece.Zero + (at / rate) - piece.From;
            if (shown[at] >= Shown(clip, time - slack) - 0.002 && shown[at] <= Shown(clip, time + slack) + 0.002) continue;
            faults.Add(string.Create(CultureInfo.InvariantCulture, $"{what}: frame {at} shows {shown[at]}, not {Shown(clip, time)}"));
            break;
        }
        foreach (var beep in clip.Beeps.Where(beep => beep >= piece.Zero + 0.01 && beep - piece.Zero + 0.07 < piece.Until - piece.From))
            CheckBeep(what, made.Beeps, beep - piece.Zero + piece.From, slack + 0.03, faults);
    }

    static void CheckBeep(string what, IReadOnlyList<double> heard, double expected, double tolerance, List<string> faults)
    {
        if (!heard.Any(one => Math.Abs(one - expected) <= tolerance))
            faults.Add(string.Create(CultureInfo.InvariantCulture,
                $"{what}: no beep at {expected:0.###}, but at {string.Join(", ", heard)}"));
    }

    static void Compare(string what, double? is_, double should, double tolerance, List<string> faults)
    {
        if (!(Math.Abs((is_ ?? double.NaN) - should) <= tolerance)) faults.Add(string.Create(CultureInfo.InvariantCulture,
            $"{what} is {is_}, not {should:0.###}"));
    }

    /// <summary>The clock of the frame on the screen.</summary>
    static double Shown(ClockClip clip, double time) => clip.FrameTimes.Where(frame => frame <= time).DefaultIfEmpty(clip.FirstFrame).Max();

    /// <summary>A time that is not so near to a frame's that rounding in a container decides.</summary>
    static double Beside(ClockClip clip, double time)
    {
        var rounded = Math.Round(Math.Max(0, time), 3);
        return clip.FrameTimes.Any(frame => Math.Abs(frame - clip.Origin - rounded) < 0.003) ? Math.Round(rounded + 0.005, 3) : rounded;
    }

    static ClockArea Whole(ClockClip clip) => new(1, 1, clip.Turn != 0);

    /// <summary>Where the clip lies when it is fitted into the frame.</summary>
    static ClockArea Within((int Width, int Height) frame, ClockClip clip)
    {
        var (width, height) = ShownSize(clip);
        var scale = Math.Min((double)frame.Width / width, (double)frame.Height / height);
        return new ClockArea(width * scale / frame.Width, height * scale / frame.Height, clip.Turn != 0);
    }

    static (int Width, int Height) ShownSize(ClockClip clip)
    {
        var shape = clip.PixelShape.Split('/');
        var width = (int)Math.Round(clip.Width * double.Parse(shape[0], CultureInfo.InvariantCulture) / double.Parse(shape[1],
            CultureInfo.InvariantCulture));
        return clip.Turn == 0 ? (width, clip.Height) : (clip.Height, width);
    }

    static (int Width, int Height) EvenSize(ClockClip clip)
    {
        var (width, height) = ShownSize(clip);
        return (width / 2 * 2, height / 2 * 2);
    }

    static int Setting(string name, int otherwise) => int.TryParse(Environment.GetEnvironmentVariable(name),
        CultureInfo.InvariantCulture, out var value) ? value : otherwise;
}
