using VideoGen.HttpApi.Errors;
using static VideoGen.Gateway.Dialects.ErrorRow;

namespace VideoGen.Gateway.Dialects.AiStudio;

/// <summary>Every native error in AI Studio's words: <c>{"detail": text}</c>. The texts of failed jobs are those of <c>errorMessage</c>.</summary>
internal static class AiStudioErrors
{
    public static IReadOnlyList<ErrorRow> Rows { get; } =
    [
        Detail(ErrorCodes.InvalidRequest),
        Detail(ErrorCodes.MalformedJson),
        Detail(ErrorCodes.InvalidMedia),
        Detail(ErrorCodes.ModelNotFound),
        Detail(ErrorCodes.ModelRetired),
        MediaType("Content-Type must be multipart/form-data"),
        Fixed(ErrorCodes.PayloadTooLarge, "Request body too large"),
        Fixed(ErrorCodes.HeadersTooLarge, "Request headers too large"),
        Fixed(ErrorCodes.MethodNotAllowed, "Method Not Allowed"),
        Fixed(ErrorCodes.RangeNotSatisfiable, "Range not satisfiable"),
        Fixed(ErrorCodes.NotAcceptable, "Not acceptable"),

        Fixed(ErrorCodes.Unauthorized, "Could not validate credentials"),
        Fixed(ErrorCodes.Forbidden, "Not enough permissions"),
        Missing("Video job not found", "Not Found"),
        Fixed(ErrorCodes.LinkExpired, "Link expired"),

        Detail(ErrorCodes.Conflict),
        Fixed(ErrorCodes.JobNotCancellable, "Video job has already ended"),
        new(ErrorCodes.JobNotFinished, 400, refusal => refusal.Problem.Detail),
        Detail(ErrorCodes.EmailTaken),
        Fixed(ErrorCodes.IdempotencyKeyInFlight, "A request with this Idempotency-Key is still running"),
        Fixed(ErrorCodes.IdempotencyKeyReused, "This Idempotency-Key was used with another request"),
        Detail(ErrorCodes.PreconditionFailed),
        new(ErrorCodes.InsufficientCredits, 402, refusal =>
            $"Insufficient tokens. Operation 'video_generation' costs {refusal.NumberFact("credits_required") ?? 0} tokens but you have {refusal.NumberFact("credits_available") ?? 0}."),
        new(ErrorCodes.QueueFull, 429, refusal => refusal.NumberFact("running_jobs") is { } running
            ? $"Maximum {running} concurrent video jobs allowed. Please wait for existing jobs to complete."
            : "Too many concurrent video jobs. Please wait for existing jobs to complete."),
        new(ErrorCodes.RateLimited, 429, refusal => $"Rate limit exceeded. Try again in {refusal.RetrySeconds} seconds."),
        Detail(ErrorCodes.QuotaExceeded),

        Detail(ErrorCodes.InputRejected),
        Fixed(ErrorCodes.ContentRejected, "The content was refused by the content policy of the model's provider."),
        Detail(ErrorCodes.ProviderFailed),
        Detail(ErrorCodes.ProviderUnavailable),
        Detail(ErrorCodes.ProviderLostJob),
        Detail(ErrorCodes.DeadlineExceeded),
        Detail(ErrorCodes.OutputUnusable),
        Detail(ErrorCodes.StorageFailed),
        Fixed(ErrorCodes.Cancelled, "Video job was cancelled."),

        Detail(ErrorCodes.InsufficientGpuMemory),
        Detail(ErrorCodes.ModelLoadFailed),

        Fixed(ErrorCodes.InternalError, "Internal server error"),
        Fixed(ErrorCodes.UpstreamError, "An upstream service failed. Try again later."),
        Fixed(ErrorCodes.ServiceUnavailable, "Service unavailable. Try again later."),
        Fixed(ErrorCodes.Timeout, "The service did not answer in time. Try again later."),
    ];

    /// <summary>Why a job failed, in AI Studio's words.</summary>
    public static string TextOf(string code, string? message)
    {
        var row = Rows.First(one => one.Native == ErrorCodes.Find(code));
        return row.Text(new Refusal(Problems.Describe(row.Native, message), RetryAfter: null));
    }
}
