using VideoGen.Providers.Connectors;
using VideoGen.VendorSimulators;

namespace VideoGen.Providers.Tests.Connectors.Described;

/// <summary>A vendor says no to a cancel, and the work goes on there.</summary>
[TestFixture, NonParallelizable] // It tells the same vendors what to do next as the other fixtures do.
internal sealed class Refusing_a_cancel
{
    [TestCase("ark", "video", Behaviour.Stall)]
    [TestCase("luma-dream-machine", "video", Behaviour.Slow)]
    [TestCase("replicate", "model", Behaviour.Slow)]
    public async Task Work_that_goes_on_is_not_told_as_stopped(string vendor, string task, Behaviour how)
    {
        var host = await SimulatedHost.GetAsync();
        var (cases, one) = (new VendorCases(host.Vendors, host.Providers), new Spoken(vendor, task));
        var (request, connector) = (cases.Request(one), cases.Connector(one));
        host.Vendors[vendor].Next(how);
        host.Vendors[vendor].Misbehaves = Misbehaviour.RefusesCancel;
        try
        {
            var accepted = (CreateAnswer.Accepted)await connector.CreateAsync(request, CancellationToken.None);
            var work = new VendorWork(request.ClientReference, accepted.VendorId, request.Model, accepted.Memo);
            Assert.That(await connector.CancelAsync(work, CancellationToken.None), Is.EqualTo(CancelAnswer.NotPossible));
            Assert.That(host.Vendors[vendor].Calls, Has.Some.Contains(accepted.VendorId));
        }
        finally
        {
            host.Vendors[vendor].Misbehaves = Misbehaviour.None;
        }
    }
}
