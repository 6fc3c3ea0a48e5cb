using Npgsql;
using VideoGen.Accounts.Contracts.Events;
using VideoGen.Jobs.Contracts.Events;
using VideoGen.Jobs.Tests.Harness;
using VideoGen.Providers.Contracts.Commands;
using VideoGen.Providers.Contracts.Events;
using VideoGen.Testing;

namespace VideoGen.Jobs.Tests.Erasure;

/// <summary>An account was deleted by its owner: what runs is stopped, and nothing stays of what was asked for and made.</summary>
[TestFixture]
public sealed class Erasing_an_account
{
    static readonly string[] Holders =
        ["job", "feed_event", "webhook_endpoint", "webhook_delivery", "webhook_attempt", "idempotency_key", "dead_letter"];

    JobsApplication _app = null!;

    [OneTimeSetUp]
    public async Task Start() => _app = await JobsApplication.StartAsync("erasure");

    [OneTimeTearDown]
    public async Task Stop() => await _app.DisposeAsync();

    [SetUp]
    public void Succeed() => _app.Bus.Answer = _app.Bus.SucceedAsync;

    [TestCase(false)]
    [TestCase(true)]
    public async Task Leaves_nothing_of_what_it_sent_and_got(bool test)
    {
        var (account, other) = (_app.Account(test), _app.Account(test));
        var (mark, others) = ($"mark{Guid.NewGuid():n}", $"mark{Guid.NewGuid():n}");
        await CompleteAsync(account, mark);
        await _app.Database.AddDeadLetterAsync(await FailAsync(account, mark), mark);
        var kept = await CompleteAsync(other, others);
        await _app.Database.AddDeadLetterAsync(kept, others);
        foreach (var (owner, word) in ((TestAccount, string)[])[(account, mark), (other, others)]) await AddWebhooksAsync(owner, word);
        Assert.That(await TracesAsync(mark), Is.SupersetOf(Holders), "or else the test would look for nothing");

        await EraseAsync(account);
        await Eventually.ThatAsync(async () => (await TracesAsync(mark)).Count == 0, because: "the outbox has sent what it held");
        foreach (var table in (string[])["feed_event", "webhook_endpoint", "webhook_secret", "webhook_delivery", "idempotency_key"])
            Assert.That(await CountAsync($"{table} where account_id = $1", account), Is.Zero, table);
        Assert.That(await CountAsync("job where account_id = $1 and model = 'wan' and deleted_at is not null and key_id is null", account),
            Is.EqualTo(2), "what ran when stays");
        Assert.That(await _app.FaultsAsync(), Is.Empty);

        Assert.That(await TracesAsync(others), Does.Contain("job").And.Contain("webhook_endpoint").And.Contain("dead_letter"), "nobody else's is touched");
        Assert.That((await other.GetAsync(kept)).Input.GetRawText(), Does.Contain(others));
    }

    [Test]
    public async Task Stops_what_lives_first()
    {
        var account = _app.Account();
        _app.Bus.Answer = command => command is StartGeneration start
            ? _app.Bus.PublishAsync(Words.Started(start.JobId)) : _app.Bus.SucceedAsync(command);
        var (running, deleted) = ((await account.SubmitAsync()).Id, (await account.SubmitAsync()).Id);
        await account.StatusAsync(running, "running");
        (await account.Client.DeleteAsync($"/v1/jobs/{deleted}")).Dispose();

        await EraseAsync(account);
        foreach (var job in (Guid[])[running, deleted])
        {
            Assert.That(_app.Bus.NamesOf(job), Does.Contain("CancelGeneration").And.Contain("ReleaseCredits"));
            Assert.That(await _app.Database.ScalarAsync<string>("select status from job where id = $1", job), Is.EqualTo("cancelled"));
        }
        Assert.That(await CountAsync("slot where account_id = $1", account), Is.Zero);
        Assert.That((await account.RefusedAsync("""{"model":"wan","input":{"prompt":"a cat"}}""", 403)).Detail, Does.Contain("closed"));
    }

    /// <summary>What comes late goes with the second time, and with each repetition of the message.</summary>
    [Test]
    public async Task Takes_what_came_late_the_next_time()
    {
        var (account, mark) = (_app.Account(), $"mark{Guid.NewGuid():n}");
        var job = await CompleteAsync(account, mark);
        await EraseAsync(account);
        await _app.Database.ExecuteAsync(
            "update job set late_success = to_json($2::text) where id = $1", job, mark);
        await AddWebhooksAsync(account, mark);
        Assert.That(await DueInAsync(account), Is.GreaterThan(50).And.LessThanOrEqualTo(60));

        await _app.Bus.PublishAsync(new AccountClosed(account.Id));
        await _app.Bus.WaitForAsync<AccountErased>(account.Id, count: 2);
        Assert.That(await TracesAsync(mark), Is.Empty);
        await Eventually.ThatAsync(async () => await DueInAsync(account) is > 50 and <= 60,
            because: "the run an hour after the first one stays");

        await _app.Database.ExecuteAsync("update closed_account set erased_at = erased_at - interval '1 hour' where account_id = $1", account.Id);
        await _app.Bus.PublishAsync(new AccountClosed(account.Id));
        await _app.Bus.WaitForAsync<AccountErased>(account.Id, count: 3);
        await Eventually.ThatAsync(async () => await DueInAsync(account) is null, because: "nothing more is due");
    }

