using VideoGen.HttpApi;
using VideoGen.Jobs.Contracts;

namespace VideoGen.Gateway.Dialects.Native;

/// <summary>Jobs, for one caller.</summary>
internal sealed class JobsClient(HttpClient http)
{
    /// <param name="fingerprint">Stands for the original request when an <c>Idempotency-Key</c> is used again; hexadecimal SHA-256.</param>
    public async Task<NativeResult<JobView>> SubmitAsync(SubmitJob submit, string? idempotencyKey, string fingerprint, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "v1/jobs") { Content = JsonContent.Create(submit, options: ApiJson.Options) };
        request.Headers.Add("X-VideoGen-Fingerprint", fingerprint);
        if (idempotencyKey is not null) request.Headers.TryAddWithoutValidation("Idempotency-Key", idempotencyKey);
        return await NativeCall.SendAsync<JobView>(http, request, ct);
    }

    public async Task<NativeResult<JobView>> GetAsync(Guid id, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"v1/jobs/{id}");
        return await NativeCall.SendAsync<JobView>(http, request, ct);
    }

    /// <summary>A page by number, newest first, with the total that such APIs show.</summary>
    public async Task<NativeResult<JobPage>> ListAsync(long offset, int limit, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"internal/jobs?offset={offset}&limit={limit}");
        return await NativeCall.SendAsync<JobPage>(http, request, ct);
    }
}
