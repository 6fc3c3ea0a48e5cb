using System.Text.Json;
using VideoGen.Jobs.Contracts.Events;
using VideoGen.Providers.Contracts;
using VideoGen.Providers.Contracts.Commands;
using VideoGen.Providers.Contracts.Events;
using VideoGen.Providers.Outputs;
using VideoGen.Providers.Tests.Harness;
using VideoGen.Testing;

namespace VideoGen.Providers.Tests.Erasure;

[TestFixture]
internal sealed class Erasing_an_account
{
    ProvidersApplication _providers = null!;

    [OneTimeSetUp]
    public async Task Start() => _providers = await ProvidersApplication.StartAsync();

    [OneTimeTearDown]
    public async Task Stop() => await _providers.DisposeAsync();

    [Test]
    public async Task Empties_what_its_generations_were_made_from_and_made()
    {
        var (account, mark, others) = (Guid.CreateVersion7(), $"mark{Guid.NewGuid():n}", $"mark{Guid.NewGuid():n}");
        var done = await _providers.Jobs.WaitForAsync<GenerationSucceeded>(await StartAsync(account, mark));
        var broken = await StartAsync(account, mark, new SimulatorScript(FailWith: "content_rejected"));
        await _providers.Jobs.WaitForAsync<GenerationFailed>(broken);
        await _providers.Database.ExecuteAsync("""
            update attempts set error_detail = $2, vendor_memo = jsonb_build_object('poll_url', $2) where job_id = $1
            """, broken, mark);
        await _providers.Database.ExecuteAsync("delete from renders where client_reference in (select id from attempts where job_id = $1)", broken);
        var answered = _providers.Get<WorkFolder>().CreateRun(
            await _providers.Database.ScalarAsync<Guid>("select id from attempts where job_id = $1", broken), 0);
        await _providers.Database.AddDeadLetterAsync(broken, mark);
        await _providers.Jobs.WaitForAsync<GenerationSucceeded>(await StartAsync(Guid.CreateVersion7(), others));
        Assert.That(await _providers.Database.TablesWithAsync(mark), Is.SupersetOf(new[] { "generations", "attempts", "renders" }));
        Assert.That(Directory.Exists(FolderOf(done)), Is.True);

        for (var time = 0; time < 2; time++)
        {
            await _providers.Jobs.SendAsync(new AccountErased(account));
            await GoneAsync(mark);
            await Eventually.ThatAsync(
                () => !Directory.Exists(FolderOf(done)) && !Directory.Exists(answered), because: "the files go, too");
        }
        Assert.That(await _providers.Database.TablesWithAsync(others), Does.Contain("generations").And.Contain("renders"), "nobody else's");
        using var history = await _providers.Operator.GetAsync($"/admin/v1/attempts?job_id={broken}");
        Assert.That((int)history.StatusCode, Is.EqualTo(200), "what is left can be read");
    }

    [Test]
    public async Task Waits_for_what_still_runs()
    {
        var (account, mark) = (Guid.CreateVersion7(), $"mark{Guid.NewGuid():n}");
        var job = await StartAsync(account, mark, new SimulatorScript(StallAtPercent: 10));
        await _providers.Jobs.WaitForAsync<GenerationStarted>(job);
        await _providers.Jobs.SendAsync(new AccountErased(account));
        await Eventually.ThatAsync(() => DueAsync(account, "due_at > now() + interval '10 seconds'"), because: "it looks again later");
        Assert.That(await _providers.Database.TablesWithAsync(mark), Is.Not.Empty);

        await _providers.Jobs.SendAsync(new CancelGeneration(job, "account_closed"));
        await _providers.Jobs.WaitForAsync<GenerationCancelled>(job);
        await _providers.Database.ExecuteAsync("update due_work set due_at = now() where kind = 'erase-account' and id = $1", account);
        await GoneAsync(mark);
        await Eventually.ThatAsync(async () => !await DueAsync(account, "true"), because: "the work is done");
    }

    async Task<Guid> StartAsync(Guid account, string mark, SimulatorScript? script = null)
    {
        var input = JsonSerializer.SerializeToElement(new { prompt = $"A lighthouse, {mark}", width = 256, height = 256, length = 8 });
        var deadline = DateTimeOffset.UtcNow.AddMinutes(5);
        var start = new StartGeneration(Guid.CreateVersion7(), account, "wan2.1", input, [], Test: script is not null, script, deadline);
        await _providers.Jobs.SendAsync(start);
        return start.JobId;
    }

    Task GoneAsync(string mark) => Eventually.ThatAsync(
        async () => (await _providers.Database.TablesWithAsync(mark)).Count == 0, because: "no row has it any more");

    string FolderOf(GenerationSucceeded made) => Path.Combine(_providers.Settings.WorkFolder, made.AttemptId.ToString());

    async Task<bool> DueAsync(Guid account, string condition) => await _providers.Database.ScalarAsync<long>(
        $"select count(*) from due_work where kind = 'erase-account' and id = $1 and {condition}", account) > 0;
}
