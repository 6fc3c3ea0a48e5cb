using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using VideoGen.Accounts.Contracts;
using VideoGen.HttpApi;
using VideoGen.Jobs.Contracts;
using VideoGen.System.Tests.Clients;
using VideoGen.System.Tests.Stage;

namespace VideoGen.System.Tests.Faults;

/// <summary>
/// kill -9 of Jobs every seven seconds while submits with keys come in. Every client comes back with its key until it has its job:
/// none waits long, each key has one job, no credits stay behind for jobs that are not there, and the feed has no job go backwards.
/// </summary>
[TestFixture]
public sealed class Submitting_while_Jobs_is_killed
{
    /// <summary>A live job on the simulator, which costs what the model costs and is made at once: the submit is what counts here.</summary>
    static readonly object Body = new { model = "elevenlabs-tts", input = new { text = "Hello" }, simulate = new { } };

    static readonly HttpStatusCode[] Passing =
    [
        HttpStatusCode.Conflict, HttpStatusCode.BadGateway, HttpStatusCode.ServiceUnavailable, HttpStatusCode.GatewayTimeout,
        // Clients that repeat often enough meet their plan's limit; it says how long to wait, and the wait counts.
        HttpStatusCode.TooManyRequests,
    ];

    static readonly TimeSpan BetweenKills = TimeSpan.FromSeconds(7);
    static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(15);
    static readonly TimeSpan HeldForNothing = TimeSpan.FromSeconds(30);

    [Test, Explicit("It measures: on two busy cores the longest wait is not met yet.")]
    public Task For_twenty_seconds() => RunAsync(TimeSpan.FromSeconds(20), perSecond: 4);

    [Test, Explicit("It takes five minutes.")]
    public Task For_three_minutes_under_ten_submits_a_second() => RunAsync(TimeSpan.FromMinutes(3), perSecond: 10);

