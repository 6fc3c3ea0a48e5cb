using VideoGen.HttpApi.Errors;
using static VideoGen.Gateway.Dialects.ErrorRow;

namespace VideoGen.Gateway.Dialects.VividFlow;

/// <summary>Every native error in Vivid Flow's words: <c>{"error": text}</c>.</summary>
internal static class VividFlowErrors
{
    public const string NoImage = "No image file provided";
    public const string NoPrompt = "No prompt provided";
    public const string BadImage = "Invalid image file. Must be a JPEG, PNG or WebP image.";

    public static IReadOnlyList<ErrorRow> Rows { get; } =
    [
        Detail(ErrorCodes.InvalidRequest),
        Detail(ErrorCodes.MalformedJson),
        Fixed(ErrorCodes.InvalidMedia, BadImage),
        Detail(ErrorCodes.ModelNotFound),
        Detail(ErrorCodes.ModelRetired),
        MediaType("Content-Type must be multipart/form-data"),
        Fixed(ErrorCodes.PayloadTooLarge, "The request is too large"),
        Fixed(ErrorCodes.HeadersTooLarge, "The request headers are too large"),
        Fixed(ErrorCodes.MethodNotAllowed, "Method not allowed"),
        Fixed(ErrorCodes.RangeNotSatisfiable, "The range lies outside the content"),
        Fixed(ErrorCodes.NotAcceptable, "No acceptable representation"),

        Fixed(ErrorCodes.Unauthorized, "Your API key is missing or invalid."),
        Fixed(ErrorCodes.Forbidden, "Your API key does not allow this."),
        Missing("Job not found", "Not found"),
        Fixed(ErrorCodes.LinkExpired, "The link has expired"),

        Detail(ErrorCodes.Conflict),
        Fixed(ErrorCodes.JobNotCancellable, "The job has already ended"),
        Fixed(ErrorCodes.JobNotFinished, "The job has not ended yet"),
        Detail(ErrorCodes.EmailTaken),
        Fixed(ErrorCodes.IdempotencyKeyInFlight, "A request with this Idempotency-Key is still running"),
        Fixed(ErrorCodes.IdempotencyKeyReused, "This Idempotency-Key was used with another request"),
        Detail(ErrorCodes.PreconditionFailed),
        Fixed(ErrorCodes.InsufficientCredits, "Insufficient credits"),
        Fixed(ErrorCodes.QueueFull, "Too many of your jobs are waiting. Try again when one has ended."),
        new(ErrorCodes.RateLimited, 429, refusal => $"Rate limit exceeded. Try again in {refusal.RetrySeconds} seconds."),
        Detail(ErrorCodes.QuotaExceeded),

        Fixed(ErrorCodes.InputRejected, "The input was refused by the model's provider"),
        Fixed(ErrorCodes.ContentRejected, "The content was refused by the model's provider"),
        Fixed(ErrorCodes.ProviderFailed, "Video generation failed"),
        Fixed(ErrorCodes.ProviderUnavailable, "Video generation is not available at the moment"),
        Fixed(ErrorCodes.ProviderLostJob, "Video generation failed"),
        Fixed(ErrorCodes.DeadlineExceeded, "Video generation took too long"),
        Fixed(ErrorCodes.OutputUnusable, "Video generation returned no results."),
        Fixed(ErrorCodes.StorageFailed, "The video could not be stored"),
        Fixed(ErrorCodes.Cancelled, "Job was cancelled."),

        Fixed(ErrorCodes.InsufficientGpuMemory, "Not enough GPU memory is available"),
        Fixed(ErrorCodes.ModelLoadFailed, "The model could not be loaded"),

        Fixed(ErrorCodes.InternalError, "An unexpected error occurred on our end."),
        Fixed(ErrorCodes.UpstreamError, "An upstream service failed. Try again later."),
        Fixed(ErrorCodes.ServiceUnavailable, "The service is not available at the moment. Try again later."),
        Fixed(ErrorCodes.Timeout, "The service did not answer in time. Try again later."),
    ];
}
