using System.Text;
using Microsoft.AspNetCore.Http;
using VideoGen.Cli;

namespace VideoGen.Clients.Tests.Cli;

/// <summary>
/// A wrong address, a sign-in page of a hotel, a proxy, a server that means harm: every command ends with a documented exit code and
/// words that help, and the terminal gets text alone.
/// </summary>
[TestFixture]
public sealed class Meeting_a_server_that_is_none
{
    const string Job = ApiAnswers.JobId;

    static readonly string[][] Commands =
    [
        ["models", "list"], ["models", "show", "m"], ["quote", "m", "prompt=x"], ["run", "m", "prompt=x"], ["jobs", "list"],
        ["jobs", "show", Job], ["jobs", "wait", Job, "--timeout", "0.2"], ["jobs", "download", Job], ["jobs", "cancel", Job],
        ["keys", "list"], ["keys", "create", "k"], ["usage", "--ledger", "5"], ["tail"],
        ["webhooks", "listen", "--forward", "http://127.0.0.1:9/x"], ["login", "--api-key", "vg_test_y"],
        ["login", "--email", "a@example.com", "--password-stdin"],
    ];

    static readonly string[] Bodies =
    [
        "", "<!doctype html><title>Sign in\u001b[2J</title>", "null", "5", "\"x\"", "[]", "[1,2]", "{", "{}", """{"id":""",
        """{"id":"a","id":"b"}""", """{"id":"\ud800"}""", """{"\ud800":1}""", "\ufeff{}", """{"data":5,"id":5,"status":5,"error":5}""",
        """{"data":[1,"x",null,[],{}],"id":"../..","secret":"a\nb","access_token":"a b"}""",
        """{"data":{},"id":"\u001b[2J\u202e","status":"completed","output":{"assets":[{"url":"file:///etc/passwd"}]}}""",
        $"{new string('[', 2000)}{new string(']', 2000)}",
    ];

    Home _home = null!;
    ScriptedApi _api = null!;
    CliProgram _cli = null!;
    Func<Asked, HttpContext, Task> _answer = null!;

    static int Runs => int.TryParse(Environment.GetEnvironmentVariable("VIDEOGEN_PROPERTY_RUNS"), out var runs) ? runs : 400;

    [SetUp]
    public async Task Sign_in()
    {
        _answer = (asked, context) => context.Response.WriteAsync(ApiAnswers.To(asked.Line).ToJsonString());
        (_home, _api) = (new Home(), await ScriptedApi.StartAsync((asked, context) => _answer(asked, context)));
        _cli = new CliProgram(_home.Path);
        var login = await _cli.RunAsync("login", "--server", _api.Address, "--api-key", "vg_test_x");
        Assert.That(login.ExitCode, Is.Zero, login.ToString());
    }

    [TearDown]
    public async Task Clear_away()
    {
        await _api.DisposeAsync();
        _home.Dispose();
    }

    [Test]
    public async Task Whatever_it_answers_every_command_ends_in_words()
    {
        foreach (var (status, body) in Bodies.SelectMany(body => new[] { (200, body), (404, body) }))
        {
            _answer = (_, context) => TellAsync(context, status, body);
            foreach (var command in Commands) IsInOrder(await RunAsync(command), command, mayBeDone: true);
        }
    }

    [Test]
    public async Task Bytes_that_are_no_text_are_no_answer()
    {
        byte[] bytes = [0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x22, 0xc0, 0x80];
        _answer = (_, context) => context.Response.Body.WriteAsync(bytes).AsTask();
        foreach (var command in Commands) IsInOrder(await RunAsync(command), command, mayBeDone: false);
    }

    /// <summary>Answers of the API, with one member of another kind than it should be.</summary>
    [Test]
    public async Task A_member_of_another_kind_is_told_of_or_passed_over()
    {
        var random = new Random(7);
        for (var run = 0; run < Runs; run++)
        {
            var seed = random.Next();
            _answer = (asked, context) => TellAsync(context, 200, ApiAnswers.Spoiled(ApiAnswers.To(asked.Line), new Random(seed)));
            var command = Commands[run % Commands.Length];
            IsInOrder(await RunAsync(command), command, mayBeDone: true);
        }
    }

    [Test]
    public async Task A_redirect_is_told_and_the_key_stays_here()
    {
        await using var elsewhere = await ScriptedApi.StartAsync((_, _) => Task.CompletedTask);
        _answer = (_, context) =>
        {
            context.Response.Redirect(elsewhere.Address + "/sign-in");
            return Task.CompletedTask;
        };
        foreach (var command in Commands)
        {
            var run = await RunAsync(command);
            IsInOrder(run, command, mayBeDone: false);
            Assert.That(run.ExitCode, Is.EqualTo(ExitCodes.Unreachable), run.ToString());
            Assert.That(run.Errors, Does.Contain($"answered 302 and points to {elsewhere.Address}/sign-in"));
        }
        Assert.That(elsewhere.Asked, Is.Empty);
    }