    static async Task RunAsync(TimeSpan length, int perSecond)
    {
        await using var system = await TheSystem.StartAnotherAsync(new() { ["Connectors__Simulator__Instant"] = "true" });
        using var customer = await Customer.SignUpAsync(system, credits: 100_000);
        using var ended = new CancellationTokenSource(length);
        var killing = KillAsync(system, ended.Token);
        var clients = new List<Task<Patient>>();
        using var tick = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / perSecond));
        while (!ended.IsCancellationRequested && await tick.WaitForNextTickAsync(CancellationToken.None))
            clients.Add(SubmitAsync(customer.Native.Http, $"loop-{clients.Count}"));
        var kills = await killing;
        var patients = await Task.WhenAll(clients);
        Tell(kills, patients);

        Assert.That(patients.Max(patient => patient.Waited), Is.LessThan(LongestWait));
        Assert.That(patients.Select(patient => patient.JobId), Is.Unique);
        var jobs = await HeldForJobsAsync(customer.Native);
        Assert.That(jobs.Count, Is.EqualTo(patients.Length), "one job a key");
        await AssertMoneyAsync(customer.Native);
        await AssertOrderAsync(customer.Native);
    }

    static async Task<int> KillAsync(StartedSystem system, CancellationToken ct)
    {
        var kills = 0;
        using var tick = new PeriodicTimer(BetweenKills);
        while (true)
        {
            try
            {
                await tick.WaitForNextTickAsync(ct);
            }
            catch (OperationCanceledException)
            {
                return kills;
            }
            system.Kill("jobs");
            kills++;
        }
    }

    /// <summary>A careful client: the same key until an answer came, after the pause it was told, and a longer one each time.</summary>
    static async Task<Patient> SubmitAsync(HttpClient http, string key)
    {
        var since = TimeProvider.System.GetTimestamp();
        var refusals = new List<HttpStatusCode?>();
        while (true)
        {
            var pause = TimeSpan.FromSeconds(Math.Min(2, 0.2 * Math.Pow(1.5, refusals.Count)));
            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/jobs")
                {
                    Content = JsonContent.Create(Body, options: ApiJson.Options),
                    Headers = { { "Idempotency-Key", key } },
                };
                using var answer = await http.SendAsync(request);
                if (answer.StatusCode == HttpStatusCode.Accepted)
                {
                    var job = (await answer.Content.ReadFromJsonAsync<JobView>(ApiJson.Options))!;
                    return new Patient(job.Id, TimeProvider.System.GetElapsedTime(since), refusals);
                }
                refusals.Add(answer.StatusCode);
                Assert.That(Passing, Does.Contain(answer.StatusCode), await answer.Content.ReadAsStringAsync());
                if (answer.Headers.RetryAfter?.Delta is { } told && told > pause) pause = told;
            }
            catch (HttpRequestException)
            {
                refusals.Add(null);
            }
            await Task.Delay(pause);
        }
    }

    static void Tell(int kills, Patient[] patients)
    {
        var waits = patients.Select(patient => patient.Waited.TotalSeconds).Order().ToList();
        var refusals = patients.SelectMany(patient => patient.Refusals).GroupBy(status => (int?)status).OrderBy(group => group.Key)
            .Select(group => $"{group.Count()} × {group.Key?.ToString() ?? "no answer"}");
        TestContext.Out.WriteLine($"{kills} kills, {patients.Length} submits; waits: median {waits[waits.Count / 2]:F2} s, "
            + $"99 % {waits[waits.Count * 99 / 100]:F2} s, longest {waits[^1]:F2} s; refusals: {string.Join(", ", refusals)}");
    }

    /// <summary>All that is held is held for a job that lives, 30 s later at the latest; and nothing when all have ended.</summary>
    static async Task AssertMoneyAsync(NativeClient customer)
    {
        var since = TimeProvider.System.GetTimestamp();
        await TheSystem.UntilAsync(async () =>
        {
            var held = (await customer.AccountAsync()).Credits.Held;
            var (_, living) = await HeldForJobsAsync(customer);
            return held <= living ? "nothing" : null;
        }, HeldForNothing);
        var took = TimeProvider.System.GetElapsedTime(since);
        TestContext.Out.WriteLine($"{took.TotalSeconds:F1} s later nothing was held for a job that is not there");
        await TheSystem.UntilAsync(HeldAsync, TimeSpan.FromMinutes(4));

        async Task<AccountView?> HeldAsync() => await customer.AccountAsync() is { Credits.Held: 0 } account ? account : null;
    }

    static async Task<(int Count, long Held)> HeldForJobsAsync(NativeClient customer)
    {
        var (count, held) = (0, 0L);
        var cursor = "";
        while (true)
        {
            var page = await customer.GetAsync<JsonElement>($"/v1/jobs?limit=100{cursor}");
            foreach (var job in page.GetProperty("data").EnumerateArray())
            {
                count++;
                var isAlive = !JobStatus.Ends.Contains(job.GetProperty("status").GetString()!);
                if (isAlive) held += job.GetProperty("credits").GetProperty("held").GetInt64();
            }
            if (page.GetProperty("next_cursor") is not { ValueKind: JsonValueKind.String } next) return (count, held);
            cursor = $"&cursor={next.GetString()}";
        }
    }

    static async Task AssertOrderAsync(NativeClient customer)
    {
        var newest = new Dictionary<Guid, long>();
        var after = "";
        while (true)
        {
            var page = await customer.GetAsync<JsonElement>($"/v1/events?limit=500{after}");
            foreach (var job in page.GetProperty("data").EnumerateArray().Select(row => row.GetProperty("data")))
            {
                var (id, version) = (job.GetProperty("id").GetGuid(), job.GetProperty("version").GetInt64());
                Assert.That(version, Is.GreaterThan(newest.GetValueOrDefault(id)), $"job {id} goes backwards");
                newest[id] = version;
            }
            if (!page.GetProperty("has_more").GetBoolean()) return;
            after = "&after=" + page.GetProperty("next_cursor").GetString();
        }
    }

    sealed record Patient(Guid JobId, TimeSpan Waited, IReadOnlyList<HttpStatusCode?> Refusals);
}
