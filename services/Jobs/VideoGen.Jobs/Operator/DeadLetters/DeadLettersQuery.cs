using System.Globalization;
using VideoGen.Durability.DeadLetters;
using VideoGen.HttpApi.Errors;
using VideoGen.HttpApi.Paging;

namespace VideoGen.Jobs.Operator.DeadLetters;

/// <summary>What the operator wants to see.</summary>
/// <param name="Services">Those that are asked.</param>
internal sealed record DeadLettersQuery(IReadOnlyList<string> Services, string? MessageType, string? Source, DeadLetterPosition? After, int Limit)
{
    const int DefaultLimit = 50;
    const int MaxLimit = 100;

    public static (DeadLettersQuery? Query, ProblemAnswer? Refusal) Read(IQueryCollection query)
    {
        var service = Text(query, "service");
        if (service is not null && !DeadLettersClient.Services.Contains(service))
            return (null, Problems.OfField("service", $"must be one of {string.Join(", ", DeadLettersClient.Services)}"));
        var source = Text(query, "source");
        if (source is not null && !DeadLetterSource.All.Contains(source))
            return (null, Problems.OfField("source", $"must be one of {string.Join(", ", DeadLetterSource.All)}"));
        var limit = DefaultLimit;
        if (Text(query, "limit") is { } asked && (!int.TryParse(asked, CultureInfo.InvariantCulture, out limit) || limit is < 1 or > MaxLimit))
            return (null, Problems.OfField("limit", $"must be from 1 to {MaxLimit}"));
        var cursor = Text(query, "cursor");
        var after = cursor is null ? null : Position(cursor);
        if (cursor is not null && after is null) return (null, Problems.OfField("cursor", "must be the next_cursor of an earlier page"));
        return (new DeadLettersQuery(service is null ? DeadLettersClient.Services : [service], Text(query, "message_type"), source, after, limit), null);
    }

    public static string CursorAfter(DeadLetter letter) => Cursor.Encode(letter.FailedAt.ToString("O", CultureInfo.InvariantCulture), letter.Id.ToString());

    static DeadLetterPosition? Position(string cursor) =>
        Cursor.TryDecode(cursor, 2) is [var time, var id]
            && DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var at) && Guid.TryParse(id, out var letter)
            ? new DeadLetterPosition(at, letter)
            : null;

    static string? Text(IQueryCollection query, string name) => query[name].ToString() is { Length: > 0 } text ? text : null;
}
