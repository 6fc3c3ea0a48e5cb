using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace VideoGen.Providers.Connectors.Described;

/// <summary>What a vendor's list says about a create whose answer was lost.</summary>
/// <param name="Ids">The entries that may be it.</param>
/// <param name="IsWhole">
/// True when the answer certainly shows all that was made while the create may have been under way. Otherwise nothing follows from it:
/// what is not there may stand on the next page, and the one that is there may not be the only one.
/// </param>
/// <param name="AreTold">True when what the vendor shows of each was compared with the input, so that other input would not fit.</param>
internal sealed record ListedWork(IReadOnlyList<string> Ids, bool IsWhole, bool AreTold)
{
    public static ListedWork Nothing { get; } = new([], IsWhole: false, AreTold: false);
}

/// <summary>Which entries of a vendor's list may be the create whose answer was lost. Pure.</summary>
internal static class LostWorkFinder
{
    /// <summary>How far the vendor's clock may be from the database's.</summary>
    static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(5);

    static readonly JsonElement NoInput = JsonElement.Parse("{}");

    /// <summary>The entries that were made while the create may have been under way, and that look like it.</summary>
    /// <param name="callTime">How long a create may take.</param>
    public static ListedWork Candidates(FindDescription find, LostWork lost, Scope body, TimeSpan callTime)
    {
        if (find.Items!.Of(body) is not JsonArray items) return ListedWork.Nothing;
        var (first, last) = (lost.CreatedAt - ClockSkew, lost.CreatedAt + callTime + ClockSkew);
        var entries = items.Select(item => Entry.Of(find, item)).OfType<Entry>().ToList();
        if (entries.Count < items.Count) return ListedWork.Nothing;
        var like = entries.Where(entry => entry.At >= first && entry.At <= last && IsSame(find, entry, lost.Request)).ToList();
        return new ListedWork(
            [.. like.Select(entry => entry.Id)],
            IsWhole: items.Count < find.PageSize || ReachesBack(entries, first),
            AreTold: like.TrueForAll(entry => !IsSame(find, entry, lost.Request with { Input = NoInput })));
    }

    /// <summary>When another attempt must have begun for its work to be among the candidates of this one.</summary>
    public static (DateTimeOffset First, DateTimeOffset Last) RivalsOf(LostWork lost, TimeSpan callTime) =>
        (lost.CreatedAt - callTime - 2 * ClockSkew, lost.CreatedAt + callTime + 2 * ClockSkew);

    /// <summary>
    /// True when a search that found nothing is late enough to be believed: the vendor may take the work up to the very end of the call.
    /// </summary>
    /// <param name="callTime">How long a create may take.</param>
    public static bool IsBelieved(FindDescription find, LostWork lost, TimeSpan callTime) =>
        lost.Now - lost.CreatedAt >= callTime + TimeSpan.FromSeconds(find.AbsentAfterSeconds);

    /// <summary>True for a list with the newest first that ends before the time: what is on its next page is older still.</summary>
    static bool ReachesBack(IReadOnlyList<Entry> entries, DateTimeOffset first) =>
        entries is [.., var oldest] && oldest.At < first && entries.Zip(entries.Skip(1)).All(pair => pair.First.At >= pair.Second.At);

    static bool IsSame(FindDescription find, Entry entry, CreateRequest request) =>
        find.Same is null || find.Same.TextOf(Together(entry.Item, request)) == "true";

    /// <exception cref="FormatException">Expressions can't be asked about it.</exception>
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

    sealed record Entry(JsonObject Item, string Id, DateTimeOffset At)
    {
        /// <summary>Null for an entry without an id or a time that can be read: it may be the one.</summary>
        public static Entry? Of(FindDescription find, JsonNode? node) =>
            node is JsonObject item && Scope.Of(item) is var scope
            && find.Id.TextOf(scope) is var id && VendorText.IsId(id)
            && TimeOf(find.CreatedAt!.TextOf(scope)) is { } at ? new Entry(item, id, at) : null;
    }
}
