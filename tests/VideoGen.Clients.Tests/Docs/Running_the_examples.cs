using System.Text;
using VideoGen.Clients.Tests.Live;

namespace VideoGen.Clients.Tests.Docs;

/// <summary>
/// What the documentation shows is what a reader copies: every program in it runs here, against a running system, or has its
/// reason why not. The clients are installed as their pages say.
/// </summary>
[TestFixture]
[Parallelizable(ParallelScope.Children)] // Much of each is waiting, for an installation or a video.
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class Running_the_examples
{
    const string Address = "http://127.0.0.1:8080";
    const string Readme = "README.md";
    const string Simulate = "docs/simulate.md";
    const string JavaScript = "clients/js/README.md";
    const string Python = "clients/python/README.md";

    /// <summary>First lines of programs that are not run.</summary>
    static readonly Dictionary<string, string> NotRun = new(StringComparer.Ordinal)
    {
        ["./videogen up      # installs what is missing, starts everything, prints a key and a curl line that makes a video"] =
            "the tests of the script start the system",
        ["./videogen demo \"A lighthouse on a cliff at dawn\"     # progress bar, then the path of the mp4"] =
            "the tests of the script run the demo",
        ["ConnectionStrings__videogen='Host=db;Database=videogen;Username=…;Password=…' \\"] = "names servers that are the reader's",
        ["Storage__Store=s3"] = "settings, not a program",
        ["curl -s <your gateway>/v1/webhooks/endpoints -H \"Authorization: Bearer $KEY\" -H 'Content-Type: application/json' \\"] =
            "names a gateway and a receiver that are the reader's",
        ["dotnet pack clients/cli/VideoGen.Cli -c Release -o packages"] =
            "installs a tool for the whole machine; the tests of the command line run its commands",
        ["curl -s -X POST http://127.0.0.1:8300/_always/ark/RefuseMoney"] = "the tests of the host lead a job through the same failover",
        ["npx @modelcontextprotocol/inspector --cli http://127.0.0.1:8080/mcp --transport http "
            + "--header \"Authorization: Bearer $KEY\" --method tools/list"] =
            "needs a newer Node; the tests of /mcp ask the same by the official client",
        ["import { verifyWebhook } from 'videogen-client';"] = "a part of the reader's own server",
        ["from videogen_client import verify_webhook"] = "a part of the reader's own server",
    };

    LiveFolder _folder = null!;

    [SetUp]
    public async Task Make_a_folder()
    {
        _folder = await LiveFolder.CreateAsync();
        File.Copy(_folder.Picture, Path.Combine(_folder.Path, "photo.jpg"));
    }

    [TearDown]
    public void Clear_away() => _folder.Dispose();

    [Test]
    public void None_is_left_out()
    {
        string[] run = [Readme, Simulate, JavaScript, Python];
        Assert.That(DocExamples.All.Where(one => !run.Contains(one.Page) && !NotRun.ContainsKey(one.FirstLine))
            .Select(one => $"{one.Page}: {one.FirstLine}"), Is.Empty);
        Assert.That(NotRun.Keys.Except(DocExamples.All.Select(one => one.FirstLine)), Is.Empty, "reasons for what is not there");
    }

    [Test]
    public async Task The_readme_leads_from_the_sign_up_to_a_video()
    {
        var run = await ShellAsync(DocExamples.Of(Readme, "bash"));
        Assert.That(run.ExitCode, Is.Zero, run.ToString());
        Assert.That(run.Output, Does.Contain("vg_live_").And.Contain("vg_test_").And.Contain("event: job.completed")
            .And.Contain("\"status\":\"completed\"")
            .And.Contain("\"kind\":\"capture\"").And.Contain("whsec_"), run.ToString());
    }

    [Test]
    public async Task The_simulator_does_what_its_page_says()
    {
        var account = DocExamples.Of(Readme, "bash").Single(one => one.FirstLine.Contains("PASSWORD=", StringComparison.Ordinal));
        var mine = account with { Text = account.Text.Replace("ada@", "simulate@", StringComparison.Ordinal) };
        var run = await ShellAsync([mine, .. DocExamples.Of(Simulate, "bash")]);
        Assert.That(run.ExitCode, Is.Zero, run.ToString());
        Assert.That(run.Output, Does.Contain("\"code\":\"content_rejected\"").And.Match("\"status\":\"cancell(ed|ing)\""), run.ToString());
    }

    [Test]
    public async Task The_JavaScript_client_is_packed_installed_and_used()
    {
        await MustAsync("npm", ["pack", "--silent", "--pack-destination", _folder.Path, ClientProgram.JavaScriptFolder]);
        var package = Directory.GetFiles(_folder.Path, "*.tgz").Single();
        await MustAsync("npm", ["install", "--offline", "--no-audit", "--no-fund", package]);
        foreach (var example in Runnable(JavaScript, "js"))
        {
            var script =
                Path.Combine(_folder.Path, example.Text.Contains("require(", StringComparison.Ordinal) ? "example.cjs" : "example.mjs");
            // What a module may do at its top, a script may do in a function.
            var text = script.EndsWith(".cjs", StringComparison.Ordinal) ? $"(async () => {{\n{example.Text}\n}})();" : example.Text;
            await File.WriteAllTextAsync(script, await OursAsync(text));
            await MustAsync(ClientProgram.Node, [script]);
        }
        Assert.That(new FileInfo(Path.Combine(_folder.Path, "lighthouse.mp4")).Length, Is.GreaterThan(1000));
    }

    [Test]
    public async Task The_Python_client_is_installed_and_used()
    {
        var place = Path.Combine(_folder.Path, "venv");
        // With Debian's pip, setuptools and requests: no index of packages is asked, and no second pip unpacked.
        await MustAsync(ClientProgram.Python, ["-m", "venv", "--system-site-packages", "--without-pip", place]);
        var python = Path.Combine(place, "bin", "python");
        var copy = Path.Combine(_folder.Path, "client");
        await MustAsync("cp", ["-r", ClientProgram.PythonFolder, copy]); // An installation leaves files beside the sources.
        await MustAsync(python, ["-m", "pip", "install", "--quiet", "--no-build-isolation", "--no-index", copy]);
        foreach (var example in Runnable(Python, "python"))
        {
            var script = Path.Combine(_folder.Path, "example.py");
            await File.WriteAllTextAsync(script, await OursAsync(example.Text));
            await MustAsync(python, [script], ("PYTHONPATH", ""));
        }
        foreach (var made in (string[])["lighthouse.mp4", "sunset.mp4"])
            Assert.That(new FileInfo(Path.Combine(_folder.Path, made)).Length, Is.GreaterThan(1000), made);
    }

    static IEnumerable<DocExample> Runnable(string page, string language) =>
        DocExamples.Of(page, language).Where(one => !NotRun.ContainsKey(one.FirstLine));

    /// <summary>The programs of one story in one shell; a command that fails, or a request that is refused, ends it.</summary>
    async Task<ClientRun> ShellAsync(IEnumerable<DocExample> examples)
    {
        var script = new StringBuilder("set -euo pipefail\ncurl() { command curl --fail-with-body \"$@\" && echo; }\n");
        foreach (var example in examples.Where(one => !NotRun.ContainsKey(one.FirstLine))) script.Append(example.Text).Append('\n');
        var path = Path.Combine(_folder.Path, "story.sh");
        await File.WriteAllTextAsync(path, await OursAsync(script.ToString()));
        return await ClientProgram.RunAsync("bash", _folder.Path, [path]);
    }

    /// <summary>With the addresses, the key and the picture of this system in the place of those that every reader has.</summary>
    async Task<string> OursAsync(string text)
    {
        var system = (await TheSystem.GetAsync()).Endpoints;
        var picture = Convert.ToBase64String(await File.ReadAllBytesAsync(_folder.Picture));
        return text.Replace(Address, system.Gateway.TrimEnd('/'), StringComparison.Ordinal)
            .Replace("http://localhost:8002", system.Dialects.Single(dialect => dialect.Name == "Visualizr").Url, StringComparison.Ordinal)
            .Replace("https://example.com/input.jpg", "data:image/jpeg;base64," + picture, StringComparison.Ordinal)
            .Replace("vg_live_…", system.ApiKey, StringComparison.Ordinal);
    }

    async Task MustAsync(string program, IEnumerable<string> arguments, params (string Name, string Value)[] more)
    {
        var system = (await TheSystem.GetAsync()).Endpoints;
        var environment = new Dictionary<string, string> { ["VIDEOGEN_API_KEY"] = system.ApiKey, ["VSL_API_KEY"] = system.ApiKey };
        foreach (var (name, value) in more) environment[name] = value;
        var run = await ClientProgram.RunAsync(program, _folder.Path, arguments, environment);
        Assert.That(run.ExitCode, Is.Zero, $"{program}: {run}");
    }
}
