using System.Text.Json;
using VideoGen.Durability.DeadLetters;
using VideoGen.ServiceDefaults.DeadLetters;

namespace VideoGen.Jobs.Operator.DeadLetters;

/// <summary>A message that could not be handled or sent.</summary>
/// <param name="Service">Whose it is.</param>
/// <param name="Source"><c>error</c>: its consumer failed. <c>skipped</c>: no consumer takes it. <c>dead</c>: the broker gave up. <c>outbox</c>: it can't be sent.</param>
/// <param name="Endpoint">The queue it was for, or where it was to go.</param>
internal sealed record DeadLetterOfService(
    string Service, Guid Id, string Source, string Endpoint, string MessageType, Guid MessageId, Guid? JobId, Guid? AccountId, string Reason, int Attempts,
    DateTimeOffset FailedAt, int SizeBytes)
{
    public static DeadLetterOfService Of(string service, DeadLetter letter) => new(
        service, letter.Id, letter.Source, letter.Endpoint, letter.MessageType, letter.MessageId, letter.JobId, letter.AccountId, letter.Reason, letter.Attempts,
        letter.FailedAt, letter.SizeBytes);
}

/// <summary>Dead letters of all services, newest first.</summary>
/// <param name="Missing">Services that did not answer: their letters are not in the list.</param>
internal sealed record DeadLetterPage(IReadOnlyList<DeadLetterOfService> Data, string? NextCursor, bool HasMore, IReadOnlyList<string> Missing);

/// <summary>A dead letter with its content, which may hold a customer's.</summary>
/// <param name="BodyEncoding"><c>json</c>, <c>text</c> or <c>base64</c>.</param>
internal sealed record DeadLetterContentOfService(
    DeadLetterOfService Letter, string? Detail, string Destination, string ContentType, JsonElement? Headers, string BodyEncoding, JsonElement Body)
{
    public static DeadLetterContentOfService Of(string service, DeadLetterContentView content) => new(
        DeadLetterOfService.Of(service, content.Letter), content.Detail, content.Destination, content.ContentType, content.Headers, content.BodyEncoding, content.Body);
}

/// <summary>Which letters of a service are meant, at most 1,000 a call, the oldest first.</summary>
/// <param name="All">Must be true when neither of the others is given.</param>
internal sealed record DeadLetterMany(string? MessageType = null, string? Source = null, bool All = false);

/// <param name="Count">How many letters were sent again, or discarded.</param>
/// <param name="MayHaveMore">The limit of one call was reached: ask again.</param>
internal sealed record DeadLettersTaken(int Count, bool MayHaveMore);
