using System.Text.Json;
using Microsoft.AspNetCore.Http;
using VideoGen.Cli;

namespace VideoGen.Clients.Tests.Cli;

/// <summary>A server that takes the order and loses its answer: typing the command again never buys twice.</summary>
[TestFixture]
public sealed class Losing_the_answer_of_a_run
{
    static readonly string[] Command = ["run", "m", "prompt=x", "size=4"];

    [Test]
    public async Task The_same_command_goes_on_and_another_is_another_order()
    {
        using var home = new Home();
        var isLosing = true;
        await using var api = await ScriptedApi.StartAsync((asked, context) => AnswerAsync(asked, context, () => isLosing));
        var cli = await SignedInAsync(home, api);

        using var gaveUp = new CancellationTokenSource();
        var lost = cli.RunAsync("", gaveUp.Token, Command);
        await VideoGen.Testing.Eventually.ThatAsync(() =>
            Orders(api).Count >= 2, TimeSpan.FromSeconds(30), "it is tried again by itself");
        await gaveUp.CancelAsync();
        Assert.That((await lost).ExitCode, Is.EqualTo(ExitCodes.Interrupted));
        Assert.That((await lost).Errors, Does.Contain("Repeat the same command: it goes on with it and does not buy twice."));

        isLosing = false;
        var other = await cli.RunAsync("run", "m", "prompt=y");
        var again = await cli.RunAsync(Command);
        var third = await cli.RunAsync(Command);
        Assert.That((other.ExitCode, again.ExitCode, third.ExitCode), Is.EqualTo((0, 0, 0)), $"{other}\n{again}\n{third}");

        var orders = Orders(api).Select(order => (Key: $"{order.Headers["Idempotency-Key"]}", order.Body)).ToList();
        var first = orders[0];
        Assert.That(first.Body, Is.EqualTo("""{"model":"m","input":{"prompt":"x","size":4}}"""));
        Assert.That(orders.Where(order => order.Body != first.Body).Select(order => order.Key), Has.Exactly(1).Not.EqualTo(first.Key));
        Assert.That(
            orders[..^1].Where(order => order.Body == first.Body).Select(order => order.Key).Distinct(), Is.EqualTo(new[] { first.Key }),
            "until it was answered");
        Assert.That(orders[^1].Key, Is.Not.EqualTo(first.Key), "after it was answered the same words are a new order");
    }

    [Test]
    public async Task Two_at_the_same_time_are_two_orders()
    {
        using var home = new Home();
        await using var api = await ScriptedApi.StartAsync((asked, context) => AnswerAsync(asked, context, () => false));
        var cli = await SignedInAsync(home, api);
        var runs = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => cli.RunAsync(Command)));
        Assert.That(runs.Select(run => run.ExitCode), Is.All.Zero, string.Join('\n', runs.AsEnumerable()));
        Assert.That(Orders(api).Select(order => $"{order.Headers["Idempotency-Key"]}").Distinct().Count(), Is.EqualTo(4));
    }

    [Test]
    public async Task A_stored_key_goes_to_no_other_server()
    {
        using var home = new Home();
        await using var api = await ScriptedApi.StartAsync((asked, context) => AnswerAsync(asked, context, () => false));
        await using var other = await ScriptedApi.StartAsync((asked, context) => AnswerAsync(asked, context, () => false));
        var run = await (await SignedInAsync(home, api)).RunAsync("jobs", "list", "--server", other.Address);
        Assert.That((run.ExitCode, other.Asked.Count), Is.EqualTo((ExitCodes.NotAllowed, 0)), run.ToString());
    }

    [Test]
    public async Task A_refusal_can_say_nothing_to_the_terminal()
    {
        using var home = new Home();
        var problem = new
        {
            title = "t", status = 400, code = "invalid_request", detail = "../../../etc/passwd\u001b[2J",
            errors = new Dictionary<string, string[]> { ["a\u001b]0;b\a"] = ["c\rd\u009b1m"] },
        };
        await using var api = await ScriptedApi.StartAsync((asked, context) =>
            asked.Line == "POST /v1/jobs" ? JsonAsync(context, 400, problem) : AnswerAsync(asked, context, () => false));
        var run = await (await SignedInAsync(home, api)).RunAsync("run", "m", "prompt=x");
        Assert.That((run.ExitCode, run.Errors), Is.EqualTo((ExitCodes.Usage, "error: ../../../etc/passwd\n  a: cd\n")));
    }

    static List<Asked> Orders(ScriptedApi api) => [.. api.Asked.Where(asked => asked.Line == "POST /v1/jobs")];

    static async Task<CliProgram> SignedInAsync(Home home, ScriptedApi api)
    {
        var cli = new CliProgram(home.Path);
        var login = await cli.RunAsync("login", "--server", api.Address, "--api-key", "vg_test_x");
        Assert.That(login.ExitCode, Is.Zero, login.ToString());
        return cli;
    }

    static Task AnswerAsync(Asked asked, HttpContext context, Func<bool> isLosing)
    {
        if (asked.Line == "POST /v1/jobs" && isLosing()) context.Abort();
        return asked.Line switch
        {
            "GET /v1/account" => JsonAsync(context, 200, new { email = "a@example.com" }),
            "GET /v1/models/m" =>
                JsonAsync(context, 200,
                new { input_schema = new { properties = new { prompt = new { type = "string" }, size = new { type = "integer" } } } }),
            _ => JsonAsync(context, 202, new { id = "00000000-0000-4000-8000-000000000001", status = "queued" }),
        };
    }

    static Task JsonAsync(HttpContext context, int status, object body)
    {
        if (context.RequestAborted.IsCancellationRequested) return Task.CompletedTask;
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(JsonSerializer.Serialize(body));
    }
}

/// <summary>A home of a user who has just come.</summary>
sealed class Home : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("videogen-home").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
