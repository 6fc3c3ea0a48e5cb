using VideoGen.Providers.Catalog;

namespace VideoGen.Providers.Tests.Catalog;

[TestFixture]
internal sealed class Judging_health
{
    [TestCase(0, 0, "unknown")]
    [TestCase(10, 0, "healthy")]
    [TestCase(9, 1, "healthy")]
    [TestCase(7, 3, "degraded")]
    [TestCase(0, 2, "degraded")]
    [TestCase(0, 3, "unavailable")]
    public void One_route_is_judged_by_its_record(int succeeded, int failed, string expected) =>
        Assert.That(RouteHealth.Judge(["a"], [new RouteRecord("m", "a", succeeded, failed, 3.25)]).Status, Is.EqualTo(expected));

    [Test]
    public void A_model_without_a_usable_route_is_unavailable() => Assert.That(RouteHealth.Judge([], []).Status, Is.EqualTo("unavailable"));

    [Test]
    public void A_detour_is_a_degradation() => Assert.That(
        RouteHealth.Judge(["a", "b"], [new RouteRecord("m", "a", 0, 9, null), new RouteRecord("m", "b", 9, 0, 4)]).Status, Is.EqualTo("degraded"));

    [Test]
    public void Routes_that_are_no_longer_used_do_not_count() => Assert.That(
        RouteHealth.Judge(["b"], [new RouteRecord("m", "a", 0, 9, null), new RouteRecord("m", "b", 4, 0, 4)]),
        Is.EqualTo(new ModelHealth("healthy", 4, 1, 4)));
}
