using System.Text.Json;
using System.Text.Json.Nodes;
using VideoGen.Providers.Contracts;

namespace VideoGen.Pricing.Tests;

/// <summary>What a catalogue may say, and that whatever it may say has a price for every input that its schema takes.</summary>
[TestFixture]
public sealed class Checking_a_rule_against_its_schema
{
    const string Open = "must name an input that is required or has a default; the price would be open without it";

    /// <summary>A property, a quantity's field over it, the fault, and values that the property takes.</summary>
    static readonly (string Property, string Field, string? Fault, string[] Values)[] Quantities =
    [
        ("""{"type":"integer","minimum":0}""", "x", null, ["0", "7"]),
        ("""{"type":"number","minimum":0}""", "x", null, ["0.5", "1e3"]),
        ("""{"type":"string","enum":["4","8"]}""", "x", null, ["\"4\"", "\"8\""]),
        ("""{"type":"string","enum":["4","8s"]}""", "x", "must name a number", []),
        ("""{"type":"string","enum":["4","-8"]}""", "x", "must name a number", []),
        ("""{"type":"string","maxLength":9}""", "x", "must name a number", []),
        ("""{"type":"boolean"}""", "x", "must name a number", []),
        ("""{"type":"array","items":{"type":"integer"}}""", "x", "must name a number", []),
        ("""{"type":"string","format":"asset"}""", "x", "must name a number", []),
        ("""{"type":"string","maxLength":9}""", "x.length", null, ["\"\"", "\"🎬\""]),
        ("""{"type":"array","items":{"type":"string"}}""", "x.length", null, ["[]", "[\"a\",\"b\"]"]),
        ("""{"type":"array","items":{"type":"string","format":"asset"}}""", "x.length", null, ["[\"a\"]"]),
        ("""{"type":"integer"}""", "x.length", "must name a text or a list before .length", []),
        ("""{"type":"string","format":"asset"}""", "x.length", "must name a text or a list before .length", []),
        ("""{"type":"string","format":"asset"}""", "x.duration_seconds", null, ["\"a\""]),
        ("""{"type":"array","items":{"type":"string","format":"asset"}}""", "x.duration_seconds", null, ["[\"a\",\"b\"]"]),
        ("""{"type":"string","maxLength":9}""", "x.duration_seconds", "must name an asset before .duration_seconds", []),
        ("""{"type":"array","items":{"type":"string"}}""", "x.duration_seconds", "must name an asset before .duration_seconds", []),
        ("""{"type":"integer"}""", "y", "is not a property of input_schema", []),
        ("""{"type":"integer"}""", "y.length", "is not a property of input_schema", []),
    ];

    static IEnumerable<TestCaseData> QuantityCases => Quantities.Select(row => new TestCaseData(row.Property, row.Field, row.Fault).SetArgDisplayNames(row.Field, row.Property));

    static IEnumerable<TestCaseData> PricedCases => from row in Quantities
                                                    where row.Fault is null
                                                    from value in row.Values
                                                    select new TestCaseData(row.Field, value);

    [TestCaseSource(nameof(QuantityCases))]
    public void A_quantity_counts_what_can_be_counted(string property, string field, string? fault) =>
        Assert.That(PriceChecks.FaultOfQuantity(field, Schema(property, required: true)), Is.EqualTo(fault));

    [TestCaseSource(nameof(PricedCases))]
    public void Whatever_passes_has_a_price(string field, string value)
    {
        var rule = new PriceRule(1, 2, "unit", new PriceQuantity(field), []);
        var input = new JsonObject { ["x"] = JsonNode.Parse(value) };
        GenerationAsset[] assets = [new("x", Guid.NewGuid(), new Uri("http://storage/x"), "video/mp4", 1, null, null, 3)];
        Assert.That(PriceDecision.Decide(rule, input, assets), Is.InstanceOf<PriceOutcome.Priced>());
    }

