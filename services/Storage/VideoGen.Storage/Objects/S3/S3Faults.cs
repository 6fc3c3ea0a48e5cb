using System.Net;
using Minio.Exceptions;
using Polly.Timeout;

namespace VideoGen.Storage.Objects.S3;

/// <summary>
/// Turns whatever the client throws into the two exceptions of object stores. The client has one class a cause and, for answers that it
/// does not expect, null references; nothing outside should have to know them.
/// </summary>
internal static class S3Faults
{
    static readonly string[] FullCodes = ["XMinioStorageFull", "XMinioAdminBucketQuotaExceeded", "QuotaExceeded", "InsufficientStorage"];

    public static async Task<T> GuardAsync<T>(Func<Task<T>> act, CancellationToken ct)
    {
        try
        {
            return await act();
        }
        catch (Exception fault) when (!IsOurs(fault, ct))
        {
            throw Of(fault);
        }
    }

    public static Task GuardAsync(Func<Task> act, CancellationToken ct) => GuardAsync(async () =>
    {
        await act();
        return true;
    }, ct);

    /// <summary>Cancelled by who asked, or told already.</summary>
    static bool IsOurs(Exception fault, CancellationToken ct) =>
        (fault is OperationCanceledException && ct.IsCancellationRequested) || fault is StorageFullException or ObjectStoreException;

    public static IOException Of(Exception fault) => IsFull(fault)
        ? new StorageFullException("The S3 server has no room.", fault)
        : new ObjectStoreException($"The S3 server does not do what it should: {Told(fault)}", fault) { Reason = ReasonOf(fault) };

    public static IOException OfStatus(HttpStatusCode status) => status == HttpStatusCode.InsufficientStorage
        ? new StorageFullException("The S3 server has no room.")
        : new ObjectStoreException($"The S3 server answered {(int)status}.");

    static bool IsFull(Exception fault) =>
        fault is MinioException { Response.Code: { } code } && FullCodes.Contains(code, StringComparer.Ordinal)
        || fault is MinioException { ServerResponse.StatusCode: HttpStatusCode.InsufficientStorage };

    static string ReasonOf(Exception fault) => fault switch
    {
        HttpRequestException { HttpRequestError: var error } => $"The S3 server can't be reached ({error}).",
        TimeoutRejectedException => "The S3 server does not answer in time.",
        MinioException { Response.Code: { Length: > 0 } code } when code.All(char.IsAsciiLetter) => $"The S3 server refuses ({code}).",
        MinioException { ServerResponse.StatusCode: var status } when (int)status > 0 => $"The S3 server answers {(int)status}.",
        _ => "The S3 server does not do what it should.",
    };

    static string Told(Exception fault) => fault is NullReferenceException ? "an answer without a body." : fault.Message;
}
