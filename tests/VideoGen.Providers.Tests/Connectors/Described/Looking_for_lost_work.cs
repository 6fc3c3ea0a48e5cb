using System.Text.Json;
using VideoGen.Providers.Connectors;
using VideoGen.Providers.Connectors.Described;

namespace VideoGen.Providers.Tests.Connectors.Described;

/// <summary>What an answer to a search says about a create whose answer was lost.</summary>
[TestFixture]
internal sealed class Looking_for_lost_work
{
    static readonly TimeSpan CallTime = TimeSpan.FromSeconds(60);
    static readonly DateTimeOffset Noon = DateTimeOffset.Parse("2026-11-27T12:00:00Z", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Kling's twenty seconds and Ark's sixty begin when the call can't arrive any more.</summary>
    [TestCase("kling", 0, false)]
    [TestCase("kling", 20, false)]
    [TestCase("kling", 30, false)]
    [TestCase("kling", 79.9, false)]
    [TestCase("kling", 80, true)]
    [TestCase("ark", 119.9, false)]
    [TestCase("ark", 120, true)]
    public void Nothing_found_is_believed_only_after_the_calls_time_and_the_vendors(string vendor, double seconds, bool isBelieved) =>
        Assert.That(LostWorkFinder.IsBelieved(FindOf(vendor), Lost(TimeSpan.FromSeconds(seconds)), CallTime), Is.EqualTo(isBelieved));

    /// <summary>The lost work may stand on the next page, unless what is on this one goes back further than the create.</summary>
    /// <param name="times">In seconds from the create, as the list has them.</param>
    [TestCase(3, true, 40, 30)]
    [TestCase(3, false, 40, 30, 20)]
    [TestCase(3, false, 40, 30, -5)]
    [TestCase(3, true, 40, 30, -6)]
    [TestCase(3, true, 400, 300, -6)]
    [TestCase(3, false, -6, 30, 40)]
    [TestCase(3, false, 30, -6, 40)]
    [TestCase(1, false, 0)]
    [TestCase(1, true)]
    public void A_full_page_tells_only_what_is_newer_than_its_end(int size, bool isWhole, params double[] times)
    {
        var find = FindOf("ark") with { PageSize = size };
        var items = times.Select((at, index) => new { id = $"{index}", model = "m", created_at = Noon.AddSeconds(at).ToUnixTimeSeconds() });
        var body = Scope.TryParse(JsonSerializer.Serialize(new { items }))!;
        var listed = LostWorkFinder.Candidates(find, Lost(TimeSpan.FromMinutes(5)), body, CallTime);
        Assert.That(listed.IsWhole, Is.EqualTo(isWhole));
        Assert.That(listed.Ids, Has.Count.EqualTo(times.Count(at => at is >= -5 and <= 65)));
    }

    static FindDescription FindOf(string vendor) => Descriptions.Of(vendor).Tasks.Values.First().Find!;

    static LostWork Lost(TimeSpan after)
    {
        var nothing = JsonElement.Parse("{}");
        return new LostWork(new CreateRequest(Guid.Empty, "m", nothing, [], nothing, Script: null, Noon.AddHours(1)), Noon, Noon + after);
    }
}
