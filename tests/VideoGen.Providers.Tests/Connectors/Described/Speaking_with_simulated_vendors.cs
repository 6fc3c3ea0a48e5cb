using VideoGen.Providers.Connectors;
using VideoGen.VendorSimulators;

namespace VideoGen.Providers.Tests.Connectors.Described;

/// <summary>Every task of every description in every case that there is for it.</summary>
[TestFixture]
internal sealed class Speaking_with_simulated_vendors
{
    SimulatedVendors _vendors = null!;
    VendorCases _cases = null!;

    public static IEnumerable<TestCaseData> All =>
        from vendor in Descriptions.All.Values
        from task in vendor.Tasks.Keys
        let one = new Spoken(vendor.Name, task)
        from expected in VendorCases.All
        where expected.Fits(one)
        select new TestCaseData(one, expected).SetArgDisplayNames($"{one}", $"{expected}");

    [OneTimeSetUp]
    public async Task Start()
    {
        var host = await SimulatedHost.GetAsync();
        (_vendors, _cases) = (host.Vendors, new VendorCases(host.Vendors, host.Providers));
    }

    [TestCaseSource(nameof(All))]
    public Task It_goes_as_it_should(Spoken one, VendorCase expected) => expected.RunAsync(_cases, one);

    /// <summary>Ark's list shows neither our id nor the prompt.</summary>
    [Test]
    public async Task Two_lost_creates_that_look_alike_are_not_guessed_at()
    {
        var ark = new Spoken("ark", "video");
        var request = _cases.Request(ark);
        _vendors["ark"].Forget();
        foreach (var lost in (CreateRequest[])[request, _cases.Request(ark)]) await _cases.IsUnknownAsync(ark, lost, Behaviour.LoseAnswer);
        var answer = await _cases.Connector(ark).FindAsync(VendorCases.Lost(request), CancellationToken.None);
        Assert.That(answer, Is.TypeOf<FindAnswer.Undecided>());
    }
}
