using System.Text.Json;
using VideoGen.Web.Layout;

namespace VideoGen.Web.Operator;

/// <summary>A message that could not be handled or sent, as <c>GET /admin/v1/dead-letters</c> lists it.</summary>
/// <param name="Service">Whose it is.</param>
/// <param name="Source"><c>error</c>, <c>skipped</c>, <c>dead</c> or <c>outbox</c>.</param>
/// <param name="MessageType">The full name of its type; <c>unknown</c> where the body does not tell.</param>
public sealed record DeadLetterShown(
    string Service, Guid Id, string Source, string Endpoint, string MessageType, Guid MessageId, Guid? JobId, Guid? AccountId,
    string Reason, int Attempts, DateTimeOffset FailedAt, int SizeBytes)
{
    public string Address => $"/operator/dead-letters/{Service}/{Id}";

    /// <summary>The type without where it is declared.</summary>
    public string ShortType => MessageType[(MessageType.LastIndexOfAny(['.', ':', '+']) + 1)..];

    /// <summary>What its source means.</summary>
    public string SourceWords => Source switch
    {
        "error" => "its consumer failed",
        "skipped" => "no consumer takes it",
        "dead" => "the broker gave up on it",
        "outbox" => "it can't be sent",
        _ => Source,
    };
}

/// <param name="Missing">Services that did not answer: their letters are not in the list.</param>
public sealed record DeadLettersShown(IReadOnlyList<DeadLetterShown> Data, string? NextCursor, bool HasMore, IReadOnlyList<string> Missing);

/// <summary>One with its content.</summary>
/// <param name="Detail">The exception with its stack trace; null where there was none.</param>
/// <param name="BodyEncoding"><c>json</c>, <c>text</c> or <c>base64</c>.</param>
public sealed record DeadLetterContentShown(
    DeadLetterShown Letter, string? Detail, string Destination, string ContentType, JsonElement? Headers, string BodyEncoding,
    JsonElement Body)
{
    public string BodyText => BodyEncoding == "json" ? ReadableJson.Of(Body) : Body.GetString() ?? "";

    public string? HeadersText => Headers is { } headers ? ReadableJson.Of(headers) : null;
}

/// <summary>What came of a replay or discard of many.</summary>
public sealed record DeadLettersTakenShown(int Count, bool MayHaveMore);

/// <summary>Which letters the list shows; a service or type that there is not has none.</summary>
public sealed record DeadLetterQuery(string Service, string MessageType, string Cursor)
{
    public static readonly IReadOnlyList<string> Services = ["accounts", "jobs", "providers", "storage"];

    public static DeadLetterQuery Of(IQueryCollection query) => new(
        Services.FirstOrDefault(one => one == query["service"]) ?? "", query["type"].ToString(), query["cursor"].ToString());

    public bool IsNarrow => this != new DeadLetterQuery("", "", "");

    /// <summary>Many are taken of one service and one type only.</summary>
    public bool IsOneKind => Service.Length > 0 && MessageType.Length > 0;

    public string ApiPath =>
        "admin/v1/dead-letters?limit=50" + Part("service", Service) + Part("message_type", MessageType) + Part("cursor", Cursor);

    public string Address => AddressOf(Service, MessageType, Cursor);

    public static string AddressOf(string service = "", string type = "", string cursor = "")
    {
        var parts = Part("service", service) + Part("type", type) + Part("cursor", cursor);
        return "/operator/dead-letters" + (parts.Length > 0 ? "?" + parts[1..] : "");
    }

    static string Part(string name, string value) => value.Length > 0 ? $"&{name}={Uri.EscapeDataString(value)}" : "";
}
