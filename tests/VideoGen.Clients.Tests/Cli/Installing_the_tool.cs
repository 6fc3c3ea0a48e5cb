using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using VideoGen.Cli;
using VideoGen.Testing;

namespace VideoGen.Clients.Tests.Cli;

/// <summary>The tool as users get it: packed, installed from a folder, run as <c>videogen</c>, and asked by their shells.</summary>
[TestFixture]
public sealed class Installing_the_tool
{
    static readonly string[] Commands =
        ["login", "logout", "models", "quote", "run", "jobs", "tail", "webhooks", "keys", "usage", "completion"];

    Home _home = null!;
    ScriptedApi _api = null!;
    Dictionary<string, string> _environment = null!;

    string Tools => Path.Combine(_home.Path, "tools");

    [OneTimeSetUp]
    public async Task Pack_and_install()
    {
        (_home, _api) = (new Home(), await ScriptedApi.StartAsync((asked, context) =>
            context.Response.WriteAsync(ApiAnswers.To(asked.Line).ToJsonString())));
        _environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["HOME"] = _home.Path, ["DOTNET_CLI_HOME"] = _home.Path, ["NUGET_PACKAGES"] = Path.Combine(_home.Path, "nuget"),
            ["DOTNET_ROOT"] = DotnetRoot(), ["DOTNET_NOLOGO"] = "1", ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
            ["DOTNET_SKIP_FIRST_TIME_EXPERIENCE"] = "1", ["PATH"] = $"{Tools}:{Environment.GetEnvironmentVariable("PATH")}",
            ["VIDEOGEN_URL"] = _api.Address, ["VIDEOGEN_API_KEY"] = "vg_test_x",
        };
        // Of no other place than the folder, so that it is this package that is installed.
        var sources = Path.Combine(_home.Path, "nuget.config");
        await File.WriteAllTextAsync(sources, "<configuration><packageSources><clear /></packageSources></configuration>");
        var packages = Path.Combine(_home.Path, "packages");
        await DotnetAsync("pack", Path.Combine(Repository.Root, "clients", "cli", "VideoGen.Cli"), "-c", Repository.BuildConfiguration,
            "--no-build", "-o", packages, "-nodeReuse:false");
        await DotnetAsync("tool", "install", "VideoGen.Cli", "--tool-path", Tools, "--add-source", packages, "--configfile", sources);
    }

    [OneTimeTearDown]
    public async Task Clear_away()
    {
        await _api.DisposeAsync();
        _home.Dispose();
    }

    [Test]
    public async Task Tells_its_version()
    {
        var run = await RunAsync("--version");
        Assert.That(run.ExitCode, Is.Zero, run.ToString());
        Assert.That(run.Output, Does.Match($@"^{typeof(CommandLine).Assembly.GetName().Version!.ToString(3)}(\+[0-9a-f]+)?\n$"));
    }

    [Test]
    public async Task Runs_a_command_against_a_server()
    {
        var run = await RunAsync("models", "list", "--json");
        Assert.That((run.ExitCode, (string?)JsonNode.Parse(run.Output)!["data"]![0]!["slug"]), Is.EqualTo((0, "m")), run.ToString());
    }

    [Test]
    public async Task Without_a_word_it_shows_what_there_is()
    {
        var run = await RunAsync();
        Assert.That((run.ExitCode, run.Errors), Is.EqualTo((0, "")), run.ToString());
        Assert.That(run.Output, Does.Contain("videogen login").And.Contain("--json"));
        foreach (var command in Commands)
            Assert.That(run.Output, Does.Match($@"(?m)^\s+{command}\b"), run.ToString());
    }

    [TestCase("jobs ca", "cancel")]
    [TestCase("webhooks ", "listen")]
    [TestCase("models show ", "m")]
    [TestCase("run m --idem", "--idempotency-key")]
    [TestCase("models list --kind vi", "video")]
    public async Task Bash_completes(string typed, string expected)
    {
        const string Script = """
            source <(videogen completion bash)
            COMP_LINE="videogen $1" COMP_POINT=$((${#1} + 9))
            read -ra COMP_WORDS <<< "$COMP_LINE"
            [[ $COMP_LINE == *' ' ]] && COMP_WORDS+=("")
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            $(complete -p videogen | sed 's/.*-F \([^ ]*\) .*/\1/')
            printf '%s\n' "${COMPREPLY[@]}"
            """;
        await CompletesAsync("bash", ["--norc", "-c", Script, "bash", typed], expected);
    }

    [TestCase("jobs ca", "cancel")]
    [TestCase("webhooks ", "listen")]
    [TestCase("models show ", "m")]
    public async Task Zsh_completes(string typed, string expected)
    {
        // What the shell itself would do with the words is to print them here.
        const string Script = """
            source <(videogen completion zsh)
            compadd() { print -l -- "${(@P)2}" }
            _files() { }
            words=("${(@s: :)1}") ; words=(videogen "${words[@]}")
            CURRENT=${#words}
            $_comps[videogen]
            """;
        await CompletesAsync("zsh", ["-f", "-c", Script, "zsh", typed], expected);
    }

    [TestCase("jobs ca", "cancel")]
    [TestCase("webhooks ", "listen")]
    [TestCase("models show ", "m")]
    public async Task Fish_completes(string typed, string expected) => await CompletesAsync(
        "fish", ["--no-config", "-c", "source (videogen completion fish | psub); complete -C \"videogen $argv[1]\"", typed], expected);

    async Task CompletesAsync(string shell, string[] arguments, string expected)
    {
        if (shell != "bash" && !IsThere(shell)) Assert.Ignore($"{shell} is not installed");
        var run = await ClientProgram.RunAsync(shell, _home.Path, arguments, _environment);
        Assert.That(run.Output.Split('\n').Select(line => line.Trim()), Does.Contain(expected), run.ToString());
        Assert.That(run.Errors, Is.Empty);
    }

    static bool IsThere(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, program)));

    Task<ClientRun> RunAsync(params string[] arguments) =>
        ClientProgram.RunAsync(Path.Combine(Tools, "videogen"), _home.Path, arguments, _environment);

    async Task DotnetAsync(params string[] arguments)
    {
        var run = await ClientProgram.RunAsync("dotnet", _home.Path, arguments, _environment);
        Assert.That(run.ExitCode, Is.Zero, run.ToString());
    }

    /// <summary>Of the runtime that runs this: three folders above its own.</summary>
    static string DotnetRoot() =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..", ".."));
}
