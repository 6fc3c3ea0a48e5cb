using VideoGen.Hosting.LocalServers;

namespace VideoGen.AppHost.Tests.Script;

[Parallelizable(ParallelScope.Self)]
public sealed class The_script
{
    [Test]
    public async Task Refuses_an_unknown_word_and_names_the_known_ones()
    {
        using var checkout = new Checkout();
        var (code, output) = await checkout.RunAsync("launch");
        Assert.That(code, Is.EqualTo(1));
        Assert.That(output, Does.Contain("error: unknown: launch").And.Contain("up ").And.Contain("demo ").And.Contain("test ").And.Contain("clean "));
    }

    [TestCase("help")]
    [TestCase("--help")]
    [TestCase()]
    public async Task Explains_itself(params string[] arguments)
    {
        using var checkout = new Checkout();
        var (code, output) = await checkout.RunAsync(arguments);
        Assert.That(code, Is.Zero);
        Assert.That(output, Does.Contain("./videogen <what>").And.Contain("ConnectionStrings__videogen"));
    }

    [Test]
    public async Task Makes_no_demo_video_without_a_running_system()
    {
        using var checkout = new Checkout();
        var (code, output) = await checkout.RunAsync("demo");
        Assert.That(code, Is.EqualTo(1));
        Assert.That(output, Does.Contain("VideoGen is not running here. Start it in another terminal: ./videogen up"));
    }

    [Test]
    public async Task Cleans_what_runs_stored()
    {
        using var checkout = new Checkout();
        Directory.CreateDirectory(Path.Combine(checkout.State, "storage"));
        var (code, _) = await checkout.RunAsync("clean");
        Assert.That(code, Is.Zero);
        Assert.That(Directory.Exists(checkout.State), Is.False);
    }

    [TestCase("clean", "VideoGen is running; stop it first")]
    [TestCase("up", "VideoGen is running here already")]
    public async Task Leaves_a_running_system_alone(string word, string reason)
    {
        using var checkout = new Checkout();
        using var held = RunLock.Take(checkout.State);
        var (code, output) = await checkout.RunAsync(word);
        Assert.That(code, Is.EqualTo(1));
        Assert.That(output, Does.Contain(reason));
        Assert.That(Directory.Exists(checkout.State));
    }

    [Test]
    public async Task Says_which_SDK_it_needs_where_there_is_none()
    {
        using var checkout = new Checkout();
        var (code, output) = await checkout.RunWithPathAsync(checkout.FolderWith("dirname", "flock"), "up");
        Assert.That(code, Is.EqualTo(1));
        Assert.That(output, Does.Contain("error: the .NET 10 SDK is missing"));
    }
}
