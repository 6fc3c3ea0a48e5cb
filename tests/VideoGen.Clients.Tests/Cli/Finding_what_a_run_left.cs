using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using VideoGen.Cli;
using VideoGen.Cli.Kept;

namespace VideoGen.Clients.Tests.Cli;

/// <summary>What unfinished runs left on the disk: which command goes on with which of them, however many there are.</summary>
[TestFixture]
public sealed class Finding_what_a_run_left
{
    static readonly string[] Command = ["run", "m", "prompt=x", "style=oil"];

    Home _home = null!;
    ScriptedShop _shop = null!;
    CliProgram _cli = null!;

    string RunsFolder => Path.Combine(_home.Path, ".local", "state", "videogen", "runs");

    [SetUp]
    public async Task Sign_in()
    {
        (_home, _shop) = (new Home(), await ScriptedShop.OpenAsync());
        _cli = new CliProgram(_home.Path);
        await SignInAsync("vg_live_x");
    }

    [TearDown]
    public async Task Clear_away()
    {
        await _shop.DisposeAsync();
        _home.Dispose();
    }

    [Test]
    public void A_record_is_read_wherever_it_was_cut_off()
    {
        var (folder, body) = (_home.Path, new JsonObject { ["input"] = new JsonObject { ["prompt"] = "Grüße, \"漢字\"\n" } });
        using (var record = RunRecord.Create(folder, "r", "key", body, isNew: false, DateTimeOffset.UtcNow)) record.Submitted("job", false);
        var whole = File.ReadAllBytes(Directory.GetFiles(folder, "r-*").Single());
        File.Delete(Directory.GetFiles(folder, "r-*").Single());

        var seen = new List<string>();
        for (var length = 0; length <= whole.Length; length++)
        {
            var path = Path.Combine(folder, "r-cut.jsonl");
            File.WriteAllBytes(path, whole[..length]);
            var left = RunRecord.Left(folder, "r");
            seen.Add(left is [var one] ? one.JobId ?? "order" : "nothing");
            if (left.Count == 0) Assert.That(File.Exists(path), Is.False, "it holds nothing and goes");
            foreach (var record in left)
            {
                using (record)
                {
                    Assert.That((record.IdempotencyKey, record.Body.ToJsonString()), Is.EqualTo(("key", body.ToJsonString())));
                    record.Submitted("later", false);
                }
                using var again = RunRecord.Left(folder, "r").Single();
                Assert.That(again.JobId, Is.EqualTo("later"), $"a line may follow what was cut off at {length}");
                again.Finish();
            }
        }
        Assert.That(seen.Distinct(), Is.EqualTo(new[] { "nothing", "order", "job" }), "first nothing, then the order, then the job too");
    }

