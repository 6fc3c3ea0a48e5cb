using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using VideoGen.Cli;

namespace VideoGen.Clients.Tests.Cli;

/// <summary>Each login by password makes a key; the one before goes, or it is told that it stays.</summary>
[TestFixture]
public sealed class Signing_in_again
{
    readonly ConcurrentDictionary<string, bool> _works = new(StringComparer.Ordinal);

    Home _home = null!;
    ScriptedApi _api = null!;
    CliProgram _cli = null!;

    /// <summary>Answers a request in place of the server; null leaves it to the server.</summary>
    Func<Asked, int?> _instead = null!;

    string Working => string.Join(' ', _works.Where(key => key.Value).Select(key => key.Key).Order(StringComparer.Ordinal));

    string Credentials => Path.Combine(_home.Path, ".config", "videogen", "credentials.json");

    [SetUp]
    public async Task Open_the_server()
    {
        _works.Clear();
        _instead = _ => null;
        (_home, _api) = (new Home(), await ScriptedApi.StartAsync(AnswerAsync));
        _cli = new CliProgram(_home.Path);
    }

    [TearDown]
    public async Task Clear_away()
    {
        await _api.DisposeAsync();
        _home.Dispose();
    }

    [Test]
    public async Task The_key_of_the_sign_in_before_is_revoked_and_told_of()
    {
        var first = await SignInAsync();
        var second = await SignInAsync();
        var told = JsonNode.Parse((await SignInAsync("--json")).Output)!;
        Assert.That(Working, Is.EqualTo("key3"));
        Assert.That(first.Errors, Is.Empty);
        Assert.That(second.Errors.Trim(), Is.EqualTo("The key of the sign-in before, key1, is revoked."));
        Assert.That(told["earlier_key"]!.ToJsonString(), Is.EqualTo("""{"id":"key2","revoked":true}"""));
    }

    [Test]
    public async Task Another_profile_keeps_its_own()
    {
        await SignInAsync();
        await SignInAsync("--profile", "second", "--test");
        Assert.That(Working, Is.EqualTo("key1 key2"));
        var names = _api.Asked.Where(asked => asked.Line == "POST /v1/account/keys")
            .Select(asked => (string)JsonNode.Parse(asked.Body)!["name"]!).ToList();
        Assert.That(names, Is.EqualTo(new[]
        {
            $"videogen on {Environment.MachineName}", $"videogen on {Environment.MachineName} (second)",
        }));
    }

    [Test]
    public async Task A_given_key_takes_its_place_and_is_never_revoked_itself()
    {
        await SignInAsync();
        var given = await _cli.RunAsync("login", "--server", _api.Address, "--api-key", "given");
        Assert.That((given.ExitCode, Working), Is.EqualTo((0, "")), given.ToString());
        await SignInAsync();
        Assert.That(_api.Asked.Count(asked => asked.Line.StartsWith("DELETE", StringComparison.Ordinal)), Is.EqualTo(1));
    }

    [Test]
    public async Task The_same_key_given_once_more_stays_and_the_logout_revokes_it()
    {
        await SignInAsync();
        await _cli.RunAsync("login", "--server", _api.Address, "--api-key", "secret1");
        Assert.That(Working, Is.EqualTo("key1"));
        await _cli.RunAsync("logout");
        Assert.That(Working, Is.Empty);
    }

    [TestCase(403)]
    [TestCase(0)]
    public async Task What_could_not_be_revoked_is_told(int status)
    {
        await SignInAsync();
        _instead = asked => asked.Line.StartsWith("DELETE", StringComparison.Ordinal) ? status : null;
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        var run = await _cli.RunAsync("ok\n", status == 0 ? patience.Token : CancellationToken.None, Login());
        Assert.That(run.ExitCode, Is.Zero, run.ToString());
        Assert.That(run.Errors, Does.Contain("Its key key1 could not be revoked").And.Contain("videogen keys revoke key1"));
        Assert.That(await File.ReadAllTextAsync(Credentials), Does.Contain("secret2"), "the new one is kept all the same");
    }

