using VideoGen.HttpApi.Errors;
using VideoGen.Providers.Attempts;
using VideoGen.Providers.Connectors;
using VideoGen.Providers.Keys;

namespace VideoGen.Providers.Tests.Keys;

/// <summary>Two routes: the first one's vendor has the keys that a case tells, the second one's none to choose from.</summary>
[TestFixture]
internal sealed class Choosing_a_key
{
    static readonly DateTimeOffset Now = new(2026, 11, 28, 12, 0, 0, TimeSpan.Zero);

    static readonly Refusal Poor = new(RefusalKind.Quota, ErrorCodes.ProviderUnavailable, "no money");
    static readonly Refusal Busy = new(RefusalKind.RateLimited, ErrorCodes.ProviderUnavailable, "too much");

    // Each key as name, jobs at its account, seconds since it was used, and seconds that it still cools, if any.
    [TestCase("a 1 9, b 0 1", ExpectedResult = "b")]
    [TestCase("a 1 1, b 1 9", ExpectedResult = "b")]
    [TestCase("a 1 1, b 1 1", ExpectedResult = "a")]
    [TestCase("a 0 1 30, b 7 1", ExpectedResult = "b")]
    [TestCase("a 0 1 0, b 1 1", ExpectedResult = "a")]
    [TestCase("a 0 1 30, b 0 1 20", ExpectedResult = "cooling 20")]
    [TestCase("a 0 1 30", ExpectedResult = "a")]
    [TestCase("", ExpectedResult = "none")]
    public string The_one_with_least_to_do_that_is_well(string keys) => Told(KeyChoice.Choose(Keys(keys), most: null, tried: [], Now));

    [TestCase("a 2 1, b 1 1", 2, ExpectedResult = "b")]
    [TestCase("a 2 1, b 3 1", 2, ExpectedResult = "full")]
    [TestCase("a 1 1", 1, ExpectedResult = "full")]
    [TestCase("a 0 1 30, b 2 1", 2, ExpectedResult = "full")]
    public string None_whose_account_has_as_much_as_it_may(string keys, int most) =>
        Told(KeyChoice.Choose(Keys(keys), most, tried: [], Now));

    [Test]
    public void The_one_that_the_job_has_not_tried_comes_first() =>
        Assert.That(Told(KeyChoice.Choose(Keys("a 0 9, b 5 1"), most: null, ["a"], Now)), Is.EqualTo("b"));

    [Test]
    public void A_refused_key_hands_over_to_the_next_one_and_the_last_one_to_the_next_route()
    {
        Assert.That(Next("a 0 1 60, b 0 1", Refused("a", Poor)), Is.EqualTo(new RouteStep.Try(0, "b")));
        Assert.That(Next("a 0 1 60, b 0 1 60", Refused("a", Poor), Refused("b", Poor)), Is.EqualTo(new RouteStep.Try(1)));
        Assert.That(Next("a 0 1 5, b 0 1", Refused("a", Busy)), Is.EqualTo(new RouteStep.Try(0, "b")));
    }

    [Test]
    public void A_refusal_that_is_not_about_the_key_goes_to_the_next_route() =>
        Assert.That(Next("a 0 1, b 0 1", Refused("a", Refusal.OfFailure("broken"))), Is.EqualTo(new RouteStep.Try(1)));

    [Test]
    public void A_route_whose_keys_all_cool_is_passed_over_and_waited_for_only_where_there_is_no_other()
    {
        Assert.That(Next("a 0 1 30, b 0 1 20"), Is.EqualTo(new RouteStep.Try(1)));
        Assert.That(Alone("a 0 1 30, b 0 1 20"), Is.EqualTo(new RouteStep.Wait(TimeSpan.FromSeconds(20))));
        Assert.That(Alone("a 0 1 3000, b 0 1 2000"),
            Is.InstanceOf<RouteStep.GiveUp>().With.Property("Refusal").Property("Kind").EqualTo(RefusalKind.Quota));
    }

    [Test]
    public void A_full_account_waits_or_hands_over_as_the_description_says()
    {
        RouteStep With(WhenFull what) => RoutePlan.Next([Route("a 1 1", new ConnectorBudget(1, what, null)), new UsableRoute(1)], [], Now);
        Assert.That(With(WhenFull.Wait), Is.EqualTo(new RouteStep.Wait(RoutePlan.FullWait)));
        Assert.That(With(WhenFull.NextRoute), Is.EqualTo(new RouteStep.Try(1)));
    }

    [Test]
    public void Without_another_route_a_full_account_is_waited_for() => Assert.That(
        RoutePlan.Next([Route("a 1 1", new ConnectorBudget(1, WhenFull.NextRoute, null))], [], Now),
        Is.EqualTo(new RouteStep.Wait(RoutePlan.FullWait)));

    [TestCase(RefusalKind.Quota, null, ExpectedResult = "00:01:00 01:00:00")]
    [TestCase(RefusalKind.RateLimited, null, ExpectedResult = "00:00:05 00:02:00")]
    [TestCase(RefusalKind.Quota, 90, ExpectedResult = "00:01:30 00:01:30")]
    [TestCase(RefusalKind.RateLimited, 700, ExpectedResult = "00:11:40 00:11:40")]
    [TestCase(RefusalKind.RateLimited, 1_000_000, ExpectedResult = "1.00:00:00 1.00:00:00")]
    [TestCase(RefusalKind.Unavailable, 90, ExpectedResult = "")]
    [TestCase(RefusalKind.Content, null, ExpectedResult = "")]
    public string A_key_cools_as_long_as_the_vendor_says_or_longer_each_time(RefusalKind kind, int? retryAfter)
    {
        var wait = retryAfter is { } seconds ? TimeSpan.FromSeconds(seconds) : (TimeSpan?)null;
        return KeyCooling.Of(new Refusal(kind, ErrorCodes.ProviderUnavailable, "no", RetryAfter: wait)) is { } cooling
            ? $"{cooling.First} {cooling.Longest}" : "";
    }

    static RouteStep Next(string keys, params IReadOnlyList<AttemptRow> attempts) =>
        RoutePlan.Next([Route(keys, ConnectorBudget.Unlimited), new UsableRoute(1)], attempts, Now);

    static RouteStep Alone(string keys) => RoutePlan.Next([Route(keys, ConnectorBudget.Unlimited)], [], Now);

    static UsableRoute Route(string keys, ConnectorBudget budget) => new(0) { Keys = Keys(keys), Budget = budget };

    static IReadOnlyList<KeyState> Keys(string keys) =>
    [
        .. from text in keys.Split(", ", StringSplitOptions.RemoveEmptyEntries)
           let parts = text.Split(' ')
           let cools = parts.Length > 3 ? Now.AddSeconds(Number(parts[3])) : (DateTimeOffset?)null
           select new KeyState(parts[0], Number(parts[1]), Now.AddSeconds(-Number(parts[2])), cools),
    ];

    static int Number(string text) => int.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    static string Told(KeyStep step) => step switch
    {
        KeyStep.Use use => use.Key ?? "none",
        KeyStep.Cooling cooling => $"cooling {(cooling.Until - Now).TotalSeconds}",
        _ => "full",
    };

    static AttemptRow Refused(string key, Refusal refusal) => new(
        Guid.CreateVersion7(), Guid.Empty, 1, "m", 0, "c", "v", Test: false, AttemptState.Refused, VendorId: null, 0, "queued",
        Message: null, 0, ToldAt: null, refusal, [], Text: null, OutputsExpireAt: null, Now, AcceptedAt: null, Now) { Key = key };
}
