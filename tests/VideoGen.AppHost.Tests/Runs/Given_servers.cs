using VideoGen.Testing;

namespace VideoGen.AppHost.Tests.Runs;

public sealed class Given_servers
{
    [Test]
    public async Task That_refuse_the_login_end_the_run_with_the_reason()
    {
        using var folder = new RunFolder();
        var broker = new UriBuilder(await TestServers.RabbitMqAsync()) { Password = "wrong" }.Uri.ToString();
        await using var system = await RunningSystem.LaunchAsync(folder.Path, new Dictionary<string, string>
        {
            ["ConnectionStrings__videogen"] = await TestServers.PostgresAsync(),
            ["ConnectionStrings__rabbitmq"] = broker,
        });
        Assert.That(await system.HostExited.WaitAsync(TimeSpan.FromSeconds(60)), Is.EqualTo(1));
        await Eventually.ThatAsync(() => system.Output.Any(line => line == "error: The broker of ConnectionStrings__rabbitmq refuses that user and password."));
    }
}
