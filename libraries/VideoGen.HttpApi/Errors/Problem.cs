using System.Text.Json.Serialization;

namespace VideoGen.HttpApi.Errors;

/// <summary>
/// The one error body of the native API (<c>application/problem+json</c>, RFC 9457) with VideoGen's members.
/// </summary>
/// <param name="Type">A stable URN of the code, <c>urn:videogen:error:&lt;code&gt;</c>.</param>
/// <param name="Title">Short text, the same for every occurrence of the code.</param>
/// <param name="Status">The HTTP status, repeated.</param>
/// <param name="Code">An entry of <see cref="ErrorCodes"/>.</param>
/// <param name="Detail">What was wrong this time: names the field and the allowed values.</param>
/// <param name="Retryable">True when the same request may succeed later.</param>
/// <param name="TraceId">The W3C trace id under which the request was logged.</param>
/// <param name="Errors">Every fault found, field name (snake_case path) to texts; null when no field is at fault.</param>
public sealed record Problem(
    string Type, string Title, int Status, string Code, string Detail, bool Retryable, string? TraceId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyDictionary<string, string[]>? Errors = null)
{
    /// <summary>Facts beside the code, such as <c>credits_required</c>; written as further members.</summary>
    [JsonExtensionData]
    public Dictionary<string, object?>? Facts { get; init; }
}
