using VideoGen.Storage.Contracts.Commands;
using VideoGen.Storage.Tests.Hosting;
using VideoGen.Testing;

namespace VideoGen.Storage.Tests.Ingest;

public sealed class Repeating_a_command
{
    SourceServer _source = null!;
    StorageApplication _storage = null!;
    JobsSide _jobs = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _source = await SourceServer.StartAsync();
        _storage = await StorageApplication.StartAsync($"services:providers:http:0={_source.Address}");
        _jobs = await JobsSide.StartAsync(_storage.Settings);
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _jobs.DisposeAsync();
        await _storage.DisposeAsync();
        await _source.DisposeAsync();
    }

    [Test]
    public async Task Answers_a_repeated_command_again_and_stores_nothing_more()
    {
        var order = Order(Image(_source.Serve(await SampleFiles.PngAsync())));
        for (var n = 0; n < 3; n++) await _jobs.SendAsync(order);
        await _jobs.UntilIngestedAsync(order.JobId);
        for (var n = 0; n < 2; n++) await _jobs.SendAsync(order);
        await Eventually.ThatAsync(() => _jobs.IngestedOf(order.JobId).Count >= 3, because: "each later command is answered");
        Assert.Multiple(async () =>
        {
            Assert.That(_jobs.IngestedOf(order.JobId).Select(answer => answer.Assets.Single()).Distinct().Count(), Is.EqualTo(1));
            Assert.That(await AssetsOfAsync(order), Is.EqualTo(1));
            Assert.That(_source.CallsOf(order.Outputs[0].Url!), Is.EqualTo(1));
        });
    }

    /// <summary>A later one that had seen no row would begin what is done by then a second time.</summary>
    [Test]
    public async Task Of_many_first_commands_at_once_begins_one()
    {
        var png = await SampleFiles.PngAsync();
        var orders = Enumerable.Range(0, 8).Select(_ => Order(Image(_source.Serve(png)))).ToList();
        await Task.WhenAll(orders.SelectMany(order => Enumerable.Repeat(order, 6)).Select(_jobs.SendAsync));
        foreach (var order in orders) await _jobs.UntilIngestedAsync(order.JobId);
        foreach (var order in orders)
        {
            await _jobs.SendAsync(order);
            await Eventually.ThatAsync(() => _jobs.IngestedOf(order.JobId).Count >= 2, because: "a later command is answered");
            Assert.That(_jobs.IngestedOf(order.JobId).Select(answer => answer.Assets.Single()).Distinct().Count(), Is.EqualTo(1));
            Assert.That(_source.CallsOf(order.Outputs[0].Url!), Is.EqualTo(1));
        }
    }

    static IngestOutputs Order(params OutputSource[] outputs) =>
        new(Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7(), 1, outputs);

    static OutputSource Image(Uri url) => new("image", url, null, "image/png");

    Task<long> AssetsOfAsync(IngestOutputs order) =>
        _storage.Database.ScalarAsync<long>("select count(*) from asset where job_id = $1", order.JobId);
}
