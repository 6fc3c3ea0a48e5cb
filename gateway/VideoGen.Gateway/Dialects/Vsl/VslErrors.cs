using VideoGen.HttpApi.Errors;

namespace VideoGen.Gateway.Dialects.Vsl;

/// <summary>
/// Every native error as VSL's <c>error</c> and <c>code</c>; <c>details</c> are the native detail. Codes that its document does not have stand
/// only where none of its own would be true.
/// </summary>
internal static class VslErrors
{
    public const string InvalidMediaType = "INVALID_MEDIA_TYPE";

    const string InvalidParameters = "INVALID_PARAMETERS";
    const string UpstreamError = "UPSTREAM_ERROR";
    const string Unavailable = "SERVICE_UNAVAILABLE";
    const string ShownCode = "shown_code";
    const string ShownError = "shown_error";

    public static IReadOnlyList<ErrorRow> Rows { get; } =
    [
        Row(ErrorCodes.InvalidRequest, InvalidParameters, "Invalid parameters"),
        Row(ErrorCodes.MalformedJson, InvalidParameters, "Invalid request body"),
        Row(ErrorCodes.InvalidMedia, InvalidParameters, "Invalid parameters"),
        Row(ErrorCodes.ModelNotFound, "MODEL_NOT_FOUND", "Model not found"),
        Row(ErrorCodes.ModelRetired, "MODEL_NOT_FOUND", "Model is no longer offered"),
        Row(ErrorCodes.UnsupportedMediaType, InvalidParameters, "Invalid request body", 400),
        Row(ErrorCodes.PayloadTooLarge, "PAYLOAD_TOO_LARGE", "Request body too large"),
        Row(ErrorCodes.HeadersTooLarge, "HEADERS_TOO_LARGE", "Request headers too large"),
        Row(ErrorCodes.MethodNotAllowed, "METHOD_NOT_ALLOWED", "Method not allowed"),
        Row(ErrorCodes.RangeNotSatisfiable, InvalidParameters, "Range not satisfiable"),
        Row(ErrorCodes.NotAcceptable, InvalidParameters, "Not acceptable"),

        Row(ErrorCodes.Unauthorized, "UNAUTHORIZED", "Unauthorized"),
        Row(ErrorCodes.Forbidden, "FORBIDDEN", "Forbidden"),
        Row(ErrorCodes.NotFound, "NOT_FOUND", "Not found"),
        Row(ErrorCodes.LinkExpired, "FORBIDDEN", "Link expired"),

        Row(ErrorCodes.Conflict, "CONFLICT", "Conflict"),
        Row(ErrorCodes.JobNotCancellable, "CONFLICT", "Job has already ended"),
        Row(ErrorCodes.JobNotFinished, "CONFLICT", "Job has not ended yet"),
        Row(ErrorCodes.EmailTaken, "CONFLICT", "Conflict"),
        Row(ErrorCodes.IdempotencyKeyInFlight, "IDEMPOTENCY_KEY_IN_FLIGHT", "A request with this Idempotency-Key is still running"),
        Row(ErrorCodes.IdempotencyKeyReused, "IDEMPOTENCY_KEY_REUSED", "This Idempotency-Key was used with another request"),
        Row(ErrorCodes.PreconditionFailed, "CONFLICT", "Precondition failed"),
        Row(ErrorCodes.InsufficientCredits, "INSUFFICIENT_CREDITS", "Insufficient credits"),
        Row(ErrorCodes.QueueFull, "RATE_LIMIT_EXCEEDED", "Too many jobs are waiting"),
        Row(ErrorCodes.RateLimited, "RATE_LIMIT_EXCEEDED", "Rate limit exceeded"),
        Row(ErrorCodes.QuotaExceeded, "CONFLICT", "A limit of the account is reached"),

        Row(ErrorCodes.InsufficientGpuMemory, Unavailable, "Service unavailable", 503),
        Row(ErrorCodes.ModelLoadFailed, UpstreamError, "Upstream error", 502),

        Row(ErrorCodes.InputRejected, InvalidParameters, "Invalid parameters"),
        Row(ErrorCodes.ContentRejected, InvalidParameters, "Content was refused"),
        Row(ErrorCodes.ProviderFailed, UpstreamError, "Upstream error"),
        Row(ErrorCodes.ProviderUnavailable, Unavailable, "Service unavailable"),
        Row(ErrorCodes.ProviderLostJob, UpstreamError, "Upstream error"),
        Row(ErrorCodes.DeadlineExceeded, UpstreamError, "Upstream error", 502),
        Row(ErrorCodes.OutputUnusable, UpstreamError, "Upstream error"),
        Row(ErrorCodes.StorageFailed, UpstreamError, "Upstream error"),
        Row(ErrorCodes.Cancelled, "CONFLICT", "Job was cancelled"),

        Row(ErrorCodes.InternalError, "INTERNAL_ERROR", "Internal server error"),
        Row(ErrorCodes.UpstreamError, UpstreamError, "Upstream error"),
        Row(ErrorCodes.ServiceUnavailable, Unavailable, "Service unavailable"),
        Row(ErrorCodes.Timeout, Unavailable, "Service unavailable", 503),
    ];

    /// <summary>The refusal of everything that is no job of the caller.</summary>
    public static ProblemAnswer JobNotFound() => Special(ErrorCodes.NotFound, "JOB_NOT_FOUND", "Job not found", "There is no job with this id.");

    /// <param name="field">A member of the body.</param>
    /// <param name="text">Ends the sentence that begins with it.</param>
    public static ProblemAnswer Invalid(string field, string text) => Problems.Of(ErrorCodes.InvalidRequest, $"{field} {text}");

    public static ProblemAnswer WrongMediaType(string details) => Special(ErrorCodes.InvalidRequest, InvalidMediaType, "Invalid media type", details);

    /// <summary><c>{"error","details","code"}</c>; too many requests come with <c>retryAfter</c>, in seconds.</summary>
    public static object BodyOf(ErrorRow row, Refusal refusal)
    {
        var body = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["error"] = refusal.TextFact(ShownError) ?? row.Text(refusal),
            ["details"] = refusal.Problem.Detail,
            ["code"] = refusal.TextFact(ShownCode) ?? row.Code,
        };
        if (row.Status == StatusCodes.Status429TooManyRequests) body["retryAfter"] = refusal.RetrySeconds;
        return body;
    }

    static ErrorRow Row(ErrorCode native, string code, string error, int? status = null) => new(native, status ?? native.Status, _ => error, code);

    /// <summary>One native error that VSL has several codes for.</summary>
    static ProblemAnswer Special(ErrorCode native, string code, string error, string details) =>
        Problems.Of(native, details, facts: new Dictionary<string, object?> { [ShownCode] = code, [ShownError] = error });
}
