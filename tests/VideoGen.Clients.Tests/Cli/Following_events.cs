using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using VideoGen.Clients.Tests.Live;
using VideoGen.Testing;

namespace VideoGen.Clients.Tests.Cli;

/// <summary><c>tail</c> and <c>webhooks listen</c> beside each other, while a job runs.</summary>
[TestFixture]
public sealed class Following_events
{
    [Test]
    public async Task Shows_them_and_brings_them_signed_to_a_local_port()
    {
        using var folder = await LiveFolder.CreateAsync();
        var cli = new CliProgram(folder.Path);
        var system = (await TheSystem.GetAsync()).Endpoints;
        var login = await cli.RunAsync("login", "--server", system.Gateway, "--api-key", system.TestKey);
        Assert.That(login.ExitCode, Is.Zero, login.ToString());
        var answers = new ConcurrentQueue<int>([503]);
        await using var receiver = await ScriptedApi.StartAsync((_, context) =>
        {
            context.Response.StatusCode = answers.TryDequeue(out var status) ? status : 204;
            return Task.CompletedTask;
        });

        var now = (string)(await ReadAsync(system, "after=newest"))["next_cursor"]!;
        using var end = new CancellationTokenSource();
        var (tailed, listened, notes) = (new Heard(), new Heard(), new Heard());
        var tail = cli.StartAsync(tailed, notes, "", end.Token, "tail", "--json", "--after", now);
        var listen = cli.StartAsync(
            listened, notes, "", end.Token, "webhooks", "listen", "--forward", receiver.Address, "--json", "--after", now);
        var id = (string)(await cli.TellAsync("run", "veo3.1", "prompt=followed", "--simulate", """{"instant":true}""", "--wait"))["id"]!;
        await Eventually.ThatAsync(
            () => Lines(tailed).Any(line => (string?)line["type"] == "job.completed" && (string?)line["data"]?["id"] == id)
                && Lines(listened).Any(line => (string?)line["job_id"] == id),
            TimeSpan.FromSeconds(60), "both were told of the job");
        await end.CancelAsync();

        Assert.That((await tail, await listen), Is.EqualTo((0, 0)), notes.Text);
        Assert.That(notes.Text, Does.Contain("Go on from here: videogen tail --after "));
        var told = Lines(listened).First(line => (string?)line["job_id"] == id);
        var sent = receiver.Asked.Where(one => one.Headers["webhook-id"] == (string)told["webhook_id"]!).ToList();
        Assert.That(((int)told["status"]!, sent.Select(one => one.Body).Distinct().Count()), Is.EqualTo((204, 1)));
        Assert.That(
            sent.All(one => IsSigned(one, (string)Lines(listened).First()["secret"]!)), Is.True,
            "each is signed with the secret that was shown");
        Assert.That(
            await WebhookIdOfAsync(system, now, id), Is.EqualTo((string)told["webhook_id"]!),
            "as the system's own delivery of the event");
    }

    static IEnumerable<JsonObject> Lines(Heard heard) =>
        heard.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line =>
            line.EndsWith('}')).Select(line => JsonNode.Parse(line)!.AsObject());

    static bool IsSigned(Asked one, string secret)
    {
        var signed = $"{one.Headers["webhook-id"]}.{one.Headers["webhook-timestamp"]}.{one.Body}";
        var expected = HMACSHA256.HashData(Convert.FromBase64String(secret["whsec_".Length..]), Encoding.UTF8.GetBytes(signed));
        return one.Headers["webhook-signature"] == $"v1,{Convert.ToBase64String(expected)}";
    }

    static async Task<string?> WebhookIdOfAsync(SystemEndpoints system, string after, string jobId) =>
        (string?)(await ReadAsync(system, $"type=job.completed&after={after}"))["data"]!.AsArray().Single(one =>
            (string?)one!["data"]!["id"] == jobId)!["id"];

    static async Task<JsonNode> ReadAsync(SystemEndpoints system, string query)
    {
        using var http = new HttpClient { BaseAddress = new Uri(system.Gateway) };
        http.DefaultRequestHeaders.Add("X-API-Key", system.TestKey);
        return JsonNode.Parse(await http.GetStringAsync($"/v1/events?{query}"))!;
    }
}
