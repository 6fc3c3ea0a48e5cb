namespace VideoGen.Durability.DeadLetters;

/// <summary>A message that could not be handled or sent.</summary>
/// <param name="Source">One of <see cref="DeadLetterSource"/>.</param>
/// <param name="Endpoint">The queue that it was for; of one that could not be sent, where it was to go.</param>
/// <param name="MessageType">The full name of the message's type; <c>unknown</c> when the body does not tell.</param>
/// <param name="JobId">From the body, when that names one.</param>
/// <param name="AccountId">From the body, when that names one.</param>
/// <param name="Reason">Type and text of the exception, or what the broker says.</param>
/// <param name="Attempts">How often it was tried, as far as that is known.</param>
public sealed record DeadLetter(
    Guid Id, string Source, string Endpoint, string MessageType, Guid MessageId, Guid? JobId, Guid? AccountId, string Reason, int Attempts,
    DateTimeOffset FailedAt, int SizeBytes);

/// <summary>One with everything that is kept of it.</summary>
/// <param name="Detail">The exception with its stack trace; null where there was none.</param>
/// <param name="Destination">Where a replay is sent.</param>
/// <param name="Headers">The transport's headers as a JSON object; null without any.</param>
public sealed record DeadLetterContent(DeadLetter Letter, string? Detail, string Destination, string ContentType, string? Headers, byte[] Body);

/// <summary>Which dead letters are meant; what is null does not matter.</summary>
public sealed record DeadLetterFilter(IReadOnlyList<Guid>? Ids = null, string? MessageType = null, string? Source = null);

/// <summary>A place in the list, which goes from the newest to the oldest.</summary>
public sealed record DeadLetterPosition(DateTimeOffset FailedAt, Guid Id);

/// <summary>Where a dead letter was caught.</summary>
public static class DeadLetterSource
{
    /// <summary>Its consumer threw an exception that no retry cured.</summary>
    public const string Error = "error";

    /// <summary>No consumer of the queue takes this type.</summary>
    public const string Skipped = "skipped";

    /// <summary>The broker gave up on it: it was delivered too often to processes that died.</summary>
    public const string Dead = "dead";

    /// <summary>It was set aside in the outbox: it can never be sent as it is, or was sent again and no queue took it.</summary>
    public const string Outbox = "outbox";

    public static IReadOnlyList<string> All { get; } = [Error, Skipped, Dead, Outbox];
}

/// <summary>One to be kept.</summary>
internal sealed record NewDeadLetter(
    string Source, string Endpoint, byte[] Fingerprint, OutboxMessage Message, Guid? JobId, Guid? AccountId, string Reason, string? Detail, int Attempts,
    DateTimeOffset FailedAt);
