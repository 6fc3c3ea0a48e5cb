using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace VideoGen.HttpApi.Requests;

/// <summary>Reads a query that has passed its route's <see cref="QueryParameter"/>s: what is there is right.</summary>
public static class QueryReading
{
    public static string? TextOf(this IQueryCollection query, string name) => query[name] is [{ } text, ..] ? text : null;

    public static int WholeOf(this IQueryCollection query, string name, int otherwise) =>
        query.TextOf(name) is { } text ? int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture) : otherwise;

    public static DateTimeOffset? TimeOf(this IQueryCollection query, string name) =>
        query.TextOf(name) is { } text && TimeText.TryParseInQuery(text, out var time) ? time : null;

    public static Guid? IdOf(this IQueryCollection query, string name) =>
        query.TextOf(name) is { } text && IdText.TryParse(text, out var id) ? id : null;

    public static bool? FlagOf(this IQueryCollection query, string name) => query.TextOf(name) is { } text ? text == "true" : null;

    /// <summary>One or more words, separated by commas or given one by one; null for none.</summary>
    public static string[]? WordsOf(this IQueryCollection query, string name) =>
        query.TryGetValue(name, out var values) ? [.. values.SelectMany(text => text!.Split(',', StringSplitOptions.TrimEntries))] : null;

    /// <summary>
    /// Texts by their keys; null for none. Read from the query as it came: the framework takes keys that differ in case alone
    /// for one.
    /// </summary>
    public static Dictionary<string, string>? TextsOf(this HttpRequest request, QueryParameter parameter)
    {
        var query = request.QueryString.HasValue ? request.QueryString.Value![1..] : "";
        var texts = QueryText.PairsOf(query).Where(pair => pair.Name is not null && parameter.Takes(pair.Name)).ToDictionary(
            pair => parameter.KeyOf(pair.Name!)!, pair => pair.Value!, StringComparer.Ordinal);
        return texts.Count == 0 ? null : texts;
    }

    /// <summary>The parts of the cursor; null for the first page.</summary>
    public static string[]? CursorOf(this IQueryCollection query, int parts) => Paging.Cursor.TryDecode(query.TextOf("cursor"), parts);
}
