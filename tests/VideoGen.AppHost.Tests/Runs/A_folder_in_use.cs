using VideoGen.Testing;

namespace VideoGen.AppHost.Tests.Runs;

public sealed class A_folder_in_use
{
    [Test]
    public async Task Ends_a_second_run_with_the_reason_alone()
    {
        using var folder = new RunFolder();
        var file = Path.Combine(folder.Path, "run.lock");
        await using var held = new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        await using var system = await RunningSystem.LaunchAsync(folder.Path);
        Assert.That(await system.HostExited.WaitAsync(TimeSpan.FromSeconds(60)), Is.EqualTo(1));
        const string reason = "error: It is running already";
        await Eventually.ThatAsync(() => system.Output.Any(line => line.StartsWith(reason, StringComparison.Ordinal)));
        Assert.That(system.Output.Where(line => line.Contains("   at ", StringComparison.Ordinal)), Is.Empty, "no stack trace");
    }
}
