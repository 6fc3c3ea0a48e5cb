namespace VideoGen.LocalHosting.Tests.Runs;

[Parallelizable(ParallelScope.Self)]
public sealed class The_next_run
{
    [Test]
    public async Task Has_the_same_secrets_and_ports()
    {
        var folder = SampleSystem.NewFolder();
        try
        {
            var first = await OnceAsync(folder);
            var second = await OnceAsync(folder);
            Assert.That(second, Is.EqualTo(first));
            Assert.That(first.Secret, Has.Length.EqualTo(48));
            Assert.That(File.GetUnixFileMode(Path.Combine(folder, "parameters.json")), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<(string Secret, string? Url)> OnceAsync(string folder)
    {
        await using var system = await SampleSystem.StartAsync(folder);
        return (system.LogOf("first").Split("SAMPLE_SECRET=")[1].Split('\n')[0], system.Process("first").Url);
    }
}
