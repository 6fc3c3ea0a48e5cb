using Microsoft.Extensions.Options;
using VideoGen.Providers.Connectors;
using VideoGen.Providers.Connectors.Http;

namespace VideoGen.Providers.Tests.Connectors.Http;

/// <summary>What an operator may set, and what statuses mean.</summary>
[TestFixture]
internal sealed class Configuring_a_vendor
{
    [Test]
    public void Every_fault_is_named_at_once()
    {
        using var client = new VendorClient(
            ("BaseUrl", "ftp://acme.example/?x=1"), ("ApiKey", "two words"), ("Headers:Not a name", "x"), ("Headers:X-Fine", "line\nbreak"), ("Timeout", "00:00:00"), ("MaxAnswerBytes", "1"));
        var faults = Assert.Throws<OptionsValidationException>(() => _ = client.Http)!.Failures.ToList();
        Assert.That(faults, Has.Exactly(6).Items);
        Assert.That(faults, Has.Some.EqualTo("Connectors:Acme:BaseUrl must be an address such as https://api.example.com/v1.")
            .And.Some.EqualTo("Connectors:Acme:ApiKey must be visible ASCII characters without spaces.")
            .And.Some.EqualTo("Connectors:Acme:Headers: 'Not a name' must be the name of a header.")
            .And.Some.EqualTo("Connectors:Acme:Headers:X-Fine must be visible ASCII characters.")
            .And.Some.Contains("Timeout").And.Some.Contains("MaxAnswerBytes"));
    }

    [TestCase("https://key@acme.example/")]
    [TestCase("https://acme.example/v1?key=x")]
    public void An_address_holds_no_credential(string address)
    {
        using var client = new VendorClient(("BaseUrl", address));
        Assert.That(() => _ = client.Http, Throws.InstanceOf<OptionsValidationException>().With.Message.EqualTo("Connectors:Acme:BaseUrl must have no user name, query or fragment."));
    }

    [Test]
    public void Without_an_address_nothing_is_wrong_until_it_is_used()
    {
        using var client = new VendorClient();
        Assert.That(async () => await client.Http.ReadAsync("x", CancellationToken.None), Throws.InvalidOperationException.With.Message.EqualTo("Acme is not configured"));
    }

    [TestCase(200, null)]
    [TestCase(202, null)]
    [TestCase(301, RefusalKind.Failed)]
    [TestCase(400, RefusalKind.Input)]
    [TestCase(401, RefusalKind.Quota)]
    [TestCase(402, RefusalKind.Quota)]
    [TestCase(403, RefusalKind.Quota)]
    [TestCase(404, RefusalKind.Lost)]
    [TestCase(408, RefusalKind.Unavailable)]
    [TestCase(409, RefusalKind.Failed)]
    [TestCase(410, RefusalKind.Lost)]
    [TestCase(413, RefusalKind.Input)]
    [TestCase(422, RefusalKind.Input)]
    [TestCase(429, RefusalKind.RateLimited)]
    [TestCase(500, RefusalKind.Unavailable)]
    [TestCase(529, RefusalKind.Unavailable)]
    public void A_status_has_one_meaning(int status, RefusalKind? kind)
    {
        var refusal = VendorStatus.RefusalOf(status, "its words", TimeSpan.FromSeconds(3));
        Assert.That(refusal?.Kind, Is.EqualTo(kind));
        if (refusal is not null) Assert.That((refusal.Detail, refusal.Message.Contains("its words", StringComparison.Ordinal)), Is.EqualTo(($"{status}: its words", false)));
    }

    [TestCase(200, false)]
    [TestCase(400, false)]
    [TestCase(429, false)]
    [TestCase(408, true)]
    [TestCase(500, true)]
    [TestCase(501, false)]
    [TestCase(503, true)]
    [TestCase(529, false)]
    public void Some_statuses_do_not_tell_whether_a_create_was_taken(int status, bool isUnclear) =>
        Assert.That(VendorStatus.IsUnclear(status, retryAfter: null), Is.EqualTo(isUnclear));

    [Test]
    public void A_503_that_says_when_to_come_back_is_a_refusal() => Assert.That(VendorStatus.IsUnclear(503, TimeSpan.FromSeconds(5)), Is.False);
}
