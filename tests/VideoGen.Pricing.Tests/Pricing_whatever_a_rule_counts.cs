using System.Text.Json;
using System.Text.Json.Nodes;
using VideoGen.Providers.Contracts;

namespace VideoGen.Pricing.Tests;

/// <summary>The price language as one table: a property of a schema, a rule over it, an input, and what comes of it.</summary>
[TestFixture]
public sealed class Pricing_whatever_a_rule_counts
{
    const string NotANumber = "input.x must be a number that can be priced";
    const string NotALength = "input.x must be a text or a list that can be priced";
    const string TooLarge = "input.x is too large to be priced";

    // A number. Credits 3 for each unit.
    [TestCase("x", 1, "{}", "3", TestName = "An absent number counts one unit")]
    [TestCase("x", 1, """{"x":null}""", "3")]
    [TestCase("x", 1, """{"x":0}""", "0")]
    [TestCase("x", 1, """{"x":2}""", "6")]
    [TestCase("x", 1, """{"x":2.0}""", "6")]
    [TestCase("x", 1, """{"x":2e0}""", "6")]
    [TestCase("x", 1, """{"x":2.000001}""", "9")]
    [TestCase("x", 60, """{"x":60}""", "3")]
    [TestCase("x", 60, """{"x":60.1}""", "6")]
    [TestCase("x", 0.1, """{"x":0.3}""", "9")]
    [TestCase("x", 1, """{"x":"8"}""", "24")]
    [TestCase("x", 1, """{"x":"8s"}""", NotANumber)]
    [TestCase("x", 1, """{"x":""}""", NotANumber)]
    [TestCase("x", 1, """{"x":true}""", NotANumber)]
    [TestCase("x", 1, """{"x":[1,2]}""", NotANumber)]
    [TestCase("x", 1, """{"x":{"y":1}}""", NotANumber)]
    [TestCase("x", 1, """{"x":-0.5}""", "input.x must not be negative")]
    [TestCase("x", 1, """{"x":1000000000000}""", "input.x makes a price that nobody could pay")]
    [TestCase("x", 1, """{"x":1000000000001}""", TooLarge)]
    [TestCase("x", 0.001, """{"x":1e28}""", TooLarge)]
    [TestCase("x", 1, """{"x":1e400}""", NotANumber)]

    // The length of a text or a list.
    [TestCase("x.length", 1, "{}", "3", TestName = "An absent text counts one unit")]
    [TestCase("x.length", 1, """{"x":null}""", "3")]
    [TestCase("x.length", 1, """{"x":""}""", "0")]
    [TestCase("x.length", 1, """{"x":"abc"}""", "9")]
    [TestCase("x.length", 1, """{"x":"🎬🎬"}""", "6", TestName = "An emoji is one character")]
    [TestCase("x.length", 1, """{"x":"e\u0301"}""", "6", TestName = "A letter and its accent are two characters, as in maxLength")]
    [TestCase("x.length", 1000, """{"x":"abc"}""", "3")]
    [TestCase("x.length", 1, """{"x":[]}""", "0")]
    [TestCase("x.length", 2, """{"x":["a","b","c"]}""", "6")]
    [TestCase("x.length", 1, """{"x":12}""", NotALength)]
    [TestCase("x.length", 1, """{"x":true}""", NotALength)]
    [TestCase("x.length", 1, """{"x":{}}""", NotALength)]
    public void Counts_a_number_or_a_length(string field, double per, string input, string outcome) =>
        Assert.That(Outcome(new PriceRule(1, 3, "unit", new PriceQuantity(field, per), []), input), Is.EqualTo(outcome));

