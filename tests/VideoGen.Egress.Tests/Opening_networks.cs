using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace VideoGen.Egress.Tests;

[TestFixture, Parallelizable(ParallelScope.All)]
public sealed class Opening_networks
{
    static EgressPolicy Policy(params string[] networks) => new(new EgressOptions { AllowNetworks = networks });

    [TestCase("http://127.0.0.1:9000/hook", true)]
    [TestCase("http://127.0.0.1/hook", true)]
    [TestCase("http://localhost:9000/hook", true)]
    [TestCase("http://localhost./hook", false)]
    [TestCase("http://127.1:9000/hook", false)]
    [TestCase("http://[::1]:9000/", false)]
    [TestCase("http://10.0.0.5/", false)]
    [TestCase("http://169.254.169.254/", false)]
    [TestCase("http://[::ffff:127.0.0.1]/", false)]
    [TestCase("http://cdn.example.com:9000/", false)]
    public void An_open_loopback_lets_its_literals_and_localhost_pass_on_any_port(string url, bool allowed) =>
        Assert.That(Policy("127.0.0.0/8").Check(url, EgressProfile.Webhook).IsAllowed, Is.EqualTo(allowed));

    [Test]
    public void Without_an_open_network_localhost_is_refused() =>
        Assert.That(Policy().Check("http://localhost:8080/", EgressProfile.Media).IsAllowed, Is.False);

    [Test]
    public void Local_names_pass_the_text_when_a_network_is_open_and_are_decided_by_their_addresses()
    {
        Assert.That(Policy("10.0.0.0/8").Check("https://hooks.corp.internal/", EgressProfile.Webhook).IsAllowed, Is.True);
        Assert.That(Policy("10.0.0.0/8").MayDial(IPAddress.Parse("10.2.3.4")), Is.True);
        Assert.That(Policy("10.0.0.0/8").MayDial(IPAddress.Parse("169.254.169.254")), Is.False);
        Assert.That(Policy("10.0.0.0/8").MayDial(IPAddress.Parse("::ffff:10.2.3.4")), Is.False);
    }

    [Test]
    public async Task Localhost_is_dialled_as_loopback_without_asking_dns()
    {
        using var internet = new FixtureInternet();
        internet.Replies["http://localhost:9000/x"] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";
        using var client = internet.Client(Policy("127.0.0.0/8"), new NoDns());
        using var target = new MemoryStream();

        var download = await client.DownloadAsync(new Uri("http://localhost:9000/x"), EgressProfile.Media, target, EgressLimits.OfProfile, CancellationToken.None);

        Assert.That(download.Failure, Is.Null);
        Assert.That(internet.Dialled, Is.EqualTo(new[] { new IPEndPoint(IPAddress.Loopback, 9000) }));
    }

    [Test]
    public void A_denied_network_is_refused_although_public()
    {
        var policy = new EgressPolicy(new EgressOptions { DenyNetworks = ["93.184.215.0/24"] });
        Assert.That(policy.Check("https://93.184.215.14/", EgressProfile.Media).IsAllowed, Is.False);
        Assert.That(policy.MayDial(IPAddress.Parse("93.184.215.14")), Is.False);
    }

    [Test]
    public void Any_port_passes_when_the_operator_says_so() =>
        Assert.That(new EgressPolicy(new EgressOptions { AllowAnyPort = true }).Check("https://cdn.example.com:9000/", EgressProfile.Media).IsAllowed, Is.True);

    [Test]
    public void Webhooks_demand_https_outside_open_networks()
    {
        Assert.That(Policy().Check("http://hooks.example.com/", EgressProfile.Webhook).Reason, Does.Contain("https"));
        Assert.That(Policy().Check("https://hooks.example.com/", EgressProfile.Webhook).IsAllowed, Is.True);
    }

    [Test]
    public void A_network_that_is_none_stops_the_start_and_names_the_setting()
    {
        var settings = new Dictionary<string, string?> { ["Egress:AllowNetworks:0"] = "10.0.0.0/33", ["Egress:DenyNetworks:0"] = "all" };
        using var services = new ServiceCollection().AddLogging().AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings).Build())
            .AddEgress().BuildServiceProvider();

        var refused = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<EgressClient>());
        Assert.That(refused!.Failures, Has.Exactly(2).Items);
        Assert.That(refused.Message, Does.Contain("Egress:AllowNetworks: '10.0.0.0/33'"));
    }

    sealed class NoDns : INameResolver
    {
        public Task<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken ct) => throw new AssertionException("DNS was asked for " + host);
    }
}
