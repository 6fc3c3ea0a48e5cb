using VideoGen.Jobs.Contracts;
using VideoGen.System.Tests.Foreign;
using VideoGen.System.Tests.Stage;

namespace VideoGen.System.Tests.Crossing;

/// <summary>A job made through each API, in each state, read through every API under the same account: the same state, the same file.</summary>
[TestFixture]
public sealed class Reading_a_job_through_another_api
{
    static readonly string[] States = [JobStatus.Running, JobStatus.Completed, JobStatus.Failed, JobStatus.Cancelled];

    readonly Dictionary<(Maker Maker, string State, Reader Reader), Reading> _readings = [];
    readonly Dictionary<Maker, JobView> _completed = [];
    Customer _customer = null!;

    static IEnumerable<TestCaseData> Cases =>
        from maker in Maker.All
        from reader in Reader.All
        from state in States
        select new TestCaseData(maker, reader, state).SetArgDisplayNames($"made by {maker}", $"read by {reader}", state);

    [OneTimeSetUp]
    public async Task Make_and_read_them_all()
    {
        _customer = await TheSystem.NewCustomerAsync(credits: 100_000);
        Dictionary<Maker, Guid> failing;
        using (TheSystem.Shared.Vendor.Break())
        {
            failing = await SubmitAllAsync();
            foreach (var id in failing.Values) await _customer.FailedAsync(id);
        }
        await ReadAllAsync(failing, JobStatus.Failed);

        Dictionary<Maker, Guid> running;
        using (TheSystem.Shared.Vendor.Hold())
        {
            var stopped = await SubmitAllAsync();
            foreach (var id in stopped.Values) await _customer.RunningAsync(id);
            foreach (var id in stopped.Values) await _customer.CancelledAsync(id);
            await ReadAllAsync(stopped, JobStatus.Cancelled);
            running = await SubmitAllAsync();
            foreach (var id in running.Values) await _customer.RunningAsync(id);
            await ReadAllAsync(running, JobStatus.Running);
        }

        foreach (var (maker, id) in running) _completed[maker] = await _customer.CompletedAsync(id);
        await ReadAllAsync(running, JobStatus.Completed);
    }

    [OneTimeTearDown]
    public void Clear_away() => _customer.Dispose();

    [Test]
    public void Knows_every_dialect() => Assert.Multiple(() =>
    {
        var doors = RouteList.Dialects.Prepend(Door.Native.Name);
        Assert.That(Maker.All.Select(maker => maker.Door.Name), Is.EquivalentTo(doors));
        Assert.That(Reader.All.Select(reader => reader.Door.Name), Is.EquivalentTo(doors));
    });

    [TestCaseSource(nameof(Cases))]
    public void Shows_the_same_state_and_result(object made, object read, string state)
    {
        var (maker, reader) = ((Maker)made, (Reader)read);
        var reading = _readings[(maker, state, reader)];
        Assert.Multiple(() =>
        {
            Assert.That(reading.Status, Is.EqualTo(reader.WordFor(state)));
            Assert.That(reading.FileHash, Is.EqualTo(state == JobStatus.Completed ? _completed[maker].Output!.Assets[0].Sha256 : null));
            if (state == JobStatus.Failed) Assert.That(reading.Error, Is.Not.Null.And.Not.Empty);
            if (state is JobStatus.Running or JobStatus.Completed) Assert.That(reading.Error, Is.Null);
        });
    }

    async Task<Dictionary<Maker, Guid>> SubmitAllAsync()
    {
        var ids = new Dictionary<Maker, Guid>();
        foreach (var maker in Maker.All) ids[maker] = await maker.SubmitAsync(_customer);
        return ids;
    }

    async Task ReadAllAsync(Dictionary<Maker, Guid> jobs, string state)
    {
        foreach (var (maker, id) in jobs)
            foreach (var reader in Reader.All)
                _readings[(maker, state, reader)] = await reader.ReadAsync(_customer, id);
    }
}
