using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace VideoGen.Storage.Tests.S3;

/// <summary>
/// Requests to an S3 server that the client has no method for, signed by hand (AWS signature 4): a multipart upload that is begun and
/// left, and the plain list of such uploads.
/// </summary>
internal sealed class RawS3(S3Server server) : IDisposable
{
    const string Region = "us-east-1";

    readonly HttpClient _http = new();

    public Task BeginUploadAsync(string bucket, string key, TimeSpan age) => SendAsync(HttpMethod.Post, $"/{bucket}/{key}", age);

    public Task<string> UploadsAsync(string bucket) => SendAsync(HttpMethod.Get, $"/{bucket}", age: null);

    public void Dispose() => _http.Dispose();

    /// <param name="age">How old what it makes shall be; Swift takes that from a header.</param>
    async Task<string> SendAsync(HttpMethod method, string path, TimeSpan? age)
    {
        using var request = new HttpRequestMessage(method, $"http://{server.Endpoint}{path}?uploads=");
        Sign(request, path);
        if (age is { } old)
        {
            var since = (DateTimeOffset.UtcNow - old).ToUnixTimeSeconds();
            request.Headers.Add("X-Timestamp", string.Create(CultureInfo.InvariantCulture, $"{since}.00000"));
        }
        using var answer = await _http.SendAsync(request);
        var body = await answer.Content.ReadAsStringAsync();
        Assert.That(answer.IsSuccessStatusCode, Is.True, body);
        return body;
    }

    void Sign(HttpRequestMessage request, string path)
    {
        var now = DateTime.UtcNow;
        var day = now.ToString("yyyyMMdd", CultureInfo.InvariantCulture);
        var time = now.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var (scope, nothing) = ($"{day}/{Region}/s3/aws4_request", Hex(SHA256.HashData([])));
        const string Signed = "host;x-amz-content-sha256;x-amz-date";
        var headers = $"host:{server.Endpoint}\nx-amz-content-sha256:{nothing}\nx-amz-date:{time}\n";
        var canonical = $"{request.Method}\n{path}\nuploads=\n{headers}\n{Signed}\n{nothing}";
        var text = $"AWS4-HMAC-SHA256\n{time}\n{scope}\n{Hex(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}";
        string[] steps = [day, Region, "s3", "aws4_request", text];
        var secret = Encoding.UTF8.GetBytes("AWS4" + server.SecretKey);
        var signature = steps.Aggregate(secret, (key, step) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(step)));
        request.Headers.Add("x-amz-date", time);
        request.Headers.Add("x-amz-content-sha256", nothing);
        request.Headers.Authorization = new AuthenticationHeaderValue("AWS4-HMAC-SHA256",
            $"Credential={server.AccessKey}/{scope}, SignedHeaders={Signed}, Signature={Hex(signature)}");
    }

    static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
