using System.Globalization;
using System.Text.Json.Nodes;

namespace VideoGen.Providers.Connectors.Described;

/// <summary>Which entries of a vendor's list may be the create whose answer was lost. Pure.</summary>
internal static class LostWorkFinder
{
    /// <summary>How far the vendor's clock may be from the database's.</summary>
    static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(5);

    /// <summary>The ids of entries that were made while the create may have been under way, and that look like it.</summary>
    /// <param name="callTime">How long a create may take.</param>
    public static IReadOnlyList<string> Candidates(FindDescription find, LostWork lost, Scope body, TimeSpan callTime)
    {
        if (find.Items!.Of(body) is not JsonArray items) return [];
        var (first, last) = (lost.CreatedAt - ClockSkew, lost.CreatedAt + callTime + ClockSkew);
        return
        [
            .. from item in items.OfType<JsonObject>()
               let scope = Scope.Of(item)
               let id = find.Id.TextOf(scope)
               where id is { Length: > 0 } && TimeOf(find.CreatedAt!.TextOf(scope)) is { } at && at >= first && at <= last
               where find.Same is null || find.Same.TextOf(Together(item, lost.Request)) == "true"
               select id,
        ];
    }

    /// <summary>
    /// True when a search that found nothing is late enough to be believed: the vendor may take the work up to the very end of the call.
    /// </summary>
    /// <param name="callTime">How long a create may take.</param>
    public static bool IsBelieved(FindDescription find, LostWork lost, TimeSpan callTime) =>
        lost.Now - lost.CreatedAt >= callTime + TimeSpan.FromSeconds(find.AbsentAfterSeconds);

    static Scope Together(JsonObject item, CreateRequest request) => Scope.Of(new JsonObject
    {
        ["item"] = item.DeepClone(),
        ["model"] = request.Model,
        ["input"] = JsonNode.Parse(request.Input.GetRawText()),
        ["reference"] = request.ClientReference.ToString(),
    });

    /// <summary>Seconds or milliseconds since 1970, or a time with its offset; one without is UTC.</summary>
    static DateTimeOffset? TimeOf(string? text)
    {
        if (decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            return number is > 0 and < 100_000_000_000_000m
                ? DateTimeOffset.UnixEpoch.AddSeconds((double)(number > 100_000_000_000m ? number / 1000 : number)) : null;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
    }
}
