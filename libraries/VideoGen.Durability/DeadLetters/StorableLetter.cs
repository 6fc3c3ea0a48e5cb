using System.Text;

namespace VideoGen.Durability.DeadLetters;

/// <summary>
/// Makes a dead letter one that the table takes, whatever is in it: no text has a NUL, which PostgreSQL refuses, or half a surrogate pair,
/// which its driver refuses, and what may be long is cut at a whole character. The body stays as it is, byte for byte.
/// </summary>
internal static class StorableLetter
{
    public const int LongestReason = 2000;
    public const int LongestDetail = 16_000;
    public const int LongestType = 500;

    public static NewDeadLetter Of(NewDeadLetter letter) => letter with
    {
        Endpoint = Text(letter.Endpoint),
        Reason = Text(letter.Reason, LongestReason),
        Detail = TextOrNull(letter.Detail, LongestDetail),
        Message = Of(letter.Message),
    };

    // What a replay needs is not cut: it would go elsewhere, or could not be read.
    static OutboxMessage Of(OutboxMessage message) => message with
    {
        MessageType = Text(message.MessageType, LongestType),
        Destination = Text(message.Destination),
        ContentType = Text(message.ContentType),
        Headers = TextOrNull(message.Headers),
        Properties = TextOrNull(message.Properties),
        TraceParent = TextOrNull(message.TraceParent),
        TraceState = TextOrNull(message.TraceState),
    };

    static string? TextOrNull(string? text, int longest = int.MaxValue) => text is null ? null : Text(text, longest);

    // UTF-8 knows no half of a surrogate pair: there and back, it becomes the replacement character.
    static string Text(string text, int longest = int.MaxValue) =>
        Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(Cut(text, longest))).Replace('\0', '\uFFFD');

    static string Cut(string text, int longest) =>
        text.Length <= longest ? text : text[..(char.IsHighSurrogate(text[longest - 1]) ? longest - 1 : longest)];
}