    [TestCase(429, "", ExitCodes.Limited)]
    [TestCase(429, """{"code":"rate_limited","detail":"slow down"}""", ExitCodes.Limited)]
    [TestCase(503, "<html>", ExitCodes.Unreachable)]
    public async Task A_long_wait_is_told_and_left_to_the_person(int status, string body, int exit)
    {
        _answer = (_, context) =>
        {
            context.Response.Headers.RetryAfter = "3600";
            return TellAsync(context, status, body);
        };
        foreach (var command in Commands.Where(command => command[0] is not ("tail" or "webhooks") && command[1] != "wait"))
        {
            var run = await RunAsync(command);
            var isTold = run.Errors.Contains("in 3600 s", StringComparison.Ordinal);
            Assert.That((run.ExitCode, isTold), Is.EqualTo((exit, true)), run.ToString());
        }
    }

    [Test]
    public async Task A_short_wait_is_waited_and_told()
    {
        var refusals = 0;
        _answer = (asked, context) =>
        {
            if (refusals++ > 0) return context.Response.WriteAsync(ApiAnswers.To(asked.Line).ToJsonString());
            context.Response.Headers.RetryAfter = "3";
            return TellAsync(context, 429, "");
        };
        var run = await _cli.RunAsync("jobs", "show", Job);
        Assert.That((run.ExitCode, run.Errors.Trim()), Is.EqualTo((0, "The server asks to wait; trying again in 4 s …")), run.ToString());
    }

    [Test]
    public async Task An_answer_that_breaks_off_is_asked_for_again()
    {
        var broken = 0;
        _answer = async (asked, context) =>
        {
            if (broken++ > 1)
            {
                await context.Response.WriteAsync(ApiAnswers.To(asked.Line).ToJsonString());
                return;
            }
            context.Response.ContentLength = 1000;
            await context.Response.WriteAsync("""{"id":"abc""");
            await context.Response.Body.FlushAsync();
            context.Abort();
        };
        var run = await _cli.RunAsync("jobs", "show", Job, "--json");
        Assert.That((run.ExitCode, broken), Is.EqualTo((0, 3)), run.ToString());
    }

    [Test]
    public async Task An_answer_without_an_end_is_cut_off()
    {
        _answer = async (_, context) =>
        {
            var spaces = Encoding.ASCII.GetBytes(new string(' ', 1024 * 1024));
            while (!context.RequestAborted.IsCancellationRequested) await context.Response.Body.WriteAsync(spaces, context.RequestAborted);
        };
        var run = await _cli.RunAsync("jobs", "show", Job);
        Assert.That((run.ExitCode, run.Errors.Contains("longer than", StringComparison.Ordinal)), Is.EqualTo((7, true)), run.ToString());
    }

    [TestCase("models", "list")]
    [TestCase("keys", "list")]
    public async Task A_list_that_goes_round_in_circles_ends(params string[] command)
    {
        _answer = (_, context) => context.Response.WriteAsync("""{"data":[{}],"next_cursor":"again"}""");
        var run = await _cli.RunAsync(command);
        Assert.That((run.ExitCode, _api.Asked.Count), Is.EqualTo((ExitCodes.Unreachable, 3)), run.ToString());
    }

    [Test]
    public async Task Texts_of_others_are_escaped_in_JSON()
    {
        _answer = (_, context) => context.Response.WriteAsync("{\"id\":\"a\\u001b[2J\u202e\u2066\u009b漢\"}");
        var run = await _cli.RunAsync("jobs", "show", Job, "--json");
        Assert.That(run.Output, Does.Contain("\"a\\u001B[2J\\u202E\\u2066\\u009B漢\""), run.ToString());
    }

    async Task<CliRun> RunAsync(string[] command)
    {
        // Following goes on; whoever follows a server that is none is stopped at last.
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        var isFollowing = command[0] is "tail" or "webhooks";
        if (command[0] == "login") command = [.. command, "--profile", "other", "--server", _api.Address];
        return await _cli.RunAsync("ok\n", isFollowing ? stop.Token : CancellationToken.None,
            command.Contains("download", StringComparer.Ordinal) ? [.. command, "--out", Path.Combine(_home.Path, "out")] : command);
    }

    static void IsInOrder(CliRun run, string[] command, bool mayBeDone)
    {
        var about = $"{string.Join(' ', command)}: {run}";
        int[] allowed = mayBeDone ? [0, 1, 2, 3, 4, 5, 6, 7, 8] : [3, 4, 7];
        Assert.That(allowed, Does.Contain(run.ExitCode), about);
        Assert.That(run.Errors, Does.Not.Contain("Something unexpected"), about);
        if (run.ExitCode != 0) Assert.That(run.Errors, Does.Contain("error: "), about);
        var shown = run.Output + run.Errors;
        Assert.That(shown.Any(letter => char.IsControl(letter) && letter is not '\n' and not '\t'), Is.False, about);
        Assert.That(shown.IndexOfAny(['\u202e', '\u2066']), Is.EqualTo(-1), about);
    }

    static Task TellAsync(HttpContext context, int status, string body)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsync(body);
    }
}