    [TestCase("", "3", TestName = "An absent asset counts one unit")]
    [TestCase("x:0", "0")]
    [TestCase("x:59.9", "3")]
    [TestCase("x:60", "3")]
    [TestCase("x:60.1", "6")]
    [TestCase("x[0]:30,x[1]:30,x[2]:0.1", "6")]
    [TestCase("x[0]:0.1,x[1]:0.2,x[2]:59.7", "3", TestName = "Seconds are added without the noise of doubles")]
    [TestCase("xy:600,y:600", "3", TestName = "Assets of other inputs are not counted")]
    [TestCase("x:?", "input.x must have a known duration")]
    [TestCase("x[0]:5,x[1]:?", "input.x must have a known duration")]
    [TestCase("x:-1", "input.x must have a known duration")]
    public void Counts_the_seconds_of_assets(string assets, string outcome) => Assert.That(
        Outcome(new PriceRule(1, 3, "minute", new PriceQuantity("x.duration_seconds", 60), []), "{}", [.. assets.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(Asset)]),
        Is.EqualTo(outcome));

    [TestCase("{}", "100", TestName = "An absent input counts 100 percent")]
    [TestCase("""{"x":null}""", "100")]
    [TestCase("""{"x":"a"}""", "150")]
    [TestCase("""{"x":"A"}""", "100")]
    [TestCase("""{"x":"🎬"}""", "200")]
    [TestCase("""{"x":true}""", "300")]
    [TestCase("""{"x":false}""", "100")]
    [TestCase("""{"x":720}""", "50")]
    [TestCase("""{"x":720.0}""", "50")]
    [TestCase("""{"x":7.2e2}""", "50")]
    [TestCase("""{"x":"720"}""", "50")]
    [TestCase("""{"x":0.5}""", "1")]
    [TestCase("""{"x":"free"}""", "0")]
    [TestCase("""{"x":["a"]}""", "100")]
    public void Multiplies_by_what_an_input_is(string input, string outcome)
    {
        var percent = new Dictionary<string, int> { ["a"] = 150, ["🎬"] = 200, ["true"] = 300, ["720"] = 50, ["0.5"] = 1, ["free"] = 0 };
        Assert.That(Outcome(new PriceRule(1, 100, "unit", null, [new PriceFactor("x", percent)]), input), Is.EqualTo(outcome));
    }

    [TestCase(100, 150, 150, 0, "225")]
    [TestCase(1, 150, 150, 0, "3")]
    [TestCase(1, 1, 1, 0, "1")]
    [TestCase(1, 1, 1, 7, "7")]
    [TestCase(0, 150, 150, 0, "0")]
    [TestCase(1_000_000, 100_000, 100_000, 0, "1000000000000")]
    [TestCase(1_000_001, 100_000, 100_000, 0, "input makes a price that nobody could pay")]
    public void Rounds_up_once_after_all_factors(long credits, int first, int second, long minimum, string outcome)
    {
        PriceFactor[] factors = [new("x", new Dictionary<string, int> { ["1"] = first }), new("y", new Dictionary<string, int> { ["1"] = second })];
        Assert.That(Outcome(new PriceRule(1, credits, "unit", null, factors, minimum), """{"x":1,"y":1}"""), Is.EqualTo(outcome));
    }

    [Test]
    public void Takes_a_rule_without_factors() =>
        Assert.That(Outcome(new PriceRule(1, 5, "unit", null, null), "{}"), Is.EqualTo("5"));

    [TestCase("x.duration_seconds", true)]
    [TestCase("x.length", false)]
    [TestCase("x", false)]
    public void Knows_which_rules_need_the_assets(string field, bool needs) =>
        Assert.That(PriceDecision.NeedsAssets(new PriceRule(1, 1, "unit", new PriceQuantity(field), [])), Is.EqualTo(needs));

    static string Outcome(PriceRule rule, string input, params GenerationAsset[] assets) => PriceDecision.Decide(rule, JsonNode.Parse(input)!.AsObject(), assets) switch
    {
        PriceOutcome.Priced priced => priced.Credits.ToString(),
        PriceOutcome.Refused refused => $"{refused.Field} {refused.Fault}",
        var other => other.ToString(),
    };

    static GenerationAsset Asset(string text) => text.Split(':') is [var field, var seconds]
        ? new(field, Guid.NewGuid(), new Uri("http://storage/x"), "video/mp4", 1, 1, 1, seconds == "?" ? null : JsonSerializer.Deserialize<double>(seconds))
        : throw new ArgumentException(text);
}
