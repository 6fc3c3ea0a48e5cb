using System.Collections.Concurrent;

namespace VideoGen.Ffmpeg.Tests.Running;

[Parallelizable(ParallelScope.All)]
public sealed class Running_ffmpeg
{
    [Test]
    public async Task Makes_the_output_and_tells_its_length()
    {
        var output = Samples.NewPath(".mp4");
        var result = await Samples.Runner.RunAsync(Render(seconds: 1) with { Output = output });
        Assert.Multiple(() =>
        {
            Assert.That(result, Is.InstanceOf<FfmpegResult.Ok>(), () => result.ToString());
            Assert.That((result as FfmpegResult.Ok)?.Frames, Is.EqualTo(24));
            Assert.That(new FileInfo(output).Length, Is.Positive);
        });
    }

    [Test]
    public async Task Reports_progress_that_only_grows_and_ends_at_100()
    {
        var seen = new ConcurrentQueue<FfmpegProgress>();
        var call = Render(seconds: 20, size: "1280x720") with { Output = Samples.NewPath(".mp4"), Duration = TimeSpan.FromSeconds(20) };
        await Samples.Runner.RunAsync(call, new Collector(seen));
        var percents = seen.Select(progress => progress.Percent!.Value).ToList();
        Assert.Multiple(() =>
        {
            Assert.That(percents, Is.Ordered);
            Assert.That(percents, Has.Count.GreaterThan(1));
            Assert.That(percents[^1], Is.GreaterThanOrEqualTo(99));
            Assert.That(seen.Last().Ended, Is.True);
        });
    }

    [Test]
    public async Task Reports_a_refusal_with_its_reason_and_leaves_nothing()
    {
        var output = Samples.NewPath(".mp4");
        var result = await Samples.Runner.RunAsync(new FfmpegCall(["-i", "file:/nowhere.mp4"]) { Output = output });
        Assert.Multiple(() =>
        {
            Assert.That(result, Is.InstanceOf<FfmpegResult.Failed>());
            Assert.That((result as FfmpegResult.Failed)!.ExitCode, Is.EqualTo(1));
            Assert.That((result as FfmpegResult.Failed)!.Errors[^1], Does.Contain("No such file"));
            Assert.That(File.Exists(output), Is.False);
        });
    }

    static FfmpegCall Render(int seconds, string size = "320x180") => new(
    [
        "-f", "lavfi", "-i", $"testsrc2=s={size}:r=24:d={seconds}", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-threads", "1",
    ]);

    sealed class Collector(ConcurrentQueue<FfmpegProgress> seen) : IProgress<FfmpegProgress>
    {
        public void Report(FfmpegProgress value) => seen.Enqueue(value);
    }
}
