using System.Globalization;
using VideoGen.HttpApi.Paging;

namespace VideoGen.Jobs.Feed;

/// <summary>A place in the feed: after the row that transaction <paramref name="Xid"/> wrote as number <paramref name="Id"/>.</summary>
internal readonly record struct FeedCursor(ulong Xid, long Id)
{
    /// <summary>Before the first row.</summary>
    public static readonly FeedCursor Start = new(0, 0);

    /// <summary>The opaque text clients keep.</summary>
    public override string ToString() =>
        Cursor.Encode("f", Xid.ToString(CultureInfo.InvariantCulture), Id.ToString(CultureInfo.InvariantCulture));

    /// <summary>False for a text that is none of ours.</summary>
    public static bool TryParse(string? text, out FeedCursor cursor)
    {
        cursor = Start;
        if (Cursor.TryDecode(text, 3) is not ["f", var xidText, var idText]) return false;
        if (!ulong.TryParse(xidText, NumberStyles.None, CultureInfo.InvariantCulture, out var xid)) return false;
        if (!long.TryParse(idText, NumberStyles.None, CultureInfo.InvariantCulture, out var id)) return false;
        cursor = new FeedCursor(xid, id);
        return true;
    }
}
