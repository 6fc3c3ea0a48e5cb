using System.Text.Json;
using VideoGen.Providers.Connectors;
using VideoGen.Providers.Connectors.Described;

namespace VideoGen.Providers.Tests.Connectors.Described;

/// <summary>Work that was handed over by a route or a task that is not in the catalogue any more is not asked for elsewhere.</summary>
[TestFixture]
internal sealed class Outliving_the_catalogue
{
    static readonly JsonElement NoSettings = JsonElement.Parse("{}");

    [TestCase("kling")]
    [TestCase("replicate")]
    public async Task A_task_that_is_not_described_any_more_tells_nothing_and_throws_nothing(string vendor)
    {
        var connector = Unconnected(vendor);
        var memo = JsonElement.Parse("""{"task":"renamed","settings":{"task":"renamed"},"poll_url":null}""");
        var work = new VendorWork(Guid.Empty, "v-1", "m", memo);
        Assert.That(await connector.GetAsync(work, CancellationToken.None), Is.TypeOf<VendorState.Unknown>());
        Assert.That(await connector.CancelAsync(work, CancellationToken.None), Is.EqualTo(CancelAnswer.NotPossible));
        Assert.That(await connector.OpenBytesAsync(work, CancellationToken.None), Is.Null);
        var lost = Lost(JsonElement.Parse("""{"task":"renamed"}"""), told: "v-1", knowsRoute: true);
        Assert.That(await connector.FindAsync(lost, CancellationToken.None), Is.TypeOf<FindAnswer.Undecided>());
    }

    /// <summary>Of several tasks the first would be asked, and not know it; a list would be compared with other words.</summary>
    [TestCase("kling", null, false)]
    [TestCase("kling", "v-1", false)]
    [TestCase("ark", null, false)]
    [TestCase("ark", "v-1", true)]
    public async Task A_lost_create_by_an_unknown_route_is_found_only_by_the_vendors_id(string vendor, string? told, bool isFound)
    {
        var connector = Unconnected(vendor);
        var found = await connector.FindAsync(Lost(NoSettings, told, knowsRoute: false), CancellationToken.None);
        Assert.That(found, isFound ? Is.TypeOf<FindAnswer.Found>() : Is.TypeOf<FindAnswer.Undecided>());
    }

    /// <summary>It can call nobody.</summary>
    static DescribedConnector Unconnected(string vendor) =>
        new(Descriptions.Of(vendor), new DescribedVendorOptions(), null!, null!, TimeProvider.System);

    static LostWork Lost(JsonElement settings, string? told, bool knowsRoute)
    {
        var request = new CreateRequest(Guid.Empty, "m", NoSettings, [], settings, Script: null, DateTimeOffset.UtcNow.AddHours(1));
        return new LostWork(request, DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddMinutes(10), told, knowsRoute);
    }
}
