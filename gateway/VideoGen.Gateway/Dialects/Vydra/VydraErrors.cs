using VideoGen.HttpApi.Errors;
using static VideoGen.Gateway.Dialects.ErrorRow;

namespace VideoGen.Gateway.Dialects.Vydra;

/// <summary>Every native error in Vydra's words. The codes are those of a failed job's <c>error.code</c>.</summary>
internal static class VydraErrors
{
    /// <summary>How the job ended that can't be cancelled any more.</summary>
    const string EndFact = "status_of_job";

    public static IReadOnlyList<ErrorRow> Rows { get; } =
    [
        Detail(ErrorCodes.InvalidRequest),
        Detail(ErrorCodes.MalformedJson),
        Detail(ErrorCodes.InvalidMedia),
        new(ErrorCodes.ModelNotFound, 404, _ => "Model not found"),
        Detail(ErrorCodes.ModelRetired),
        MediaType("Content-Type must be application/json"),
        Fixed(ErrorCodes.PayloadTooLarge, "Request body too large"),
        Fixed(ErrorCodes.HeadersTooLarge, "Request headers too large"),
        Fixed(ErrorCodes.MethodNotAllowed, "Method not allowed"),
        Fixed(ErrorCodes.RangeNotSatisfiable, "Range not satisfiable"),
        Fixed(ErrorCodes.NotAcceptable, "Not acceptable"),

        Fixed(ErrorCodes.Unauthorized, "Invalid API key"),
        Fixed(ErrorCodes.Forbidden, "API key does not allow this"),
        Missing("Job not found", "Not found"),
        Fixed(ErrorCodes.LinkExpired, "Link expired"),

        Detail(ErrorCodes.Conflict),
        new(ErrorCodes.JobNotCancellable, 409, refusal => $"Job already {refusal.TextFact(EndFact) ?? "ended"}"),
        Fixed(ErrorCodes.JobNotFinished, "Job not finished"),
        Detail(ErrorCodes.EmailTaken),
        Fixed(ErrorCodes.IdempotencyKeyInFlight, "A request with this Idempotency-Key is still running"),
        Fixed(ErrorCodes.IdempotencyKeyReused, "This Idempotency-Key was used with another request"),
        Detail(ErrorCodes.PreconditionFailed),
        Fixed(ErrorCodes.InsufficientCredits, "Insufficient credits", "INSUFFICIENT_CREDITS"),
        Fixed(ErrorCodes.QueueFull, "Too many jobs are waiting. Try again when one has ended."),
        new(ErrorCodes.RateLimited, 429, refusal => $"Rate limit exceeded. Try again in {refusal.RetrySeconds} seconds."),
        Detail(ErrorCodes.QuotaExceeded),

        Detail(ErrorCodes.InputRejected, "INVALID_INPUT"),
        Fixed(ErrorCodes.ContentRejected, "Content moderation failed", "CONTENT_VIOLATION"),
        Detail(ErrorCodes.ProviderFailed, "PROVIDER_ERROR"),
        Detail(ErrorCodes.ProviderUnavailable, "PROVIDER_UNAVAILABLE"),
        Detail(ErrorCodes.ProviderLostJob, "PROVIDER_ERROR"),
        Detail(ErrorCodes.DeadlineExceeded, "TIMEOUT"),
        Detail(ErrorCodes.OutputUnusable, "OUTPUT_ERROR"),
        Detail(ErrorCodes.StorageFailed, "STORAGE_ERROR"),
        Fixed(ErrorCodes.Cancelled, "Job cancelled", "CANCELLED"),

        Fixed(ErrorCodes.InsufficientGpuMemory, "Not enough GPU memory is available", "INSUFFICIENT_GPU_MEMORY"),
        Fixed(ErrorCodes.ModelLoadFailed, "The model could not be loaded", "MODEL_LOAD_FAILED"),

        Fixed(ErrorCodes.InternalError, "Internal server error"),
        Fixed(ErrorCodes.UpstreamError, "Upstream service failed. Try again later."),
        Fixed(ErrorCodes.ServiceUnavailable, "Service unavailable. Try again later."),
        Fixed(ErrorCodes.Timeout, "Service did not answer in time. Try again later."),
    ];

    /// <summary>The row of the code that a failed job carries.</summary>
    public static ErrorRow RowOf(string code) => Rows.First(row => row.Native == ErrorCodes.Find(code));

    /// <summary>The refusal to cancel a job that has ended by itself.</summary>
    public static ProblemAnswer JobEnded(string status) =>
        Problems.Of(ErrorCodes.JobNotCancellable, facts: new Dictionary<string, object?> { [EndFact] = status });
}
