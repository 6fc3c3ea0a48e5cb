using System.Globalization;
using VideoGen.Durability.DeadLetters;
using VideoGen.HttpApi.Paging;
using VideoGen.HttpApi.Requests;

namespace VideoGen.Jobs.Operator.DeadLetters;

/// <summary>What the operator wants to see.</summary>
/// <param name="Services">Those that are asked.</param>
internal sealed record DeadLettersQuery(IReadOnlyList<string> Services, string? MessageType, string? Source, DeadLetterPosition? After, int Limit)
{
    const int DefaultLimit = 50;
    const int MaxLimit = 100;

    public static readonly QueryParameter[] Names =
    [
        QueryParameter.Word("service", "Only those of this service.", [.. DeadLettersClient.Services]),
        QueryParameter.Text("message_type", "Only messages of this type."),
        QueryParameter.Word("source", "Only from here.", [.. DeadLetterSource.All]),
        QueryParameter.Limit(MaxLimit, DefaultLimit),
        QueryParameter.Cursor(2, parts => PositionOf(parts) is not null),
    ];

    public static DeadLettersQuery Read(IQueryCollection query) => new(
        query.TextOf("service") is { } service ? [service]
            : DeadLettersClient.Services, query.TextOf("message_type"), query.TextOf("source"),
        query.CursorOf(2) is { } parts ? PositionOf(parts) : null, query.WholeOf("limit", DefaultLimit));

    public static string CursorAfter(DeadLetter letter) => Cursor.Encode(letter.FailedAt.ToString("O", CultureInfo.InvariantCulture), letter.Id.ToString());

    static DeadLetterPosition? PositionOf(string[] parts) =>
        DateTimeOffset.TryParse(parts[0], CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var at)
            && IdText.TryParse(parts[1], out var letter)
            ? new DeadLetterPosition(at, letter)
            : null;
}
