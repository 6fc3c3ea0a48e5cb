using VideoGen.HttpApi.Errors;
using VideoGen.Jobs.Contracts;

namespace VideoGen.Gateway.Dialects.Visualizr;

/// <summary>
/// Every native error as Visualizr's <c>code</c> and <c>message</c>; the <c>details</c> are the native detail. The codes are also those of a
/// failed job.
/// </summary>
internal static class VisualizrErrors
{
    public const string InvalidPrompt = "INVALID_PROMPT";
    public const string InvalidParameters = "INVALID_PARAMETERS";
    public const string GenerationFailed = "GENERATION_FAILED";

    const string ShownCode = "shown_code";
    const string ShownMessage = "shown_message";

    public static IReadOnlyList<ErrorRow> Rows { get; } =
    [
        Row(ErrorCodes.InvalidRequest, InvalidParameters, "Generation parameters are invalid"),
        Row(ErrorCodes.MalformedJson, InvalidParameters, "The request body is not valid JSON"),
        Row(ErrorCodes.InvalidMedia, InvalidParameters, "The file is not a usable image"),
        Row(ErrorCodes.ModelNotFound, "MODEL_NOT_FOUND", "Requested model is not available", 404),
        Row(ErrorCodes.ModelRetired, "MODEL_NOT_FOUND", "Requested model is no longer available"),
        Row(ErrorCodes.UnsupportedMediaType, "UNSUPPORTED_MEDIA_TYPE", "The content type is not supported"),
        Row(ErrorCodes.PayloadTooLarge, "PAYLOAD_TOO_LARGE", "The request body is too large"),
        Row(ErrorCodes.HeadersTooLarge, "HEADERS_TOO_LARGE", "The request headers are too large"),
        Row(ErrorCodes.MethodNotAllowed, "METHOD_NOT_ALLOWED", "The method is not allowed here"),
        Row(ErrorCodes.RangeNotSatisfiable, "RANGE_NOT_SATISFIABLE", "The range lies outside the file"),
        Row(ErrorCodes.NotAcceptable, "NOT_ACCEPTABLE", "No acceptable representation"),

        Row(ErrorCodes.Unauthorized, "UNAUTHORIZED", "A valid API key is required"),
        Row(ErrorCodes.Forbidden, "FORBIDDEN", "The API key does not allow this"),
        Row(ErrorCodes.NotFound, "NOT_FOUND", "Not found"),
        Row(ErrorCodes.LinkExpired, "LINK_EXPIRED", "The link has expired or was altered"),

        Row(ErrorCodes.Conflict, "CONFLICT", "The request conflicts with the present state"),
        Row(ErrorCodes.JobNotCancellable, "REQUEST_NOT_CANCELLABLE", "Generation request has already ended"),
        Row(ErrorCodes.JobNotFinished, "REQUEST_NOT_FINISHED", "Generation request has not ended yet"),
        Row(ErrorCodes.EmailTaken, "CONFLICT", "The request conflicts with the present state"),
        Row(ErrorCodes.IdempotencyKeyInFlight, "IDEMPOTENCY_KEY_IN_FLIGHT", "A request with this Idempotency-Key is still running"),
        Row(ErrorCodes.IdempotencyKeyReused, "IDEMPOTENCY_KEY_REUSED", "This Idempotency-Key was used with another request"),
        Row(ErrorCodes.PreconditionFailed, "PRECONDITION_FAILED", "The file has changed"),
        Row(ErrorCodes.InsufficientCredits, "INSUFFICIENT_CREDITS", "Insufficient credits"),
        Row(ErrorCodes.QueueFull, "QUEUE_FULL", "Generation queue is at capacity", 503),
        Row(ErrorCodes.RateLimited, "RATE_LIMITED", "Rate limit exceeded"),
        Row(ErrorCodes.QuotaExceeded, "QUOTA_EXCEEDED", "A limit of the account is reached"),

        Row(ErrorCodes.InsufficientGpuMemory, "INSUFFICIENT_GPU_MEMORY", "Not enough GPU memory available"),
        Row(ErrorCodes.ModelLoadFailed, "MODEL_LOAD_FAILED", "Failed to load generation model"),

        Row(ErrorCodes.InputRejected, GenerationFailed, "Video generation failed due to invalid input", 500),
        Row(ErrorCodes.ContentRejected, GenerationFailed, "Video generation failed due to invalid prompt", 500),
        Row(ErrorCodes.ProviderFailed, GenerationFailed, "Video generation process failed", 500),
        Row(ErrorCodes.ProviderUnavailable, GenerationFailed, "Video generation is not available at the moment", 500),
        Row(ErrorCodes.ProviderLostJob, GenerationFailed, "Video generation process failed", 500),
        Row(ErrorCodes.DeadlineExceeded, GenerationFailed, "Video generation took too long", 500),
        Row(ErrorCodes.OutputUnusable, GenerationFailed, "Video generation returned no usable video", 500),
        Row(ErrorCodes.StorageFailed, GenerationFailed, "The video could not be stored", 500),
        Row(ErrorCodes.Cancelled, "REQUEST_CANCELLED", "Generation request was cancelled"),

        Row(ErrorCodes.InternalError, "INTERNAL_ERROR", "An unexpected error occurred"),
        Row(ErrorCodes.UpstreamError, "UPSTREAM_ERROR", "An upstream service failed"),
        Row(ErrorCodes.ServiceUnavailable, "SERVICE_UNAVAILABLE", "The service is not available at the moment"),
        Row(ErrorCodes.Timeout, "TIMEOUT", "The service did not answer in time"),
    ];

    /// <summary>The refusal of everything that is no generation request of the caller.</summary>
    public static ProblemAnswer RequestNotFound() =>
        Special(ErrorCodes.NotFound, "REQUEST_NOT_FOUND", "Generation request not found", "There is no generation request with this id.");

    /// <summary>The refusal of everything that is no video of the caller.</summary>
    public static ProblemAnswer VideoNotFound() => Special(ErrorCodes.NotFound, "VIDEO_NOT_FOUND", "Video not found", "There is no video with this id.");

    public static ProblemAnswer PromptFault(string details) => Special(ErrorCodes.InvalidRequest, InvalidPrompt, "Text prompt is invalid or empty", details);

    /// <summary>The refusal to cancel a request that has ended by itself.</summary>
    public static ProblemAnswer AlreadyEnded(string status) => Problems.Of(ErrorCodes.JobNotCancellable, $"The request has already {status}.");

    /// <summary>The member <c>error</c> of an error answer.</summary>
    public static object ShapeOf(ErrorRow row, Refusal refusal) => new
    {
        code = refusal.TextFact(ShownCode) ?? row.Code,
        message = refusal.TextFact(ShownMessage) ?? row.Text(refusal),
        details = refusal.Problem.Detail.Replace("input.", "", StringComparison.Ordinal),
    };

    /// <summary>The member <c>error</c> of a failed job.</summary>
    public static object ShapeOf(JobError? error)
    {
        var native = ErrorCodes.Find(error?.Code ?? ErrorCodes.ProviderFailed.Code);
        return ShapeOf(Rows.First(row => row.Native == native), new Refusal(Problems.Describe(native, error?.Message), RetryAfter: null));
    }

    static ErrorRow Row(ErrorCode native, string code, string message, int? status = null) => new(native, status ?? native.Status, _ => message, code);

    /// <summary>One native error that Visualizr has several codes for, by what the request was about.</summary>
    static ProblemAnswer Special(ErrorCode native, string code, string message, string details) =>
        Problems.Of(native, details, facts: new Dictionary<string, object?> { [ShownCode] = code, [ShownMessage] = message });
}
