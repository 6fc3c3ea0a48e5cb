using VideoGen.HttpApi.Errors;
using VideoGen.Providers.Attempts;
using VideoGen.Providers.Connectors;
using VideoGen.Providers.Contracts;
using VideoGen.Providers.Tests.Harness;

namespace VideoGen.Providers.Tests.Attempts;

[TestFixture]
internal sealed class Choosing_a_route
{
    static readonly DateTimeOffset Now = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);
    static readonly Refusal Down = new(RefusalKind.Unavailable, ErrorCodes.ProviderUnavailable, "down");
    static readonly Refusal Limited = new(RefusalKind.RateLimited, ErrorCodes.ProviderUnavailable, "later", RetryAfter: TimeSpan.FromSeconds(30));
    static readonly Refusal Broken = Refusal.OfFailure("broken");

    readonly Dictionary<string, IConnector> _connectors =
        ((IConnector[])[new FakeVendor("acme"), new FakeVendor("other"), .. new FakeConnectors().All]).ToDictionary(connector => connector.Name);

    [TestCase("acme,simulator", false, true, ExpectedResult = "0")]
    [TestCase("acme,other", false, false, ExpectedResult = "0,1")]
    [TestCase("simulator", false, true, ExpectedResult = "0")]
    [TestCase("simulator", false, false, ExpectedResult = "")]
    [TestCase("unknown,acme", false, false, ExpectedResult = "1")]
    [TestCase("media-tools", false, false, ExpectedResult = "0")]
    [TestCase("acme,simulator", true, false, ExpectedResult = "1")]
    [TestCase("acme,media-tools", true, false, ExpectedResult = "1")]
    [TestCase("acme", true, true, ExpectedResult = "")]
    public string Test_keys_never_reach_a_vendor_and_live_keys_never_fall_back_on_the_simulator(string routes, bool test, bool simulate) =>
        string.Join(',', RoutePlan.Usable(Routes(routes), _connectors.GetValueOrDefault, test, simulate));

    [Test]
    public void A_vendor_without_credentials_is_passed_over()
    {
        var vendor = new FakeVendor("poor") { IsConfigured = false };
        Assert.That(RoutePlan.Usable(Routes("poor,simulator"), name => name == "poor" ? vendor : _connectors[name], test: false, simulate: true), Is.EqualTo((int[])[1]));
    }

    [Test]
    public void The_first_route_comes_first() => Assert.That(Next(), Is.EqualTo(new RouteStep.Try(0)));

    [Test]
    public void A_route_that_is_down_hands_over() => Assert.That(Next(Refused(0, Down)), Is.EqualTo(new RouteStep.Try(1)));

    [Test]
    public void A_route_that_failed_hands_over() => Assert.That(Next(Failed(0, Broken)), Is.EqualTo(new RouteStep.Try(1)));

    [Test]
    public void A_route_that_never_got_the_work_is_tried_again() => Assert.That(Next(Absent(0)), Is.EqualTo(new RouteStep.Try(0)));

    [Test]
    public void A_route_that_never_gets_the_work_hands_over() => Assert.That(Next(Absent(0), Absent(0), Absent(0)), Is.EqualTo(new RouteStep.Try(1)));

    [Test]
    public void A_refusal_of_the_content_ends_it()
    {
        var refusal = new Refusal(RefusalKind.Content, ErrorCodes.ContentRejected, "no");
        Assert.That(Next(Refused(0, refusal)), Is.EqualTo(new RouteStep.GiveUp(refusal)));
    }

    [Test]
    public void When_every_route_has_refused_the_soonest_is_waited_for() =>
        Assert.That(Next(Refused(0, Limited), Refused(1, Down)), Is.EqualTo(new RouteStep.Wait(TimeSpan.FromSeconds(5))));

    [Test]
    public void After_the_wait_it_is_tried_again() =>
        Assert.That(Next(Refused(0, Limited, secondsAgo: 31), Failed(1, Broken)), Is.EqualTo(new RouteStep.Try(0)));

    [Test]
    public void A_vendors_own_waiting_time_counts() =>
        Assert.That(Next(Refused(0, Limited, secondsAgo: 10), Failed(1, Broken)), Is.EqualTo(new RouteStep.Wait(TimeSpan.FromSeconds(20))));

    [Test]
    public void Three_tries_are_enough() =>
        Assert.That(Next(Refused(0, Down, 900), Failed(1, Broken), Refused(0, Down, 800), Refused(0, Down, 700)), Is.EqualTo(new RouteStep.GiveUp(Down)));

    [Test]
    public void Without_any_route_no_provider_is_available() => Assert.That(
        RoutePlan.Next([], [], Now), Is.TypeOf<RouteStep.GiveUp>().With.Property("Refusal").Property("Code").EqualTo(ErrorCodes.ProviderUnavailable));

    static RouteStep Next(params IReadOnlyList<AttemptRow> attempts) =>
        RoutePlan.Next([new UsableRoute(0), new UsableRoute(1)], attempts, Now);

    static AttemptRow Refused(int route, Refusal refusal, int secondsAgo = 0) => Attempt(route, AttemptState.Refused, refusal, secondsAgo);

    static AttemptRow Failed(int route, Refusal refusal) => Attempt(route, AttemptState.Failed, refusal, 0);

    static AttemptRow Absent(int route) => Attempt(route, AttemptState.Absent, refusal: null, 0);

    static AttemptRow Attempt(int route, AttemptState state, Refusal? refusal, int secondsAgo) => new(
        Guid.CreateVersion7(), Guid.Empty, 1, "m", route, "c", "v", Test: false, state, VendorId: null, 0, "queued", Message: null, 0, ToldAt: null, refusal,
        [], Text: null, OutputsExpireAt: null, Now, AcceptedAt: null, Now.AddSeconds(-secondsAgo));

    static List<ConnectorRoute> Routes(string names) => [.. names.Split(',').Select(name => new ConnectorRoute(name, "m", null, null))];
}