    [TestCase("x", """{"type":"integer"}""")]
    [TestCase("x.length", """{"type":"string"}""")]
    [TestCase("x.duration_seconds", """{"type":"string","format":"asset"}""")]
    public void A_quantity_may_not_count_what_may_be_absent(string field, string property) => Assert.Multiple(() =>
    {
        Assert.That(PriceChecks.FaultOfQuantity(field, Schema(property, required: false)), Is.EqualTo(Open));
        Assert.That(PriceChecks.FaultOfQuantity(field, Schema(property, required: true)), Is.Null);
    });

    [TestCase("x", """{"type":"integer","default":1}""")]
    [TestCase("x.length", """{"type":"string","default":""}""")]
    public void A_default_closes_the_price(string field, string property) =>
        Assert.That(PriceChecks.FaultOfQuantity(field, Schema(property, required: false)), Is.Null);

    [TestCase(1, null)]
    [TestCase(0.000001, null)]
    [TestCase(1e9, null)]
    [TestCase(1e-7, "must be a number from 0.000001 to 1000000000")]
    [TestCase(1.1e9, "must be a number from 0.000001 to 1000000000")]
    [TestCase(double.PositiveInfinity, "must be a number from 0.000001 to 1000000000")]
    public void A_unit_has_a_size_that_can_be_divided_by(double per, string? fault)
    {
        Assert.That(PriceChecks.FaultOfPer(per), Is.EqualTo(fault));
        var rule = new PriceRule(1, 1, "unit", new PriceQuantity("x", per), []);
        var input = new JsonObject { ["x"] = 1 };
        if (fault is null) Assert.That(() => PriceDecision.Decide(rule, input, []), Throws.Nothing);
        else Assert.That(() => PriceDecision.Decide(rule, input, []), Throws.InvalidOperationException);
    }

    [TestCase("""{"type":"string","enum":["a","b"]}""", null)]
    [TestCase("""{"type":"integer"}""", null)]
    [TestCase("""{"type":"boolean"}""", null)]
    [TestCase("""{"type":"array","items":{"type":"string"}}""", "must name a text, a number or a boolean")]
    [TestCase("""{"type":"string","format":"asset"}""", "must name a text, a number or a boolean")]
    public void A_factor_looks_at_one_value(string property, string? fault) =>
        Assert.That(PriceChecks.FaultOfFactor("x", Schema(property, required: false)), Is.EqualTo(fault));

    [TestCase("""{"type":"string","enum":["a"]}""", "a", true)]
    [TestCase("""{"type":"string","enum":["a"]}""", "b", false)]
    [TestCase("""{"type":"integer","enum":[480.0,7.2e2]}""", "720", true)]
    [TestCase("""{"type":"integer","enum":[480.0,7.2e2]}""", "480.0", false)]
    [TestCase("""{"type":"boolean"}""", "true", true)]
    [TestCase("""{"type":"boolean"}""", "True", false)]
    [TestCase("""{"type":"boolean","enum":[true]}""", "true", true)]
    [TestCase("""{"type":"integer","minimum":1,"maximum":9}""", "9", true)]
    [TestCase("""{"type":"integer","minimum":1,"maximum":9}""", "10", false)]
    [TestCase("""{"type":"integer"}""", "5.0", false)]
    [TestCase("""{"type":"number"}""", "0.5", true)]
    [TestCase("""{"type":"integer"}""", "many", false)]
    [TestCase("""{"type":"string"}""", "anything", true)]
    public void A_percentage_belongs_to_a_value_that_can_be(string property, string value, bool fits) =>
        Assert.That(PriceChecks.FaultOfValue("x", value, Schema(property, required: false)), Is.EqualTo(fits ? null : "is never the value of x"));

    [Test]
    public void A_schema_that_is_not_there_has_no_properties() => Assert.Multiple(() =>
    {
        Assert.That(PriceChecks.FaultOfQuantity("x", schema: null), Is.EqualTo("is not a property of input_schema"));
        Assert.That(PriceChecks.FaultOfFactor("x", JsonElement.Parse("[]")), Is.EqualTo("is not a property of input_schema"));
        Assert.That(PriceChecks.FaultOfValue("x", "a", schema: null), Is.Null);
    });

    static JsonElement Schema(string property, bool required) =>
        JsonElement.Parse($$$"""{"type":"object","required":[{{{(required ? "\"x\"" : "")}}}],"properties":{"x":{{{property}}}}}""");
}
