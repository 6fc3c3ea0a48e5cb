using System.Security.Cryptography;
using VideoGen.Cli;
using VideoGen.Clients.Tests.Live;

namespace VideoGen.Clients.Tests.Cli;

/// <summary>What a developer does with the command line, against the running system: live by an API key, free of charge by a test
/// key.</summary>
[TestFixture]
public sealed class Working_on_the_command_line
{
    const string Instant = """{"instant":true}""";

    LiveFolder _folder = null!;
    CliProgram _cli = null!;

    [OneTimeSetUp]
    public async Task Sign_in()
    {
        _folder = await LiveFolder.CreateAsync();
        _cli = new CliProgram(_folder.Path);
        var system = (await TheSystem.GetAsync()).Endpoints;
        var live = await _cli.RunAsync(
            system.ApiKey + "\n", CancellationToken.None, "login", "--server", system.Gateway, "--api-key", "-");
        Assert.That(live.ExitCode, Is.Zero, live.ToString());
        var test = await _cli.RunAsync(system.Password + "\n", CancellationToken.None,
            "login", "--server", system.Gateway, "--email", system.Email, "--password-stdin", "--test", "--profile", "test");
        Assert.That(test.ExitCode, Is.Zero, test.ToString());
        Assert.That(
            live.Output + live.Errors + test.Output + test.Errors, Does.Not.Contain(system.ApiKey).And.Not.Contain(system.Password));
    }

    [OneTimeTearDown]
    public async Task Sign_out()
    {
        var run = await _cli.RunAsync("logout", "--profile", "test");
        _folder.Dispose();
        Assert.That((run.ExitCode, run.Errors.Trim()), Is.EqualTo((0, "Signed out; the key is revoked.")));
    }

    [Test]
    public void Keeps_the_keys_where_only_their_owner_reads_them()
    {
        var file = Path.Combine(_folder.Path, ".config", "videogen", "credentials.json");
        var mode = OperatingSystem.IsWindows() ? UnixFileMode.None : File.GetUnixFileMode(file);
        Assert.That(mode, Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        Assert.That(File.ReadAllText(file), Does.Contain("vg_test_").And.Not.Contain("password"));
    }

    [Test]
    public async Task Shows_the_models_and_what_they_take()
    {
        var list = await _cli.RunAsync("models", "list", "--kind", "video");
        var show = await _cli.RunAsync("models", "show", "veo3.1");
        Assert.That(list.Output, Does.Contain("veo3.1").And.Not.Contain("flux-schnell"), list.ToString());
        Assert.That(show.Output, Does.Match(@"duration_seconds +4 \| 6 \| 8").And.Contain("20 a second, at least 80"), show.ToString());
    }

    [Test]
    public async Task Prices_makes_waits_and_fetches()
    {
        string[] wish = ["wan2.1", "prompt=A slow zoom", "width=320", "height=256", "length=17", "--file", $"image=@{_folder.Picture}"];
        var quote = await _cli.TellAsync(["quote", .. wish]);
        Assert.That((long)quote["credits"]!, Is.Positive);

        var folder = Path.Combine(_folder.Path, "results");
        var job = await _cli.TellAsync(
            ["run", .. wish, "--profile", "test", "--simulate", Instant, "--metadata", "for=cli", "--out", folder]);
        var path = (string)job["files"]![0]!;
        Assert.That((string)job["status"]!, Is.EqualTo("completed"));
        Assert.That(
            Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(path))),
            Is.EqualTo((string)job["output"]!["assets"]![0]!["sha256"]!));

