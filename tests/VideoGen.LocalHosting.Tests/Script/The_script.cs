using System.Diagnostics;
using VideoGen.Testing;

namespace VideoGen.LocalHosting.Tests.Script;

[Parallelizable(ParallelScope.Self)]
public sealed class The_script
{
    [Test]
    public async Task Refuses_an_unknown_word_and_names_the_known_ones()
    {
        var (code, output) = await RunAsync("launch");
        Assert.That(code, Is.EqualTo(1));
        Assert.That(output, Does.Contain("error: unknown: launch").And.Contain("up ").And.Contain("demo ").And.Contain("test ").And.Contain("clean "));
    }

    [TestCase("help")]
    [TestCase("--help")]
    [TestCase()]
    public async Task Explains_itself(params string[] arguments)
    {
        var (code, output) = await RunAsync(arguments);
        Assert.That(code, Is.Zero);
        Assert.That(output, Does.Contain("./videogen <what>").And.Contain("ConnectionStrings__videogen"));
    }

    [Test]
    public async Task Makes_no_demo_video_without_a_running_system()
    {
        using var checkout = new Checkout();
        var (code, output) = await RunAsync(checkout.Script, ["demo"]);
        Assert.That(code, Is.EqualTo(1));
        Assert.That(output, Does.Contain("VideoGen is not running here. Start it in another terminal: ./videogen up"));
    }

    [Test]
    public async Task Cleans_what_runs_stored()
    {
        using var checkout = new Checkout();
        Directory.CreateDirectory(Path.Combine(checkout.State, "storage"));
        var (code, _) = await RunAsync(checkout.Script, ["clean"]);
        Assert.That(code, Is.Zero);
        Assert.That(Directory.Exists(checkout.State), Is.False);
    }

    [TestCase("clean", "VideoGen is running; stop it first")]
    [TestCase("up", "VideoGen is running here already")]
    public async Task Leaves_a_running_system_alone(string word, string reason)
    {
        using var checkout = new Checkout();
        using var held = Run.RunLock.Take(checkout.State);
        var (code, output) = await RunAsync(checkout.Script, [word]);
        Assert.That(code, Is.EqualTo(1));
        Assert.That(output, Does.Contain(reason));
        Assert.That(Directory.Exists(checkout.State));
    }

    [Test]
    public async Task Says_which_SDK_it_needs_where_there_is_none()
    {
        using var checkout = new Checkout();
        var (code, output) = await RunAsync(checkout.Script, ["up"], checkout.FolderWith("dirname", "flock"));
        Assert.That(code, Is.EqualTo(1));
        Assert.That(output, Does.Contain("error: the .NET 10 SDK is missing"));
    }

    private static Task<(int Code, string Output)> RunAsync(params string[] arguments) =>
        RunAsync(Path.Combine(Repository.Root, "videogen"), arguments);

    private static async Task<(int Code, string Output)> RunAsync(string script, string[] arguments, string? path = null)
    {
        var start = new ProcessStartInfo("/bin/bash", [script, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        if (path is not null)
            start.Environment["PATH"] = path;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
        return (process.ExitCode, await output + await errors);
    }

    /// <summary>A folder with nothing but the script and its state.</summary>
    private sealed class Checkout : IDisposable
    {
        private readonly string _folder = Directory.CreateTempSubdirectory("videogen-script-").FullName;

        internal Checkout()
        {
            File.Copy(Path.Combine(Repository.Root, "videogen"), Script);
            Directory.CreateDirectory(State);
        }

        internal string Script => Path.Combine(_folder, "videogen");

        internal string State => Path.Combine(_folder, ".videogen");

        /// <summary>A folder for the PATH that holds these programs only.</summary>
        internal string FolderWith(params string[] programs)
        {
            var bin = Directory.CreateDirectory(Path.Combine(_folder, "bin")).FullName;
            foreach (var program in programs)
            {
                File.CreateSymbolicLink(Path.Combine(bin, program), Path.Combine("/usr/bin", program));
            }

            return bin;
        }

        public void Dispose() => Directory.Delete(_folder, recursive: true);
    }
}
