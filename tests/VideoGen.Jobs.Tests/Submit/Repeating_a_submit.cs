using VideoGen.HttpApi.Errors;
using VideoGen.Jobs.Contracts;
using VideoGen.Jobs.Tests.Harness;
using VideoGen.Testing;

namespace VideoGen.Jobs.Tests.Submit;

[TestFixture]
public sealed class Repeating_a_submit
{
    const string Body = """{"model":"wan","input":{"prompt":"a cat"}}""";

    JobsApplication _app = null!;

    [OneTimeSetUp]
    public async Task Start() => _app = await JobsApplication.StartAsync("repeating");

    [OneTimeTearDown]
    public async Task Stop() => await _app.DisposeAsync();

    [TearDown]
    public void Reset()
    {
        _app.Others.AccountsIsAway = false;
        _app.Others.BeforeHold = () => Task.CompletedTask;
        _app.Others.AfterHold = () => Task.CompletedTask;
    }

    [Test]
    public async Task A_thousand_times_at_once_makes_one_job_and_one_hold()
    {
        var account = _app.Account();
        await using var second = await _app.AnotherAsync();
        var elsewhere = second.Account(id: account.Id);
        var calls = _app.Others.HoldCalls;

        var answers = await Task.WhenAll(Enumerable.Range(0, 1000).Select(i => (i % 2 == 0 ? account : elsewhere).PostAsync(Body, "one-key")));
        var accepted = answers.Where(answer => (int)answer.StatusCode == 202).ToList();
        var bodies = await Task.WhenAll(accepted.Select(answer => answer.Content.ReadAsStringAsync()));
        Assert.Multiple(async () =>
        {
            Assert.That(answers.Select(answer => (int)answer.StatusCode).Distinct(), Is.SubsetOf(new[] { 202, 409 }));
            Assert.That(bodies.Distinct().Count(), Is.EqualTo(1));
            Assert.That(accepted.Count(answer => !answer.Headers.Contains("Idempotent-Replayed")), Is.EqualTo(1));
            Assert.That(_app.Others.Holds.Values.Count(hold => hold.AccountId == account.Id), Is.EqualTo(1));
            Assert.That(_app.Others.HoldCalls - calls, Is.EqualTo(1));
            Assert.That(await _app.Database.ScalarAsync<long>("select count(*) from job where account_id = $1", account.Id), Is.EqualTo(1));
        });
        foreach (var answer in answers.Where(answer => (int)answer.StatusCode == 409))
        {
            Assert.That(answer.Headers.RetryAfter!.Delta, Is.EqualTo(TimeSpan.FromSeconds(1)));
            Assert.That((await TestAccount.ReadAsync<Problem>(answer)).Code, Is.EqualTo("idempotency_key_in_flight"));
        }
    }

    [Test]
    public async Task Answers_the_same_however_the_job_has_gone_on()
    {
        var account = _app.Account();
        using var first = await account.PostAsync(Body, "again");
        var job = await TestAccount.ReadAsync<JobView>(first);
        await account.EndOfAsync(job.Id);
        using var repeated = await account.PostAsync(Body, "\"again\"");
        Assert.Multiple(async () =>
        {
            Assert.That((int)repeated.StatusCode, Is.EqualTo(202));
            Assert.That(await repeated.Content.ReadAsStringAsync(), Is.EqualTo(await first.Content.ReadAsStringAsync()));
            Assert.That(repeated.Headers.Location, Is.EqualTo(first.Headers.Location));
            Assert.That(repeated.Headers.GetValues("Idempotent-Replayed").Single(), Is.EqualTo("true"));
        });
    }

    [Test]
    public async Task With_another_body_is_refused()
    {
        var account = _app.Account();
        await account.SubmitAsync(key: "key");
        var problem = await account.RefusedAsync("""{"model":"wan","input":{"prompt":"a dog"}}""", 422, "key");
        Assert.That(problem.Code, Is.EqualTo("idempotency_key_reused"));
    }