        var again = await _cli.TellAsync("jobs", "download", (string)job["id"]!, "--profile", "test", "--out", folder);
        Assert.That((string)again["files"]![0]!, Is.EqualTo(path), "what is there is not fetched twice");
        Assert.That(Directory.GetFiles(folder), Is.EqualTo(new[] { path }), "nothing half done lies beside it");
        var listed = await _cli.TellAsync("jobs", "list", "--metadata", "for=cli", "--profile", "test");
        Assert.That(listed["data"]!.AsArray().Select(one => (string)one!["id"]!), Is.EqualTo(new[] { (string)job["id"]! }));
    }

    [Test]
    public async Task Tells_what_is_wrong_with_an_input()
    {
        var run = await _cli.RunAsync("run", "veo3.1", "prompt=x", "duration_seconds=5");
        Assert.That(run.ExitCode, Is.EqualTo(ExitCodes.Usage));
        Assert.That(run.Errors, Does.Contain("input.duration_seconds: must be one of 4, 6, 8"), run.ToString());
    }

    [Test]
    public async Task Tells_that_a_job_failed()
    {
        var run = await _cli.RunAsync(
            "run", "veo3.1", "prompt=x", "--simulate", """{"instant":true,"fail_with":"content_rejected"}""", "--wait",
            "--profile", "test");
        Assert.That(
            (run.ExitCode, run.Errors.Contains("content_rejected", StringComparison.Ordinal)), Is.EqualTo((ExitCodes.JobFailed, true)),
            run.ToString());
    }

    [Test]
    public async Task Goes_on_after_an_interrupt_with_the_same_job_and_stops_it()
    {
        string[] command = ["run", "veo3.1", "prompt=interrupted", "--simulate", """{"delay_seconds":120}""", "--wait",
            "--profile", "test"];
        using var interrupt = new CancellationTokenSource();
        var (output, errors) = (new Heard(), new Heard());
        var first = _cli.StartAsync(output, errors, "", interrupt.Token, command);
        await VideoGen.Testing.Eventually.ThatAsync(() =>
            errors.Text.Contains('%', StringComparison.Ordinal), TimeSpan.FromSeconds(30), "progress is shown");
        await interrupt.CancelAsync();
        Assert.That(await first, Is.EqualTo(ExitCodes.Interrupted));
        var id = System.Text.RegularExpressions.Regex.Match(errors.Text, @"videogen jobs cancel ([0-9a-f-]{36})").Groups[1].Value;

        var stop = await _cli.TellAsync("jobs", "cancel", id, "--profile", "test");
        var second = await _cli.RunAsync(command);
        Assert.That((string)stop["id"]!, Is.EqualTo(id));
        Assert.That(second.ExitCode, Is.EqualTo(ExitCodes.JobFailed), second.ToString());
        Assert.That(second.Errors, Does.Contain($"going on with job {id}").And.Contain($"Job {id} is cancelled"));
        Assert.That(Directory.GetFiles(Path.Combine(_folder.Path, ".local", "state", "videogen", "runs")), Is.Empty);
    }

    [Test]
    public async Task Makes_and_revokes_keys()
    {
        var created = await _cli.TellAsync("keys", "create", "for a while", "--scope", "jobs:read", "--expires", "2d");
        var id = (string)created["key"]!["id"]!;
        var revoked = await _cli.RunAsync("keys", "revoke", id);
        var keys = await _cli.TellAsync("keys", "list");
        var key = keys["data"]!.AsArray().Single(one => (string)one!["id"]! == id)!;
        Assert.That((revoked.ExitCode, (string)key["name"]!, key["revoked_at"] is not null), Is.EqualTo((0, "for a while", true)));
        Assert.That(key["scopes"]!.ToJsonString(), Is.EqualTo("""["jobs:read"]"""));
    }

    [Test]
    public async Task Shows_what_is_left()
    {
        var usage = await _cli.RunAsync("usage", "--ledger", "3");
        Assert.That(usage.Output, Does.Match(@"\d+ credits available"), usage.ToString());
    }

    [Test]
    public async Task Completes_names_of_models_and_commands()
    {
        var commands = await _cli.RunAsync("[suggest:16]", "videogen jobs ca");
        var models = await _cli.RunAsync("[suggest:16]", "videogen run wan");
        Assert.That(commands.Output.Trim(), Is.EqualTo("cancel"), commands.ToString());
        Assert.That(models.Output.Split('\n'), Does.Contain("wan2.1").And.Not.Contain("veo3.1"), models.ToString());
    }

    [TestCase("models", "show", "no-such-model", ExitCodes.NotFound)]
    [TestCase("jobs", "show", "00000000-0000-4000-8000-000000000000", ExitCodes.NotFound)]
    [TestCase("jobs", "list", "--limt", ExitCodes.Usage)]
    [TestCase("usage", "--profile", "nobody", ExitCodes.NotAllowed)]
    public async Task Tells_by_its_exit_why_it_failed(string first, string second, string third, int exit)
    {
        var run = await _cli.RunAsync(first, second, third);
        Assert.That(
            (run.ExitCode, run.Output, run.Errors.StartsWith("error: ", StringComparison.Ordinal)), Is.EqualTo((exit, "", true)),
            run.ToString());
    }
}
