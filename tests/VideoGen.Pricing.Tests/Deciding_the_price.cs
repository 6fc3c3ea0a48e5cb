using System.Text.Json.Nodes;
using VideoGen.Providers.Contracts;

namespace VideoGen.Pricing.Tests;

[TestFixture]
public sealed class Deciding_the_price
{
    [TestCase("""{"length":1}""", 40)]
    [TestCase("""{"length":81}""", 40)]
    [TestCase("""{"length":82}""", 80)]
    [TestCase("""{"length":257}""", 160)]
    [TestCase("""{"length":81.0}""", 40)]
    [TestCase("""{"length":"162"}""", 80)]
    [TestCase("""{}""", 40)]
    public void Counts_units_begun(string input, long credits) =>
        Assert.That(Credits(new PriceRule(1, 40, "81 frames", new PriceQuantity("length", 81), []), input), Is.EqualTo(credits));

    [TestCase("""{"duration":8,"resolution":"1080p","sound":true}""", 8 * 100 * 3 / 2 * 3 / 2)]
    [TestCase("""{"duration":8,"resolution":"720p","sound":false}""", 800)]
    [TestCase("""{"duration":8,"resolution":"480p"}""", 800)]
    [TestCase("""{"duration":8}""", 800)]
    [TestCase("""{"duration":1,"resolution":"1080p","sound":true}""", 225)]
    public void Multiplies_the_factors(string input, long credits) => Assert.That(
        Credits(new PriceRule(1, 100, "second", new PriceQuantity("duration"),
        [
            new PriceFactor("resolution", new Dictionary<string, int> { ["720p"] = 100, ["1080p"] = 150 }),
            new PriceFactor("sound", new Dictionary<string, int> { ["true"] = 150 }),
        ]), input), Is.EqualTo(credits));

    [TestCase(1, 33, 1)]
    [TestCase(3, 33, 1)]
    [TestCase(4, 33, 2)]
    [TestCase(100, 1, 1)]
    [TestCase(100, 0, 0)]
    public void Rounds_up_once_and_at_the_end(long credits, int percent, long price) => Assert.That(
        Credits(new PriceRule(1, credits, "video", null, [new PriceFactor("q", new Dictionary<string, int> { ["720"] = percent })]), """{"q":720.0}"""),
        Is.EqualTo(price));

    [Test]
    public void Never_goes_below_the_minimum() =>
        Assert.That(Credits(new PriceRule(1, 2, "second", new PriceQuantity("seconds"), [], Minimum: 5), """{"seconds":1}"""), Is.EqualTo(5));

    [TestCase("text.length", """{"text":"héllo 🎬"}""", 7)]
    [TestCase("items.length", """{"items":["a","b","c"]}""", 3)]
    [TestCase("text.length", """{}""", 1)]
    public void Counts_characters_and_items(string field, string input, long credits) =>
        Assert.That(Credits(new PriceRule(1, 1, "unit", new PriceQuantity(field), []), input), Is.EqualTo(credits));

    [Test]
    public void Adds_up_the_seconds_of_all_clips()
    {
        var rule = new PriceRule(1, 3, "minute", new PriceQuantity("clips.duration_seconds", 60), []);
        var outcome = PriceDecision.Decide(rule, [], [Clip("clips[0]", 30.2), Clip("clips[1]", 30.1), Clip("sound", 999)]);
        Assert.That(((PriceOutcome.Priced)outcome).Credits, Is.EqualTo(6));
    }

    [TestCase("""{"seconds":-1}""", "must not be negative")]
    [TestCase("""{"seconds":1e300}""", "must be a number that can be priced")]
    [TestCase("""{"seconds":1e20}""", "is too large to be priced")]
    [TestCase("""{"seconds":"soon"}""", "must be a number that can be priced")]
    public void Refuses_what_has_no_price(string input, string text)
    {
        var outcome = PriceDecision.Decide(new PriceRule(1, 1, "second", new PriceQuantity("seconds"), []), JsonNode.Parse(input)!.AsObject(), []);
        Assert.That(outcome, Is.EqualTo(new PriceOutcome.Refused("input.seconds", text)));
    }

    [Test]
    public void Refuses_a_price_beyond_all_bounds()
    {
        var rule = new PriceRule(1, long.MaxValue, "second", new PriceQuantity("seconds"), [new PriceFactor("x", new Dictionary<string, int> { ["1"] = int.MaxValue })]);
        var outcome = PriceDecision.Decide(rule, JsonNode.Parse("""{"seconds":1000,"x":1}""")!.AsObject(), []);
        Assert.That(outcome, Is.EqualTo(new PriceOutcome.Refused("input.seconds", "makes a price that nobody could pay")));
    }

    [Test]
    public void Refuses_an_asset_without_a_known_duration()
    {
        var outcome = PriceDecision.Decide(new PriceRule(1, 1, "second", new PriceQuantity("clip.duration_seconds"), []), [], [Clip("clip", null)]);
        Assert.That(outcome, Is.EqualTo(new PriceOutcome.Refused("input.clip", "must have a known duration")));
    }

    static long Credits(PriceRule rule, string input) => ((PriceOutcome.Priced)PriceDecision.Decide(rule, JsonNode.Parse(input)!.AsObject(), [])).Credits;

    static GenerationAsset Clip(string field, double? seconds) =>
        new(field, Guid.NewGuid(), new Uri("http://storage/x"), "video/mp4", 1, 1, 1, seconds);
}