    [Test]
    public async Task With_the_gateway_s_fingerprint_looks_past_the_body()
    {
        var account = _app.Account();
        Guid[] ids = [.. await Task.WhenAll(new[] { "a cat", "a dog" }.Select(async prompt =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/jobs")
            {
                Content = new StringContent(Body.Replace("a cat", prompt, StringComparison.Ordinal), System.Text.Encoding.UTF8, "application/json"),
                Headers = { { "Idempotency-Key", "translated" }, { "X-VideoGen-Fingerprint", new string('A', 64) } },
            };
            using var answer = await account.Client.SendAsync(request);
            return (await TestAccount.ReadAsync<JobView>(answer)).Id;
        }))];
        Assert.That(ids[0], Is.EqualTo(ids[1]));
    }

    [Test]
    public async Task Under_another_account_is_another_job()
    {
        var jobs = await Task.WhenAll(_app.Account().SubmitAsync(key: "shared"), _app.Account().SubmitAsync(key: "shared"));
        Assert.That(jobs[0].Id, Is.Not.EqualTo(jobs[1].Id));
    }

    [Test]
    public async Task After_a_refusal_tries_afresh()
    {
        var account = _app.Account();
        _app.Others.Credits[account.Id] = 0;
        await account.RefusedAsync(Body, 402, "try");
        _app.Others.Credits[account.Id] = 100;
        _app.Others.AccountsIsAway = true;
        await account.RefusedAsync(Body, 503, "try");
        _app.Others.AccountsIsAway = false;
        await account.SubmitAsync(System.Text.Json.JsonSerializer.Deserialize<object>(Body), "try");
    }

    [TestCase("""{ "input" : {"prompt":"a c\u0061t"}, "model":"wan" }""")]
    [TestCase("""{"input":{"prompt":"a cat"},"model":"w\u0061n"}""")]
    [TestCase("\n{\"model\":\"wan\",\t\"input\":{\"prompt\":\"a cat\"}}\n")]
    public async Task In_other_words_is_the_same(string again)
    {
        var account = _app.Account();
        var job = await account.SubmitAsync(System.Text.Json.JsonSerializer.Deserialize<object>(Body), "words");
        using var answer = await account.PostAsync(again, "words");
        Assert.That((await TestAccount.ReadAsync<JobView>(answer)).Id, Is.EqualTo(job.Id));
    }

    [Test]
    public async Task With_another_way_to_write_a_number_is_the_same()
    {
        var account = _app.Account();
        var ids = new List<Guid>();
        foreach (var number in new[] { "4", "4.0", "40e-1", "0.4E1" })
        {
            var body = """{"model":"wan","input":{"prompt":"a cat","cfg":7}}""".Replace("7", number);
            using var answer = await account.PostAsync(body, "number");
            ids.Add((await TestAccount.ReadAsync<JobView>(answer)).Id);
        }
        Assert.That(ids.Distinct().Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task With_a_test_key_and_then_with_a_live_one_makes_two_jobs()
    {
        var live = _app.Account();
        var body = System.Text.Json.JsonSerializer.Deserialize<object>(Body);
        var tested = await _app.Account(test: true, id: live.Id).SubmitAsync(body, "both");
        var lived = await live.SubmitAsync(body, "both");
        Assert.That((tested.Test, lived.Test, tested.Id == lived.Id), Is.EqualTo((true, false, false)));
    }

    [Test]
    public async Task While_another_instance_is_at_work_waits_for_its_answer()
    {
        var account = _app.Account();
        await using var second = await _app.AnotherAsync();
        var gate = new TaskCompletionSource();
        var held = 0;
        _app.Others.BeforeHold = () => Interlocked.Increment(ref held) == 1 ? gate.Task : Task.CompletedTask;
        var first = account.PostAsync(Body, "slow");
        await Eventually.ThatAsync(() => Volatile.Read(ref held) == 1);
        var elsewhere = second.Account(id: account.Id);
        var repeated = elsewhere.PostAsync(Body, "slow");
        // Others come and go there meanwhile.
        for (var i = 0; i < 5; i++) await elsewhere.SubmitAsync();
        Assert.That(repeated.IsCompleted, Is.False, "it waits");
        gate.SetResult();
        using var answer = await first;
        using var same = await repeated;
        Assert.Multiple(async () =>
        {
            Assert.That(((int)answer.StatusCode, (int)same.StatusCode), Is.EqualTo((202, 202)));
            Assert.That(await same.Content.ReadAsStringAsync(), Is.EqualTo(await answer.Content.ReadAsStringAsync()));
            Assert.That(held, Is.EqualTo(6));
        });
    }

    [Test]
    public async Task A_request_that_was_overtaken_makes_no_job()
    {
        var account = _app.Account();
        var gate = new TaskCompletionSource();
        var held = 0;
        _app.Others.BeforeHold = () => Interlocked.Increment(ref held) == 1 ? gate.Task : Task.CompletedTask;
        var slow = account.PostAsync(Body, "overtaken");
        await Eventually.ThatAsync(() => Volatile.Read(ref held) == 1);
        // As if it hung for longer than its lease: another request on another instance takes the key over.
        await _app.Database.ExecuteAsync("update idempotency_key set lease_until = now() - interval '1 s' where key = 'overtaken'");
        await using var second = await _app.AnotherAsync();
        var winner = await second.Account(id: account.Id).SubmitAsync(System.Text.Json.JsonSerializer.Deserialize<object>(Body), "overtaken");
        gate.SetResult();
        using var loser = await slow;
        Assert.Multiple(async () =>
        {
            Assert.That((await TestAccount.ReadAsync<JobView>(loser)).Id, Is.EqualTo(winner.Id));
            Assert.That(await _app.Database.ScalarAsync<long>("select count(*) from job where account_id = $1", account.Id), Is.EqualTo(1));
            Assert.That(_app.Others.Holds.Where(hold => hold.Value.AccountId == account.Id).Select(hold => hold.Key), Is.EqualTo(new[] { winner.Id }));
        });
    }

    [Test]
    public async Task Is_possible_for_thirty_days()
    {
        var account = _app.Account();
        var job = await account.SubmitAsync(key: "old");
        await _app.Database.ExecuteAsync("update idempotency_key set created_at = now() - interval '31 days' where key = 'old'");
        await _app.Database.ExecuteAsync("update due_work set due_at = now() where kind = 'idempotency-retention'");
        await Eventually.ThatAsync(async () => await _app.Database.ScalarAsync<long>("select count(*) from idempotency_key where key = 'old'") == 0);
        Assert.That((await account.SubmitAsync(key: "old")).Id, Is.Not.EqualTo(job.Id));
    }
}
