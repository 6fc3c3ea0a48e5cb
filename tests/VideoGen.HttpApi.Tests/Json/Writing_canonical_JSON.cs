using System.Globalization;
using System.Text;
using System.Text.Json;

namespace VideoGen.HttpApi.Tests.Json;

[TestFixture]
public sealed class Writing_canonical_JSON
{
    static readonly string[] Parts = ["a", "B", "\"", "\\", "\n", "\u0001", "/", "ü", "€", "😀"];

    // Of RFC 8785, appendix B and section 3.2.
    [TestCase("0", "0")]
    [TestCase("-0", "0")]
    [TestCase("-0.0", "0")]
    [TestCase("4.50", "4.5")]
    [TestCase("4.0", "4")]
    [TestCase("40e-1", "4")]
    [TestCase("0.4E+1", "4")]
    [TestCase("2e-3", "0.002")]
    [TestCase("1E30", "1e+30")]
    [TestCase("0.000000000000000000000000001", "1e-27")]
    [TestCase("333333333.33333329", "333333333.3333333")]
    [TestCase("5e-324", "5e-324")]
    [TestCase("1.7976931348623157e308", "1.7976931348623157e+308")]
    [TestCase("9007199254740992", "9007199254740992")]
    [TestCase("295147905179352830000", "295147905179352830000")]
    [TestCase("999999999999999900000", "999999999999999900000")]
    [TestCase("1e21", "1e+21")]
    [TestCase("0.000001", "0.000001")]
    [TestCase("0.0000001", "1e-7")]
    [TestCase("-1.25e2", "-125")]
    [TestCase("9007199254740993", "9007199254740993")]
    [TestCase("9007199254740993.0", "9007199254740993")]
    [TestCase("1e400", "1e+400")]
    public void Numbers_are_those_of_ECMAScript(string number, string canonical) => Assert.That(Canonical(number), Is.EqualTo(canonical));

    [TestCase("""{"b":1,"a":[ ],"c":{ }}""", """{"a":[],"b":1,"c":{}}""")]
    [TestCase("""{"\u20ac":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]}""",
        """{"literals":[null,true,false],"\u20AC":"\u20AC$\u000f\nA'B\"\\\\\"/"}""")]
    public void Members_and_texts_have_one_form(string json, string canonical) =>
        Assert.That(Canonical(json), Is.EqualTo(canonical.Replace("\\u20AC", "\u20AC")));

    [Test]
    public void Members_stand_in_the_order_of_their_UTF_16_units()
    {
        var names = new[] { "\u20ac", "\r", "\ufb33", "1", "\ud83d\ude00", "\u0080", "\u00f6" };
        var canonical = Canonical(JsonSerializer.Serialize(names.ToDictionary(name => name, _ => 0)));
        var order = JsonSerializer.Deserialize<JsonElement>(canonical).EnumerateObject().Select(member => member.Name);
        Assert.That(order, Is.EqualTo(new[] { "\r", "1", "\u0080", "\u00f6", "\u20ac", "\ud83d\ude00", "\ufb33" }));
    }

    /// <summary>Values at random, each written in two ways at random: the form is the same, and still says what both said.</summary>
    [Test]
    public void Two_texts_that_say_the_same_have_the_same_form()
    {
        for (var seed = 0; seed < 2000; seed++)
        {
            var value = ValueOf(new Random(seed), depth: 0);
            var (one, other) = (Canonical(Write(value, new Random(seed + 1))), Canonical(Write(value, new Random(seed + 2))));
            Assert.That(one, Is.EqualTo(other), $"seed {seed}");
            Assert.That(Canonical(one), Is.EqualTo(one), $"seed {seed}: the form of the form");
        }
    }

    /// <summary>Doubles at random come back to the bit.</summary>
    [Test]
    public void A_number_is_still_the_number()
    {
        var chance = new Random(8785);
        for (var i = 0; i < 20_000; i++)
        {
            var number = BitConverter.Int64BitsToDouble(chance.NextInt64(long.MinValue, long.MaxValue));
            if (!double.IsFinite(number)) continue;
            var canonical = Canonical(number.ToString("E16", CultureInfo.InvariantCulture));
            Assert.That(double.Parse(canonical, CultureInfo.InvariantCulture), Is.EqualTo(number), canonical);
        }
    }

    static string Canonical(string json) => CanonicalJson.TextOf(JsonSerializer.Deserialize<JsonElement>(json));

    static object ValueOf(Random chance, int depth) => chance.Next(depth > 3 ? 3 : 5) switch
    {
        0 => (decimal)chance.Next(-1000, 1000) / 8,
        1 => TextOf(chance),
        2 => chance.Next(2) == 0,
        3 => Enumerable.Range(0, chance.Next(4)).Select(_ => ValueOf(chance, depth + 1)).ToList(),
        _ => Enumerable.Range(0, chance.Next(5)).Select(_ => TextOf(chance)).Distinct()
            .ToDictionary(name => name, _ => ValueOf(chance, depth + 1)),
    };

    static string TextOf(Random chance) => string.Concat(chance.GetItems(Parts, chance.Next(6)));

    static string Write(object value, Random chance) => value switch
    {
        decimal number => Write(number, chance),
        string text => Quote(text, chance),
        bool flag => flag ? "true" : "false",
        List<object> items => "[" + Space(chance) + string.Join(Space(chance) + ",", items.Select(item => Write(item, chance))) + "]",
        Dictionary<string, object> members => "{" + string.Join(",", members.OrderBy(_ => chance.Next())
            .Select(member => Space(chance) + Quote(member.Key, chance) + ":" + Space(chance) + Write(member.Value, chance))) + "}",
        _ => throw new InvalidOperationException(value.GetType().Name),
    };

    static string Write(decimal number, Random chance)
    {
        var plain = number.ToString(CultureInfo.InvariantCulture);
        return chance.Next(3) switch
        {
            0 => plain,
            1 => plain + (plain.Contains('.') ? "00" : ".0"),
            _ => (number / 100).ToString(CultureInfo.InvariantCulture) + "E2",
        };
    }

    static string Quote(string text, Random chance)
    {
        var quoted = new StringBuilder("\"");
        foreach (var rune in text.EnumerateRunes())
        {
            var isEscaped = rune.Value is '"' or '\\' or < ' ' || chance.Next(3) == 0;
            quoted.Append(isEscaped ? string.Concat(rune.ToString().Select(unit => $"\\u{(int)unit:x4}")) : rune.ToString());
        }
        return quoted.Append('"').ToString();
    }

    static string Space(Random chance) => new[] { "", " ", "\n\t" }[chance.Next(3)];
}
