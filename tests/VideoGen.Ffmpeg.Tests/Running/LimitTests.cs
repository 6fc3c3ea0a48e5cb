using System.Diagnostics;

namespace VideoGen.Ffmpeg.Tests.Running;

[Parallelizable(ParallelScope.All)]
public sealed class Keeping_ffmpeg_within_limits
{
    static readonly TimeSpan Deadline = TimeSpan.FromSeconds(15);

    [Test]
    public async Task Ends_it_when_it_runs_too_long_and_keeps_nothing()
    {
        var output = NewOutput();
        var clock = Stopwatch.StartNew();
        var result = await Samples.Runner.RunAsync(Endless() with { Output = output, Limits = new FfmpegLimits { WallClock = TimeSpan.FromSeconds(1) } });
        Assert.Multiple(() =>
        {
            Assert.That(result, Is.EqualTo(new FfmpegResult.TimedOut(TimeSpan.FromSeconds(1))));
            Assert.That(clock.Elapsed, Is.LessThan(Deadline));
            Assert.That(FilesBeside(output), Is.Empty);
        });
    }

    [Test]
    public async Task Ends_it_when_the_caller_cancels()
    {
        var output = NewOutput();
        using var cancel = new CancellationTokenSource();
        var run = Samples.Runner.RunAsync(Endless() with { Output = output }, progress: null, cancel.Token);
        await Processes.AppearsAsync(Path.GetDirectoryName(output)!);
        await cancel.CancelAsync();
        Assert.That(await run, Is.InstanceOf<FfmpegResult.Cancelled>());
        Assert.Multiple(() =>
        {
            Assert.That(FilesBeside(output), Is.Empty);
            Assert.That(Processes.WithArgument(Path.GetDirectoryName(output)!), Is.Empty);
        });
    }

    [Test]
    public async Task Kills_it_when_it_does_not_heed_the_first_signal()
    {
        // A shell that ignores SIGTERM stands in for an ffmpeg that hangs.
        var limits = new FfmpegLimits { WallClock = TimeSpan.FromMilliseconds(300) };
        var clock = Stopwatch.StartNew();
        var end = await Ffmpeg.Running.LimitedProcess.RunAsync("/bin/sh", ["-c", "trap '' TERM; while :; do sleep 0.1; done"], folder: null, limits, _ => { }, default);
        Assert.Multiple(() =>
        {
            Assert.That(end.Verdict, Is.EqualTo(Ffmpeg.Running.ProcessVerdict.TimedOut));
            Assert.That(end.ExitCode, Is.EqualTo(128 + 9));
            Assert.That(clock.Elapsed, Is.GreaterThan(Ffmpeg.Running.LimitedProcess.Grace).And.LessThan(Deadline));
        });
    }

    [Test]
    public async Task Gives_it_no_more_memory_than_allowed()
    {
        var call = new FfmpegCall(["-f", "lavfi", "-i", "color=s=7680x4320:d=1,reverse", "-f", "null", "-"]) { Limits = new FfmpegLimits { MemoryBytes = 256 << 20 } };
        var result = await Samples.Runner.RunAsync(call);
        Assert.That(result, Is.InstanceOf<FfmpegResult.Failed>(), () => result.ToString());
    }

    [Test]
    public async Task Lets_it_write_no_larger_file_than_allowed()
    {
        var output = Path.ChangeExtension(NewOutput(), ".avi");
        var call = new FfmpegCall(["-f", "lavfi", "-i", "testsrc2=s=640x360:r=24:d=5", "-c:v", "rawvideo"])
        {
            Output = output,
            Limits = new FfmpegLimits { FileBytes = 1 << 20 },
        };
        Assert.That(await Samples.Runner.RunAsync(call), Is.InstanceOf<FfmpegResult.Failed>());
        Assert.That(FilesBeside(output), Is.Empty);
    }

    [Test]
    public async Task Gives_it_no_more_processor_time_than_allowed()
    {
        var call = new FfmpegCall(["-f", "lavfi", "-i", "mandelbrot=s=1920x1080", "-f", "null", "-"]) { Limits = new FfmpegLimits { Cpu = TimeSpan.FromSeconds(1) } };
        var result = await Samples.Runner.RunAsync(call);
        Assert.That((result as FfmpegResult.Failed)?.ExitCode, Is.EqualTo(128 + 9), () => result.ToString());
    }

    [Test]
    public async Task Takes_an_exit_without_output_for_a_failure()
    {
        var result = await Samples.Runner.RunAsync(
            new FfmpegCall(["-ss", "100", .. FfmpegInput.Untrusted(await Samples.PathAsync("clip.mp4")), "-frames:v", "1", "-update", "1"]) { Output = Samples.NewPath(".png") });
        Assert.That((result as FfmpegResult.Failed)?.ToString(), Does.StartWith("exit code 0").And.EndWith("wrote no output"));
    }

    [Test]
    public async Task Starts_nothing_for_a_caller_who_has_left()
    {
        var result = await Samples.Runner.RunAsync(Endless(), progress: null, new CancellationToken(canceled: true));
        Assert.That(result, Is.InstanceOf<FfmpegResult.Cancelled>());
    }

    [Test]
    public async Task Lets_it_outlive_the_thread_that_asked_for_it()
    {
        // The kernel's parent-death signal is sent when the thread that forked ends, so a pool thread must not fork.
        Task<FfmpegResult>? run = null;
        var thread = new Thread(() => run = Samples.Runner.RunAsync(
            new FfmpegCall(["-re", "-f", "lavfi", "-i", "testsrc2=s=160x90:r=12:d=2", "-f", "null", "-"])));
        thread.Start();
        thread.Join();
        Assert.That(await run!, Is.InstanceOf<FfmpegResult.Ok>());
    }

    [Test]
    public async Task Does_not_leave_it_behind_when_we_are_killed()
    {
        var output = NewOutput();
        using var parent = Process.Start(new ProcessStartInfo("dotnet", [typeof(Samples).Assembly.Location, "render", output]) { UseShellExecute = false })!;
        await Processes.AppearsAsync(Path.GetDirectoryName(output)!);
        parent.Kill(); // SIGKILL to the parent alone
        await parent.WaitForExitAsync();
        await Processes.VanishesAsync(Path.GetDirectoryName(output)!);
    }

    static FfmpegCall Endless() => new(["-re", "-f", "lavfi", "-i", "testsrc2=s=160x90:r=12:d=600", "-c:v", "mpeg4"]);

    /// <summary>An output in a folder of its own: the folder tells what was left behind, and its name which ffmpeg is ours.</summary>
    static string NewOutput() => Path.Combine(Directory.CreateDirectory(Samples.NewPath("")).FullName, "output.mp4");

    static string[] FilesBeside(string output) => Directory.GetFiles(Path.GetDirectoryName(output)!);
}