    [Test]
    public void Of_several_the_oldest_is_first_and_none_is_forgotten()
    {
        var now = DateTimeOffset.UtcNow;
        foreach (var age in new[] { 2, 3, 1 })
            RunRecord.Create(_home.Path, "r", $"{age}", new JsonObject(), isNew: false, now.AddHours(-age)).Dispose();
        RunRecord.Create(_home.Path, "other", "other", new JsonObject(), isNew: false, now.AddHours(-9)).Dispose();
        var order = new List<string>();
        while (RunRecord.Left(_home.Path, "r") is { Count: > 0 } left)
        {
            order.Add(left[0].IdempotencyKey);
            Assert.That(RunRecord.Left(_home.Path, "r"), Is.Empty, "what one process has in hand no other takes");
            left[0].Finish();
            foreach (var record in left) record.Dispose();
        }
        Assert.That(order, Is.EqualTo(new[] { "3", "2", "1" }));
        Assert.That(RunRecord.Left(_home.Path, "other"), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Two_that_ran_at_the_same_time_are_both_found_again()
    {
        await LeaveAsync(runs: 2);
        var (first, second) = (await _cli.RunAsync(Command), await _cli.RunAsync(Command));
        Assert.That(new[] { first.Output.Trim(), second.Output.Trim() }, Is.EquivalentTo(_shop.Jobs), $"{first}\n{second}");
        await _cli.RunAsync(Command);
        Assert.That(_shop.Jobs, Has.Count.EqualTo(3), "after that the same words are a new order");
    }

    [TestCase("the same words in another order", 1)]
    [TestCase("another key of the account", 1)]
    [TestCase("another profile of the account", 1)]
    [TestCase("other words", 2)]
    [TestCase("the test world", 2)]
    [TestCase("a key that may not read the account", 2)]
    public async Task Goes_on_where_server_account_world_and_wish_are_the_same(string with, int jobs)
    {
        await LeaveAsync();
        string[] command = with switch
        {
            "the same words in another order" => ["run", "m", "style=oil", "prompt=x"],
            "other words" => ["run", "m", "prompt=y", "style=oil"],
            _ => Command,
        };
        var key = with is "the test world" ? "vg_test_x" : "vg_live_y";
        if (with is "a key that may not read the account")
        {
            _shop.IsAccountHidden = true;
            _cli = new CliProgram(_home.Path) { Settings = { ["VIDEOGEN_API_KEY"] = key } };
        }
        else if (with.StartsWith("another profile", StringComparison.Ordinal))
        {
            await SignInAsync(key, "--profile", "second");
            command = [.. command, "--profile", "second"];
        }
        else
        {
            await SignInAsync(key);
        }
        var run = await _cli.RunAsync(command);
        Assert.That((run.ExitCode, _shop.Jobs.Count), Is.EqualTo((ExitCodes.Done, jobs)), run.ToString());
    }

    [Test]
    public async Task Another_server_is_another_shop()
    {
        await LeaveAsync();
        await using var other = await ScriptedShop.OpenAsync();
        await _cli.RunAsync("login", "--server", other.Address, "--api-key", "vg_live_x", "--profile", "other");
        await _cli.RunAsync([.. Command, "--profile", "other"]);
        var run = await _cli.RunAsync(Command);
        Assert.That((run.Output.Trim(), _shop.Jobs.Count, other.Jobs.Count), Is.EqualTo((_shop.Jobs.Single(), 1, 1)), run.ToString());
    }

    [Test]
    public async Task A_key_that_works_no_more_says_nothing_about_the_order()
    {
        await LeaveAsync();
        _shop.Between = async (now, context) =>
        {
            if (now != "POST /v1/jobs arrived") return false;
            context.Response.StatusCode = 401;
            await context.Response.WriteAsync("""{"code":"unauthorized","detail":"no"}""");
            return true;
        };
        var refused = await _cli.RunAsync(Command);
        _shop.Between = (_, _) => Task.FromResult(false);
        await SignInAsync("vg_live_y");
        var again = await _cli.RunAsync(Command);
        Assert.That((refused.ExitCode, again.ExitCode, _shop.Jobs.Count), Is.EqualTo((ExitCodes.NotAllowed, 0, 1)), again.ToString());
    }

    [Test]
    public async Task What_may_have_been_made_by_asking_is_not_ordered_again()
    {
        var arrived = 0;
        using var stop = new CancellationTokenSource();
        _shop.Between = async (now, context) =>
        {
            // The first never arrives; the question after it arrives, and its answer is lost.
            if (now == "POST /v1/jobs arrived" && arrived == 0) await stop.CancelAsync();
            var isLost = now == "POST /v1/jobs arrived" ? arrived++ == 0 : now == "POST /v1/jobs made" && arrived == 2;
            if (isLost) context.Abort();
            return isLost;
        };
        Assert.That((await _cli.RunAsync("", stop.Token, Command)).ExitCode, Is.EqualTo(ExitCodes.Interrupted));
        var another = await _cli.RunAsync([.. Command, "--new"]);
        Assert.That((another.ExitCode, another.Output.Trim()), Is.EqualTo((0, _shop.Jobs.Single())), another.ToString());
        Assert.That(another.Errors, Does.Contain("whether just now or before can't be told, so no other is ordered"));
    }

    [Test]
    public async Task Tells_of_one_that_is_too_old_to_go_on_with()
    {
        await LeaveAsync();
        var path = Directory.GetFiles(RunsFolder).Single();
        var line = JsonNode.Parse(await File.ReadAllTextAsync(path))!;
        line["created_at"] = "2026-01-02T03:04:05Z";
        await File.WriteAllTextAsync(path, line.ToJsonString());
        var run = await _cli.RunAsync(Command);
        Assert.That((run.ExitCode, _shop.Jobs.Count), Is.EqualTo((0, 2)), run.ToString());
        Assert.That(run.Errors, Does.Contain("left unfinished on 2026-01-02, too long ago to go on. Whether it made a job is not known"));
        Assert.That(Directory.GetFiles(RunsFolder), Is.Empty);
    }

    [Test]
    public async Task What_can_not_be_written_down_is_not_sent()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(RunsFolder)!);
        await File.WriteAllTextAsync(RunsFolder, "a file where the folder should be");
        var run = await _cli.RunAsync(Command);
        Assert.That((run.ExitCode, _shop.Orders.Count), Is.EqualTo((ExitCodes.Unexpected, 0)), run.ToString());
        Assert.That(run.Errors, Does.Contain("so it is not sent").And.Contain("Nothing was bought."));
    }

    [TestCase("--idempotency-key", "k", "--new")]
    [TestCase("--idempotency-key", "two words", "--json")]
    [TestCase("--idempotency-key", "", "--json")]
    public async Task A_key_of_ones_own_is_checked_first(string option, string key, string other)
    {
        var run = await _cli.RunAsync([.. Command, option, key, other]);
        Assert.That((run.ExitCode, _shop.Orders.Count), Is.EqualTo((ExitCodes.Usage, 0)), run.ToString());
        Assert.That(run.Errors, Does.Contain("--idempotency-key"));
    }

    async Task SignInAsync(string key, params string[] more)
    {
        var login = await _cli.RunAsync(["login", "--server", _shop.Address, "--api-key", key, .. more]);
        Assert.That(login.ExitCode, Is.Zero, login.ToString());
    }

    /// <summary>Runs that order at the same time, and end before they get their answers.</summary>
    async Task LeaveAsync(int runs = 1)
    {
        using var stop = new CancellationTokenSource();
        var mine = new CliProgram(_home.Path) { Settings = { ["VIDEOGEN_API_KEY"] = "vg_live_x", ["VIDEOGEN_URL"] = _shop.Address } };
        _shop.Between = async (now, _) =>
        {
            if (now != "POST /v1/jobs made") return false;
            await VideoGen.Testing.Eventually.ThatAsync(() => _shop.Jobs.Count == runs);
            await stop.CancelAsync();
            return false;
        };
        var ends = await Task.WhenAll(Enumerable.Range(0, runs).Select(_ => mine.RunAsync("", stop.Token, Command)));
        _shop.Between = (_, _) => Task.FromResult(false);
        Assert.That(ends.Select(end => end.ExitCode), Is.All.EqualTo(ExitCodes.Interrupted), string.Join('\n', ends.AsEnumerable()));
    }
}
