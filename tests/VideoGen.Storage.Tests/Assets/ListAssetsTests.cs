using VideoGen.HttpApi.Requests;
using VideoGen.Storage.Assets;

namespace VideoGen.Storage.Tests.Assets;

[Parallelizable(ParallelScope.All)]
public sealed class Reading_the_query_of_a_list
{
    [Test]
    public void Lists_every_fault_at_once() =>
        Assert.That(FaultsOf("?kind=movie&origin=mine&job_id=x&cursor=abc&limit=0").Keys,
            Is.EquivalentTo((string[])["kind", "origin", "job_id", "cursor", "limit"]));

    [TestCase("101")]
    [TestCase("-1")]
    [TestCase("1.5")]
    [TestCase("")]
    [TestCase("99999999999999")]
    public void Refuses_a_limit_that_is_none(string limit) => Assert.That(FaultsOf($"?limit={limit}"), Contains.Key("limit"));

    static IReadOnlyDictionary<string, string[]> FaultsOf(string query)
    {
        var faults = new Faults();
        RequestRules.CheckQuery(query, ListAssets.Query, faults);
        return faults.ByField;
    }
}
