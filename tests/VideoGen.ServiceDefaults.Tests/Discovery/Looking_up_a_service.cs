using Microsoft.Extensions.Configuration;
using VideoGen.ServiceDefaults.Discovery;

namespace VideoGen.ServiceDefaults.Tests.Discovery;

[TestFixture]
public sealed class Looking_up_a_service
{
    static readonly ServiceAddresses Addresses = new(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
    {
        ["services:jobs:http:0"] = "http://127.0.0.1:5001",
        ["services:jobs:http:1"] = "http://127.0.0.1:5002",
    }).Build());

    [Test]
    public void Takes_its_replicas_in_turn()
    {
        var ports = Enumerable.Range(0, 4).Select(_ => Addresses.Next("jobs")!.Port).ToList();
        Assert.That(ports.GroupBy(port => port).Select(group => group.Count()), Is.EquivalentTo([2, 2]));
    }

    [Test]
    public void Leaves_a_name_that_is_not_configured_to_DNS() => Assert.That(Addresses.Next("storage"), Is.Null);
}
