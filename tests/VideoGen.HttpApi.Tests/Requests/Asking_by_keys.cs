using Microsoft.AspNetCore.Http;
using VideoGen.HttpApi.Requests;

namespace VideoGen.HttpApi.Tests.Requests;

/// <summary>A parameter with keys of the client's own: <c>metadata[key]=text</c>.</summary>
[TestFixture, Parallelizable(ParallelScope.All)]
public sealed class Asking_by_keys
{
    static readonly QueryParameter Metadata = QueryParameter.TextsByKey("metadata", "Of the job.", longestKey: 8, most: 12);
    static readonly QueryParameter[] Known = [Metadata, QueryParameter.Flag("active", "Whether.")];

    [Test]
    public void Reads_back_whatever_texts_were_asked_for()
    {
        const string letters = "ab[]=&%+ :;.\"'\\/é🎬Aa0";
        var random = new Random(7);
        for (var round = 0; round < 2000; round++)
        {
            var asked = Enumerable.Range(0, random.Next(1, 4)).Select(_ => (Key: Text(1, 8), Value: Text(0, 12)))
                .DistinctBy(pair => pair.Key).ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal);
            var query = "?" + string.Join('&', asked.Select(pair =>
                $"{Uri.EscapeDataString($"metadata[{pair.Key}]")}={Uri.EscapeDataString(pair.Value)}"));
            Assert.That(FaultsOf(query), Is.Empty, query);
            Assert.That(RequestOf(query).TextsOf(Metadata), Is.EquivalentTo(asked), query);
        }

        string Text(int least, int most)
        {
            var runes = letters.EnumerateRunes().ToArray();
            var text = "";
            for (var left = random.Next(least, most + 1); left > 0; left--)
            {
                var next = runes[random.Next(runes.Length)].ToString();
                text += text.Length + next.Length > most ? "x" : next;
                if (text.Length >= most) break;
            }
            return text;
        }
    }

    [TestCase("?metadata=1", "metadata")]
    [TestCase("?metadata[a=1", "metadata[a")]
    [TestCase("?metadata]a[=1", "metadata]a[")]
    [TestCase("?Metadata[a]=1", "Metadata[a]")]
    [TestCase("?metadata[]=1", "metadata[]")]
    [TestCase("?metadata[123456789]=1", "metadata[123456789]")]
    [TestCase("?metadata[a]=1234567890123", "metadata[a]")]
    [TestCase("?metadata[a]=1&metadata[a]=1", "metadata[a]")]
    [TestCase("?metadata[a]=%FF", "metadata[a]")]
    [TestCase("?metadata[a]=%00", "metadata[a]")]
    [TestCase("?metadata[a]=1&active=", "active")]
    [TestCase("?metadata[a]=1&active[a]=true", "active[a]")]
    public void Names_what_is_wrong(string query, params string[] named) =>
        Assert.That(FaultsOf(query), Is.EquivalentTo(named));

    [Test]
    public void A_key_with_NUL_is_named() => Assert.That(FaultsOf("?metadata[%00]=1").Single(), Does.StartWith("metadata["));

    [Test]
    public void Keys_that_differ_in_case_are_two() =>
        Assert.That(RequestOf("?metadata[A]=1&metadata[a]=2").TextsOf(Metadata), Is.EquivalentTo(new Dictionary<string, string>
        {
            ["A"] = "1", ["a"] = "2",
        }));

    [Test]
    public void Without_one_there_is_none() => Assert.That(RequestOf("?active=true").TextsOf(Metadata), Is.Null);

    static IEnumerable<string> FaultsOf(string query)
    {
        var faults = new Faults();
        RequestRules.CheckQuery(query, Known, faults);
        return faults.ByField.Keys;
    }

    static HttpRequest RequestOf(string query)
    {
        var request = new DefaultHttpContext().Request;
        request.QueryString = new QueryString(query);
        return request;
    }
}
