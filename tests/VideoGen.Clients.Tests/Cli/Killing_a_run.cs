using Microsoft.AspNetCore.Http;
using VideoGen.Cli;

namespace VideoGen.Clients.Tests.Cli;

/// <summary>The process is killed at a moment of a run; typing the command again goes on, and one job is bought.</summary>
[TestFixture]
public sealed class Killing_a_run
{
    const int Killed = 137;
    const string BeforeTheRequest = "GET /v1/models/m arrived";
    const string OnTheWay = "POST /v1/jobs arrived";
    const string BeforeTheAnswer = "POST /v1/jobs made";
    const string Waiting = "GET /v1/jobs/id arrived";

    Home _home = null!;
    ScriptedShop _shop = null!;
    CliProcess? _running;

    string[] Command => ["run", "m", "prompt=x", "--out", Path.Combine(_home.Path, "out")];

    string RunsFolder => Path.Combine(_home.Path, ".local", "state", "videogen", "runs");

    [SetUp]
    public async Task Sign_in()
    {
        (_home, _shop) = (new Home(), await ScriptedShop.OpenAsync());
        var login = await new CliProgram(_home.Path).RunAsync("login", "--server", _shop.Address, "--api-key", "vg_live_x");
        Assert.That(login.ExitCode, Is.Zero, login.ToString());
    }

    [TearDown]
    public async Task Clear_away()
    {
        _running?.Dispose();
        await _shop.DisposeAsync();
        _home.Dispose();
    }

    [TestCase(BeforeTheRequest)]
    [TestCase(OnTheWay)]
    [TestCase(BeforeTheAnswer)]
    [TestCase("POST /v1/jobs half answered")]
    [TestCase(Waiting)]
    [TestCase("GET /file arrived")]
    [TestCase("GET /file half answered")]
    public async Task The_same_command_goes_on_and_one_job_is_bought(string moment)
    {
        await KillAtAsync(moment, Command);
        var again = await new CliProgram(_home.Path).RunAsync(Command);

        Assert.That((again.ExitCode, _shop.Jobs.Count), Is.EqualTo((ExitCodes.Done, 1)), again.ToString());
        Assert.That(await File.ReadAllBytesAsync(again.Output.Trim()), Is.EqualTo(_shop.File));
        Assert.That(Directory.GetFileSystemEntries(Path.Combine(_home.Path, "out")), Has.Length.EqualTo(1), "nothing half done is left");
        Assert.That(Directory.GetFiles(RunsFolder), Is.Empty, "what is done is not gone on with");
        var told = again.Errors.Contains("The same command was left", StringComparison.Ordinal);
        Assert.That(told, Is.EqualTo(moment != BeforeTheRequest), again.ToString());
    }

    [TestCase(BeforeTheRequest, 1, "")]
    [TestCase(OnTheWay, 1, "It had not arrived; it is ordered now, once: job ")]
    [TestCase(BeforeTheAnswer, 2, "The same command had made job ")]
    [TestCase(Waiting, 2, "The same command had made job ")]
    public async Task Another_order_is_made_after_it_was_told_what_the_earlier_one_bought(string moment, int jobs, string told)
    {
        await KillAtAsync(moment, Command);
        var another = await new CliProgram(_home.Path).RunAsync([.. Command, "--new"]);
        Assert.That((another.ExitCode, _shop.Jobs.Count), Is.EqualTo((ExitCodes.Done, jobs)), another.ToString());
        Assert.That(another.Errors, Does.Contain(told));
        Assert.That(Directory.GetFiles(RunsFolder), Is.Empty);
    }

    /// <summary>A script that repeats its command until it succeeds buys one job, though the command says <c>--new</c>.</summary>
    [TestCase(OnTheWay)]
    [TestCase(BeforeTheAnswer)]
    public async Task The_very_same_command_is_never_another_order(string moment)
    {
        string[] command = [.. Command, "--new"];
        await KillAtAsync(moment, command);
        await KillAtAsync(moment, command);
        var again = await new CliProgram(_home.Path).RunAsync(command);
        Assert.That((again.ExitCode, _shop.Jobs.Count), Is.EqualTo((ExitCodes.Done, 1)), again.ToString());
    }

    /// <summary>Runs the command until the moment comes, and ends it there.</summary>
    async Task KillAtAsync(string moment, string[] command)
    {
        var isOver = 0;
        _shop.Between = async (now, context) =>
        {
            var isIt = now == moment || (moment == Waiting && now.StartsWith("GET /v1/jobs/", StringComparison.Ordinal));
            var isHalf = moment == "GET /file half answered" && now == "GET /file arrived"
                || (moment == "POST /v1/jobs half answered" && now == BeforeTheAnswer);
            if ((!isIt && !isHalf) || Interlocked.Exchange(ref isOver, 1) == 1) return false;
            if (isHalf) await AnswerHalfAsync(context, now);
            await _running!.KillAsync();
            context.Abort();
            return true;
        };
        _running?.Dispose();
        _running = new CliProcess(_home.Path, command);
        var end = await _running.EndAsync();
        _shop.Between = (_, _) => Task.FromResult(false);
        Assert.That((end.ExitCode, isOver), Is.EqualTo((Killed, 1)), end.ToString());
    }

    async Task AnswerHalfAsync(HttpContext context, string now)
    {
        if (now != "GET /file arrived")
        {
            context.Response.StatusCode = 202;
            await context.Response.WriteAsync("""{"id":""");
        }
        else
        {
            context.Response.ContentLength = _shop.File.Length;
            await context.Response.Body.WriteAsync(_shop.File.AsMemory(0, _shop.File.Length / 2));
        }
        await context.Response.Body.FlushAsync();
        if (now != "GET /file arrived") return;
        var folder = Path.Combine(_home.Path, "out");
        await VideoGen.Testing.Eventually.ThatAsync(
            () => Directory.GetFiles(folder, ".*.part") is [var part] && new FileInfo(part).Length > 0, because: "a part lies on the disk");
    }
}
