using System.Globalization;
using VideoGen.Providers.Routing;

namespace VideoGen.Providers.Tests.Routing;

/// <summary>Three routes, <c>a</c> to <c>c</c> in the order of the model's file, and what is known of them.</summary>
[TestFixture]
internal sealed class Ordering_the_routes
{
    static readonly string[] Names = ["a", "b", "c"];

    // Each route as: name, attempts of the last hour that succeeded/failed/refused @ p50/p95, what a job cost; - for nothing known.
    [TestCase("order", "a 9/0/0@9/9 3, b 9/0/0@1/1 1", ExpectedResult = "a b c")]
    [TestCase("cheapest", "a 9/0/0@9/9 3, b 9/0/0@9/9 1, c 9/0/0@9/9 2", ExpectedResult = "b c a")]
    [TestCase("cheapest", "a 9/0/0@9/9 3, c 9/0/0@9/9 2", ExpectedResult = "c a b")]
    [TestCase("cheapest", "a 9/0/0@9/9 2, b 9/0/0@9/9 2", ExpectedResult = "a b c")]
    [TestCase("fastest", "a 9/0/0@40/90 -, b 9/0/0@30/99 -, c 9/0/0@35/40 -", ExpectedResult = "b c a")]
    [TestCase("fastest", "a 2/0/0@1/1 -, b 9/0/0@30/99 -", ExpectedResult = "b a c")]
    [TestCase("most_reliable", "a 8/1/1@9/9 -, b 19/1/0@9/9 -, c 5/0/5@9/9 -", ExpectedResult = "b a c")]
    [TestCase("most_reliable", "a 0/9/0@-/- -", ExpectedResult = "a b c")]
    [TestCase("most_reliable", "a 0/9/0@-/- -, b 0/8/1@-/- -", ExpectedResult = "a b c")]
    [TestCase("", "", ExpectedResult = "a b c")]
    public string By_the_policy_and_else_by_their_order(string policy, string known) => Told(Decide(policy, known));

    [TestCase("order", "a 9/0/0@9/9 3", 2.0, null, null, ExpectedResult = "b c a")]
    [TestCase("cheapest", "a 9/0/0@9/9 1, b 9/0/0@9/9 3", 2.0, null, null, ExpectedResult = "a c b")]
    [TestCase("cheapest", "a 9/0/0@9/200 1, b 9/0/0@9/9 3, c 9/0/0@9/9 2", null, 100.0, null, ExpectedResult = "c b a")]
    [TestCase("fastest", "a 6/4/0@5/9 -, b 9/1/0@9/9 -", null, null, 0.3, ExpectedResult = "b c a")]
    [TestCase("fastest", "a 6/4/0@5/9 -, b 6/4/0@4/9 -, c 6/4/0@3/9 -", null, null, 0.3, ExpectedResult = "c b a")]
    public string What_is_beyond_a_cap_comes_last(string policy, string known, double? usd, double? seconds, double? failures) =>
        Told(Decide(policy, known, new RouteCaps(usd, seconds, failures)));

    [Test]
    public void The_last_day_counts_where_the_last_hour_has_too_few()
    {
        var quiet = new RouteFigures("m", "b", new SpanFigures(1, 0, 0, 900, 900), new SpanFigures(50, 0, 0, 5, 9), CostUsd: null);
        var order = RouteOrder.Decide(
            "fastest", new RouteCaps(), Routes, [.. Figures("a 9/0/0@30/30 -"), quiet], exploration: 0, chance: 0.5);
        Assert.That(Told(order), Is.EqualTo("b a c"));
    }

    [Test]
    public void What_the_catalogue_lists_counts_where_nothing_was_billed_yet()
    {
        var order = RouteOrder.Decide(
            "cheapest", new RouteCaps(), [new RouteCandidate(0, "a", 5), new RouteCandidate(1, "b", 2)], Figures("a 9/0/0@9/9 1"), 0, 0.5);
        Assert.That((Told(order), order.Figures), Is.EqualTo(("a b", "cheapest: a 1 USD, b 2 USD")));
    }

    [TestCase(0.01, ExpectedResult = "c a b: It is tried first now and then, to see how it does.")]
    [TestCase(0.9, ExpectedResult = "a b c: It was the fastest provider of the model lately.")]
    public string Now_and_then_one_is_tried_of_which_nothing_is_known(double chance)
    {
        var order = RouteOrder.Decide(
            "fastest", new RouteCaps(), Routes, Figures("a 9/0/0@3/3 -, b 9/0/0@4/4 -"), exploration: 0.05, chance);
        return $"{Told(order)}: {order.Why}";
    }

    [TestCase("order", ExpectedResult = "It is the first provider of the model.")]
    [TestCase("cheapest", ExpectedResult = "It is the cheapest provider of the model at present.")]
    [TestCase("most_reliable", ExpectedResult = "It was the most reliable provider of the model lately.")]
    public string The_reason_is_told_without_the_operators_figures(string policy) => Decide(policy, "a 9/1/0@9/9 1.5, b 9/3/0@9/9 2").Why;

    static IReadOnlyList<RouteCandidate> Routes { get; } = [.. Names.Select((name, index) => new RouteCandidate(index, name))];

    static OrderedRoutes Decide(string policy, string known, RouteCaps? caps = null) =>
        RouteOrder.Decide(policy, caps ?? new RouteCaps(), Routes, Figures(known), exploration: 0, chance: 0.5);

    static string Told(OrderedRoutes order) => string.Join(' ', order.Routes.Select(route => Names[route]));

    static IReadOnlyList<RouteFigures> Figures(string known) =>
    [
        .. from one in known.Split(", ", StringSplitOptions.RemoveEmptyEntries)
           let parts = one.Split(' ', '@')
           let counts = parts[1].Split('/').Select(text => int.Parse(text, CultureInfo.InvariantCulture)).ToList()
           let seconds = parts[2].Split('/').Select(Number).ToList()
           let hour = new SpanFigures(counts[0], counts[1], counts[2], seconds[0], seconds[1])
           select new RouteFigures("m", parts[0], hour, hour, (decimal?)Number(parts[3])),
    ];

    static double? Number(string text) => text == "-" ? null : double.Parse(text, CultureInfo.InvariantCulture);
}