    [Test]
    public async Task Keeps_nothing_of_a_vendors_late_word()
    {
        var (account, other) = (_app.Account(), _app.Account());
        var (job, others) = (await FailAsync(account, "mine"), await FailAsync(other, "theirs"));
        await EraseAsync(account);
        foreach (var id in (Guid[])[job, others]) await _app.Bus.PublishAsync(Words.Succeeded(id));
        await Eventually.ThatAsync(async () => await IsLateAsync(others), because: "of others it is noted");
        Assert.That(await IsLateAsync(job), Is.False);

        Task<bool> IsLateAsync(Guid id) => _app.Database.ScalarAsync<bool>("select late_success is not null from job where id = $1", id);
    }

    [Test]
    public async Task Goes_on_after_a_restart_in_the_middle()
    {
        var (account, mark) = (_app.Account(), $"mark{Guid.NewGuid():n}");
        await CompleteAsync(account, mark);
        await AddWebhooksAsync(account, mark);
        await using var connection = await _app.Database.OpenAsync();
        await using var held = await connection.BeginTransactionAsync();
        await using var hold = new NpgsqlCommand("select 1 from webhook_endpoint where account_id = $1 for update", connection, held);
        hold.Parameters.Add(new() { Value = account.Id });
        await hold.ExecuteNonQueryAsync();

        await _app.Bus.PublishAsync(new AccountClosed(account.Id));
        await Eventually.ThatAsync(async () => await _app.Database.ScalarAsync<long>(
            "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and query like 'delete from webhook_endpoint%'") > 0,
            because: "the erasing waits in the middle");
        await _app.RestartAsync();
        await held.RollbackAsync();
        await _app.Bus.WaitForAsync<AccountErased>(account.Id);
        Assert.That(await TracesAsync(mark), Is.Empty);
    }

    /// <summary>A submit that has entered the queue is seen by the erasing; one that comes after the closing enters none.</summary>
    [Test]
    public async Task Lets_no_job_slip_through()
    {
        for (var time = 0; time < 5; time++)
        {
            var account = _app.Account();
            var body = new { model = "wan", input = new { prompt = "a cat" } };
            var submits = Enumerable.Range(0, 6).Select(_ => account.PostAsync(body)).ToList();
            await _app.Bus.PublishAsync(new AccountClosed(account.Id));
            var answers = await Task.WhenAll(submits);
            Assert.That(answers.Select(answer => (int)answer.StatusCode), Is.All.AnyOf(202, 403));
            await _app.Bus.WaitForAsync<AccountErased>(account.Id);
            Assert.That(await CountAsync("job where account_id = $1 and (ended_at is null or input::text <> '{}')", account), Is.Zero);
        }
    }

    async Task EraseAsync(TestAccount account)
    {
        await _app.Bus.PublishAsync(new AccountClosed(account.Id));
        await _app.Bus.WaitForAsync<AccountErased>(account.Id);
    }

    async Task<Guid> CompleteAsync(TestAccount account, string mark)
    {
        var job = await SubmitAsync(account, mark);
        Assert.That((await account.EndOfAsync(job)).Status, Is.EqualTo("completed"));
        return job;
    }

    async Task<Guid> FailAsync(TestAccount account, string mark)
    {
        _app.Bus.Answer = command => command is StartGeneration start
            ? _app.Bus.PublishAsync(new GenerationFailed(start.JobId, Words.AttemptOf(start.JobId), "provider_failed", $"No {mark}."))
            : Task.CompletedTask;
        var job = await SubmitAsync(account, mark);
        Assert.That((await account.EndOfAsync(job)).Status, Is.EqualTo("failed"));
        _app.Bus.Answer = _app.Bus.SucceedAsync;
        return job;
    }

    static async Task<Guid> SubmitAsync(TestAccount account, string mark)
    {
        var body = new { model = "wan", input = new { prompt = $"A lighthouse, {mark}" }, metadata = new { mark } };
        return (await account.SubmitAsync(body, key: $"{mark}-{Guid.NewGuid():n}")).Id;
    }

    /// <summary>An endpoint with its secret, and a delivery that has been tried once.</summary>
    async Task AddWebhooksAsync(TestAccount account, string mark)
    {
        var (endpoint, delivery, url) = (Guid.CreateVersion7(), Guid.CreateVersion7(), $"https://{mark}.example/hook");
        await _app.Database.ExecuteAsync(
            "insert into webhook_endpoint (id, account_id, url, events, description) values ($1, $2, $3, '{*}', $4)",
            endpoint, account.Id, url, mark);
        await _app.Database.ExecuteAsync(
            "insert into webhook_secret (id, owner_id, account_id, cipher) values ($1, $1, $2, '\\x00')", endpoint, account.Id);
        await _app.Database.ExecuteAsync("""
            insert into webhook_delivery (id, account_id, endpoint_id, event_id, event_at, type, body, status, last_error)
            values ($1, $2, $3, $1, now(), 'webhook.test', convert_to($4, 'utf8'), 'failed', $4)
            """, delivery, account.Id, endpoint, mark);
        await _app.Database.ExecuteAsync(
            "insert into webhook_attempt (delivery_id, number, url, reply) values ($1, 1, $2, $3)", delivery, url, mark);
    }

    Task<long> CountAsync(string from, TestAccount account) =>
        _app.Database.ScalarAsync<long>("select count(*) from " + from, account.Id);

    Task<IReadOnlyList<string>> TracesAsync(string mark) => _app.Database.TablesWithAsync(mark);

    /// <summary>Minutes until it is erased again; null when it is not.</summary>
    Task<double?> DueInAsync(TestAccount account) => _app.Database.ScalarAsync<double?>(
        "select (extract(epoch from due_at - now()) / 60)::double precision from due_work where kind = 'erase-account' and id = $1",
        account.Id);
}
