using System.Reflection;

namespace VideoGen.HttpApi.Errors;

/// <summary>
/// The closed list of error codes. Requests are refused with these, failed jobs carry them, and every dialect renders
/// each of them in its own shape. Adding one means adding a row to each dialect's table; a test compares the two.
/// </summary>
public static class ErrorCodes
{
    // The request itself.
    public static readonly ErrorCode InvalidRequest = new("invalid_request", 400, "The request is not valid");
    public static readonly ErrorCode MalformedJson = new("malformed_json", 400, "The body is not valid JSON");
    public static readonly ErrorCode InvalidMedia = new("invalid_media", 400, "The file is not a usable media file");
    public static readonly ErrorCode ModelNotFound = new("model_not_found", 400, "There is no such model");
    public static readonly ErrorCode ModelRetired = new("model_retired", 410, "The model is no longer offered");
    public static readonly ErrorCode UnsupportedMediaType = new("unsupported_media_type", 415, "The content type is not supported");
    public static readonly ErrorCode PayloadTooLarge = new("payload_too_large", 413, "The request body is too large");
    public static readonly ErrorCode HeadersTooLarge = new("headers_too_large", 431, "The request headers are too large");
    public static readonly ErrorCode MethodNotAllowed = new("method_not_allowed", 405, "The method is not allowed here");
    public static readonly ErrorCode RangeNotSatisfiable = new("range_not_satisfiable", 416, "The range lies outside the content");
    public static readonly ErrorCode NotAcceptable = new("not_acceptable", 406, "No acceptable representation");

    // Who is calling.
    public static readonly ErrorCode Unauthorized = new("unauthorized", 401, "A valid credential is required");
    public static readonly ErrorCode Forbidden = new("forbidden", 403, "The credential does not allow this");
    public static readonly ErrorCode NotFound = new("not_found", 404, "There is no such resource");
    public static readonly ErrorCode LinkExpired = new("link_expired", 403, "The link has expired or was altered");

    // State and limits.
    public static readonly ErrorCode Conflict = new("conflict", 409, "The request conflicts with the present state");
    public static readonly ErrorCode JobNotCancellable = new("job_not_cancellable", 409, "The job has already ended");
    public static readonly ErrorCode JobNotFinished = new("job_not_finished", 409, "The job has not ended yet");
    public static readonly ErrorCode EmailTaken = new("email_taken", 409, "There is already an account with this e-mail address");
    public static readonly ErrorCode IdempotencyKeyInFlight =
        new("idempotency_key_in_flight", 409, "A request with this Idempotency-Key is still running", Retryable: true);
    public static readonly ErrorCode IdempotencyKeyReused =
        new("idempotency_key_reused", 422, "This Idempotency-Key was used with another request");
    public static readonly ErrorCode PreconditionFailed = new("precondition_failed", 412, "The resource has changed");
    public static readonly ErrorCode InsufficientCredits = new("insufficient_credits", 402, "Insufficient credits");
    public static readonly ErrorCode QueueFull = new("queue_full", 429, "Too many jobs are waiting", Retryable: true);
    public static readonly ErrorCode RateLimited = new("rate_limited", 429, "Rate limit exceeded", Retryable: true);
    public static readonly ErrorCode QuotaExceeded = new("quota_exceeded", 409, "A limit of the account is reached");

    // How a job may end.
    public static readonly ErrorCode InputRejected = new("input_rejected", 400, "The provider refused the input");
    public static readonly ErrorCode ContentRejected = new("content_rejected", 400, "The provider refused the content");
    public static readonly ErrorCode ProviderFailed = new("provider_failed", 502, "The provider failed", Retryable: true);
    public static readonly ErrorCode ProviderUnavailable = new("provider_unavailable", 503, "No provider is available", Retryable: true);
    public static readonly ErrorCode ProviderLostJob = new("provider_lost_job", 502, "The provider lost the job", Retryable: true);
    public static readonly ErrorCode DeadlineExceeded = new("deadline_exceeded", 504, "The job did not end in time", Retryable: true);
    public static readonly ErrorCode OutputUnusable = new("output_unusable", 502, "The provider's output is not usable", Retryable: true);
    public static readonly ErrorCode StorageFailed = new("storage_failed", 502, "The output could not be stored", Retryable: true);
    public static readonly ErrorCode Cancelled = new("cancelled", 409, "The job was cancelled");

    // Models in a GPU's memory.
    public static readonly ErrorCode InsufficientGpuMemory = new("insufficient_gpu_memory", 507, "Not enough GPU memory is available", Retryable: true);
    public static readonly ErrorCode ModelLoadFailed = new("model_load_failed", 500, "The model could not be loaded", Retryable: true);

    // Our side.
    public static readonly ErrorCode InternalError = new("internal_error", 500, "An unexpected error occurred", Retryable: true);
    public static readonly ErrorCode UpstreamError = new("upstream_error", 502, "An upstream service failed", Retryable: true);
    public static readonly ErrorCode ServiceUnavailable = new("service_unavailable", 503, "The service is not available", Retryable: true);
    public static readonly ErrorCode Timeout = new("timeout", 504, "The service did not answer in time", Retryable: true);

    /// <summary>Every code, in the order above.</summary>
    public static IReadOnlyList<ErrorCode> All { get; } =
        [.. typeof(ErrorCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Where(field => field.FieldType == typeof(ErrorCode)).Select(field => (ErrorCode)field.GetValue(null)!)];

    static readonly Dictionary<string, ErrorCode> ByCode = All.ToDictionary(code => code.Code, StringComparer.Ordinal);

    /// <summary>The entry with this wire name, or <see cref="InternalError"/> for a name that is not in the list.</summary>
    public static ErrorCode Find(string? code) => code is not null && ByCode.TryGetValue(code, out var found) ? found : InternalError;

    /// <summary>The code that stands for a bare status made by the framework (routing, body limits, authentication).</summary>
    public static ErrorCode ForStatus(int status) => status switch
    {
        401 => Unauthorized,
        403 => Forbidden,
        404 => NotFound,
        405 => MethodNotAllowed,
        406 => NotAcceptable,
        412 => PreconditionFailed,
        413 => PayloadTooLarge,
        415 => UnsupportedMediaType,
        416 => RangeNotSatisfiable,
        429 => RateLimited,
        431 => HeadersTooLarge,
        502 => UpstreamError,
        503 => ServiceUnavailable,
        504 => Timeout,
        >= 500 => InternalError,
        _ => InvalidRequest,
    };
}
