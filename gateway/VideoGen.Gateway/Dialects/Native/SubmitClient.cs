using System.Text.Json;
using VideoGen.HttpApi;
using VideoGen.HttpApi.Requests;
using VideoGen.Jobs.Contracts;

namespace VideoGen.Gateway.Dialects.Native;

/// <summary>Submits, apart from the other calls to Jobs: the files that an input names by URL are fetched meanwhile, which may take a minute.</summary>
internal sealed class SubmitClient(HttpClient http, IHttpContextAccessor contexts)
{
    /// <param name="fingerprint">Stands for the original request when an <c>Idempotency-Key</c> is used again; hexadecimal SHA-256.</param>
    public async Task<NativeResult<JobView>> SubmitAsync(SubmitJob submit, string? idempotencyKey, string fingerprint, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "v1/jobs") { Content = ContentOf(submit) };
        request.Headers.Add("X-VideoGen-Fingerprint", fingerprint);
        if (idempotencyKey is not null) request.Headers.TryAddWithoutValidation(IdempotencyKeyHeader.Name, idempotencyKey);
        return await NativeCall.SendAsync<JobView>(http, request, ct);
    }

    /// <summary>The files of the client's body, as it wrote them, are in the body of ours.</summary>
    HttpContent ContentOf(SubmitJob submit) => contexts.HttpContext?.Features.Get<InlineFiles>() is { } files
        ? files.Restore(JsonSerializer.SerializeToUtf8Bytes(submit, ApiJson.Options))
        : JsonContent.Create(submit, options: ApiJson.Options);
}
