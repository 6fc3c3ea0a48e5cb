using System.Diagnostics;
using VideoGen.Testing;

namespace VideoGen.LocalHosting.Tests.Runs;

[Parallelizable(ParallelScope.Self)]
public sealed class A_running_system
{
    [Test]
    public async Task Starts_each_part_when_those_it_waits_for_are_ready_and_tells_it_their_addresses()
    {
        await using var system = await SampleSystem.StartAsync(
            ("Resources__first__Environment__SAMPLE_READY_AFTER_MS", "700"), ("Resources__second__Environment__SAMPLE_READY_AFTER_MS", "300"));
        Assert.That(system.LogOf("second"), Does.Contain("second sees services__first__http__0: 200"));
        Assert.That(system.LogOf("third"), Does.Contain("third sees services__second__http__0: 200"));
    }

    [Test]
    public async Task Shows_each_line_behind_the_name_of_its_part()
    {
        await using var system = await SampleSystem.StartAsync();
        Assert.That(system.Output, Has.Some.EqualTo("second     | second sees services__first__http__0: 200"));
        Assert.That(system.Output, Has.Some.Matches<string>(line => line!.StartsWith("apphost    | third is ready", StringComparison.Ordinal)));
    }

    [Test]
    public async Task Starts_a_crashed_part_again_and_ends_what_that_left_behind()
    {
        await using var system = await SampleSystem.StartAsync(("Resources__first__Environment__SAMPLE_CHILD", "true"));
        var forgotten = int.Parse(system.LogOf("first").Split("first forgets ")[1].Split('\n')[0]);
        var killed = system.Kill("first");
        await system.RestartedAsync("first", killed);
        Assert.That(SampleSystem.IsAlive(killed), Is.False);
        Assert.That(SampleSystem.IsAlive(forgotten), Is.False, "the child of the killed process");
    }

    [Test]
    public async Task Waits_longer_before_each_further_restart()
    {
        await using var system = await SampleSystem.StartAsync();
        foreach (var _ in Enumerable.Range(0, 3))
        {
            await system.RestartedAsync("third", system.Kill("third"));
        }

        var pauses = system.LogOf("apphost").Split('\n').Where(line => line.StartsWith("third starts again", StringComparison.Ordinal));
        Assert.That(pauses, Is.EqualTo(new[] { "third starts again in 0.5 s.", "third starts again in 1 s.", "third starts again in 2 s." }));
    }

    [Test]
    public async Task Runs_as_many_processes_of_a_part_as_asked_and_tells_others_of_each()
    {
        await using var system = await SampleSystem.StartAsync(("Resources__first__Replicas", "2"));
        Assert.That(system.Process("first-2").Pid, Is.GreaterThan(0).And.Not.EqualTo(system.Process("first").Pid));
        Assert.That(system.LogOf("second"), Does.Contain("services__first__http__0: 200").And.Contain("services__first__http__1: 200"));
    }

    [Test]
    public async Task Gives_a_part_what_the_environment_overrides_and_keeps_its_own_settings_from_it()
    {
        await using var system = await SampleSystem.StartAsync(
            ("Resources__first__Environment__SAMPLE_COLOUR", "blue"), ("Parameters__sample-secret", "given"));
        Assert.That(system.LogOf("first"), Does.Contain("SAMPLE_COLOUR=blue").And.Contain("SAMPLE_SECRET=given"));
        var environment = await File.ReadAllTextAsync($"/proc/{system.Process("second").Pid}/environ");
        Assert.That(environment, Does.Not.Contain("given").And.Not.Contain("SAMPLE_COLOUR"));
    }

    [Test]
    public async Task Refuses_a_second_run_on_the_same_folder_and_says_why()
    {
        await using var system = await SampleSystem.StartAsync();
        await using var second = await SampleSystem.LaunchAsync(system.Folder);
        Assert.That(await second.HostExited.WaitAsync(TimeSpan.FromSeconds(20)), Is.EqualTo(1));
        await Eventually.ThatAsync(() => second.Output.Any(line => line.Contains("running already", StringComparison.Ordinal)));
        Assert.That(SampleSystem.IsAlive(system.Process("first").Pid), "the first run goes on");
    }

    [Test]
    public async Task Gives_up_with_the_reason_when_a_part_cannot_be_started()
    {
        var watch = Stopwatch.StartNew();
        await using var system = await SampleSystem.LaunchAsync(null, ("Resources__second__Environment__SAMPLE_BROKEN", "true"));
        Assert.That(await system.HostExited.WaitAsync(TimeSpan.FromSeconds(40)), Is.EqualTo(1));
        await Eventually.ThatAsync(() => system.Output.Any(line => line.Contains("second did not start", StringComparison.Ordinal)));
        Assert.That(system.LogOf("apphost"), Does.Contain("second ended with code 3 before it was ready. It wrote last:").And.Contain("broken on purpose"));
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(30)));
        Assert.That(SampleSystem.ProcessesIn(system.Folder), Is.Empty);
    }

    [Test]
    public async Task Takes_the_next_free_port_when_the_wished_one_is_taken()
    {
        var wished = TestPorts.Free();
        var other = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, wished);
        other.Start();
        try
        {
            await using var system = await SampleSystem.StartAsync(("Sample__Port", wished.ToString()));
            Assert.That(new Uri(system.Process("third").Url!).Port, Is.GreaterThan(wished).And.LessThan(wished + 100));
        }
        finally
        {
            other.Stop();
        }
    }
}
