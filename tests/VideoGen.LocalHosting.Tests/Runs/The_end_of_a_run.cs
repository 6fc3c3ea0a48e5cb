using System.Diagnostics;
using VideoGen.LocalHosting.Run;
using VideoGen.Testing;

namespace VideoGen.LocalHosting.Tests.Runs;

[Parallelizable(ParallelScope.Self)]
public sealed class The_end_of_a_run
{
    [TestCase(Signal.Terminate)]
    [TestCase(Signal.Interrupt)]
    public async Task Stops_the_parts_in_the_opposite_order_and_leaves_none(Signal signal)
    {
        await using var system = await SampleSystem.StartAsync(("Resources__first__Environment__SAMPLE_CHILD", "true"));
        var all = SampleSystem.ProcessesIn(system.Folder);
        system.SignalHost(signal);
        Assert.That(await system.HostExited.WaitAsync(TimeSpan.FromSeconds(30)), Is.Zero);
        await Eventually.ThatAsync(() => !all.Any(SampleSystem.IsAlive));
        var stops = system.Output.Where(line => line.EndsWith(" stops", StringComparison.Ordinal)).Select(line => line.Split('|')[0].Trim());
        Assert.That(stops, Is.EqualTo(new[] { "third", "second", "first" }));
        Assert.That(File.Exists(Path.Combine(system.Folder, "endpoints.json")), Is.False);
    }

    [Test]
    public async Task Leaves_no_child_when_the_AppHost_itself_is_killed()
    {
        await using var system = await SampleSystem.StartAsync(("Sample__Servers", "true"));
        var all = SampleSystem.ProcessesIn(system.Folder);
        Assert.That(all, Has.Count.GreaterThanOrEqualTo(6), "AppHost, PostgreSQL, RabbitMQ and its mapper, three services");
        system.SignalHost(Signal.Kill);
        await Eventually.ThatAsync(() => SampleSystem.ProcessesIn(system.Folder).Count == 0, TimeSpan.FromSeconds(20));
    }

    [Test]
    public async Task Starts_again_at_once_on_the_folder_of_a_killed_run()
    {
        var folder = SampleSystem.NewFolder();
        try
        {
            await using (var killed = await SampleSystem.StartAsync(folder, ("Sample__Servers", "true")))
            {
                killed.SignalHost(Signal.Kill);
                await killed.HostExited;
                await using var next = await SampleSystem.StartAsync(folder, ("Sample__Servers", "true"));
                Assert.That(next.Process("postgres").State, Is.EqualTo("ready"));
                Assert.That(next.LogOf("apphost"), Does.Not.Contain("starts again"), "nothing of the killed run was in the way");
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Test]
    public async Task Stops_a_system_that_is_still_starting()
    {
        await using var system = await SampleSystem.LaunchAsync(null, ("Resources__first__Environment__SAMPLE_READY_AFTER_MS", "60000"));
        await Eventually.ThatAsync(() => system.LogOf("first").Contains("SAMPLE_READY_AFTER_MS", StringComparison.Ordinal));
        var watch = Stopwatch.StartNew();
        Assert.That(await system.StopAsync(), Is.Zero);
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(10)));
        Assert.That(SampleSystem.ProcessesIn(system.Folder), Is.Empty);
    }

    [Test]
    public async Task Kills_a_part_that_does_not_obey()
    {
        await using var system = await SampleSystem.StartAsync(
            ("Resources__third__Environment__SAMPLE_IGNORES_TERM", "true"), ("LocalHosting__GraceSeconds", "2"));
        var stubborn = system.Process("third").Pid;
        Assert.That(await system.StopAsync(), Is.Zero);
        Assert.That(SampleSystem.IsAlive(stubborn), Is.False);
    }
}
