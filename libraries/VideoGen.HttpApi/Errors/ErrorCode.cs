namespace VideoGen.HttpApi.Errors;

/// <summary>One entry of the closed list of errors that any VideoGen API can answer.</summary>
/// <param name="Code">The stable, machine-readable name in snake_case; the wire field <c>code</c>.</param>
/// <param name="Status">The HTTP status of an answer that carries it.</param>
/// <param name="Title">A short text for people, the same for every occurrence.</param>
/// <param name="Retryable">True when the same request may succeed later without a change by the caller.</param>
/// <param name="CreditsReturned">True when a job that ends with this code gives every held credit back.</param>
public sealed record ErrorCode(string Code, int Status, string Title, bool Retryable = false, bool CreditsReturned = true);
