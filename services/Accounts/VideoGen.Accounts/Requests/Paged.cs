using VideoGen.HttpApi.Paging;
using VideoGen.HttpApi.Requests;

namespace VideoGen.Accounts.Requests;

internal static class Paged
{
    const int MaxLimit = 100;
    const int DefaultLimit = 20;

    /// <summary>Of a list that is ordered by time of making, then id.</summary>
    public static readonly QueryParameter[] QueryByTime = Query(2, parts => Position(parts) is not null);

    /// <param name="parts">How many the list's cursor has.</param>
    /// <param name="isPlace">Whether they make a place in the list.</param>
    public static QueryParameter[] Query(int parts, Func<string[], bool> isPlace) =>
        [QueryParameter.Limit(MaxLimit, DefaultLimit), QueryParameter.Cursor(parts, isPlace)];

    public static int LimitOf(IQueryCollection query) => query.WholeOf("limit", DefaultLimit);

    /// <summary>Makes a page of rows of which one more than the limit was asked for.</summary>
    public static Page<T> Of<T>(List<T> rows, int limit, Func<T, string[]> cursor)
    {
        var more = rows.Count > limit;
        if (more) rows.RemoveRange(limit, rows.Count - limit);
        return new Page<T>(rows, more ? Cursor.Encode(cursor(rows[^1])) : null, more);
    }

    /// <summary>Cursor parts of a list that is ordered by time of making, then id.</summary>
    public static string[] Parts(DateTimeOffset createdAt, Guid id) => [createdAt.UtcTicks.ToString(), id.ToString()];

    /// <summary>The position that <see cref="Parts"/> wrote, or null.</summary>
    public static (DateTimeOffset CreatedAt, Guid Id)? Position(string[] parts) =>
        long.TryParse(parts[0], out var ticks) && ticks >= 0 && ticks <= DateTimeOffset.MaxValue.UtcTicks && Guid.TryParseExact(parts[1], "D", out var id)
            ? (new DateTimeOffset(ticks, TimeSpan.Zero), id)
            : null;
}