    [Test]
    public async Task One_that_was_revoked_elsewhere_is_no_trouble()
    {
        await SignInAsync();
        _instead = asked => asked.Line.StartsWith("DELETE", StringComparison.Ordinal) ? 401 : null;
        Assert.That((await SignInAsync()).Errors, Does.Contain("is revoked."));
    }

    [Test]
    public async Task A_logout_forgets_and_tells_of_the_key_that_stays()
    {
        await SignInAsync();
        _instead = asked => asked.Line.StartsWith("DELETE", StringComparison.Ordinal) ? 403 : null;
        var run = await _cli.RunAsync("logout", "--json");
        Assert.That((run.ExitCode, JsonNode.Parse(run.Output)!.ToJsonString()),
            Is.EqualTo((ExitCodes.Unexpected, """{"profile":"default","key":{"id":"key1","revoked":false}}""")), run.ToString());
        Assert.That(run.Errors, Does.Contain("could not be revoked"));
        Assert.That(await File.ReadAllTextAsync(Credentials), Does.Not.Contain("secret1"));
    }

    [TestCase("GET /v1/account", 503, 0)]
    [TestCase("POST /v1/account/keys", 403, 0)]
    public async Task A_login_that_fails_leaves_no_key_behind(string line, int status, int keys)
    {
        _instead = asked => asked.Line == line ? status : null;
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        var run = await _cli.RunAsync("ok\n", patience.Token, Login());
        Assert.That((run.ExitCode != 0, _works.Count), Is.EqualTo((true, keys)), run.ToString());
    }

    [Test]
    public async Task A_key_that_can_not_be_kept_is_revoked_at_once()
    {
        await File.WriteAllTextAsync(Path.Combine(_home.Path, ".config"), "a file where the folder should be");
        var run = await _cli.RunAsync("ok\n", CancellationToken.None, Login());
        Assert.That((run.ExitCode, Working), Is.EqualTo((ExitCodes.Unexpected, "")), run.ToString());
        Assert.That(run.Errors, Does.Contain("The key that was made for it is revoked."));
    }

    [Test]
    public async Task A_lost_answer_to_the_making_of_a_key_is_told()
    {
        _instead = asked => asked.Line == "POST /v1/account/keys" ? 0 : null;
        var run = await _cli.RunAsync("ok\n", CancellationToken.None, Login());
        Assert.That((run.ExitCode, _api.Asked.Count(asked => asked.Line == "POST /v1/account/keys")),
            Is.EqualTo((ExitCodes.Unreachable, 1)), run.ToString());
        Assert.That(run.Errors, Does.Contain($"a key 'videogen on {Environment.MachineName}' that was never used"));
    }

    string[] Login(params string[] more) => ["login", "--server", _api.Address, "--email", "a@example.com", "--password-stdin", .. more];

    async Task<CliRun> SignInAsync(params string[] more)
    {
        var run = await _cli.RunAsync("ok\n", CancellationToken.None, Login(more));
        Assert.That(run.ExitCode, Is.Zero, run.ToString());
        return run;
    }

    async Task AnswerAsync(Asked asked, HttpContext context)
    {
        if (_instead(asked) is { } status)
        {
            if (status == 0) context.Abort();
            else await TellAsync(context, status, new { code = "as_the_test_says", detail = "as the test says" });
            return;
        }
        switch (asked.Line)
        {
            case "POST /v1/auth/token":
                await TellAsync(context, 200, new { access_token = "token" });
                break;
            case "GET /v1/account":
                await TellAsync(context, 200, new { id = "account", email = "a@example.com" });
                break;
            case "POST /v1/account/keys":
                var number = _works.Count + 1;
                _works[$"key{number}"] = true;
                await TellAsync(context, 201, new { secret = $"secret{number}", key = new { id = $"key{number}" } });
                break;
            default:
                _works[asked.Line["DELETE /v1/account/keys/".Length..]] = false;
                context.Response.StatusCode = 204;
                break;
        }
    }

    static Task TellAsync(HttpContext context, int status, object body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(JsonSerializer.Serialize(body));
    }
}
