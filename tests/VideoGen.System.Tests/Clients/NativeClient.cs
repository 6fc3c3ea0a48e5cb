using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using VideoGen.Accounts.Contracts;
using VideoGen.HttpApi;
using VideoGen.Jobs.Contracts;
using VideoGen.Storage.Contracts;

namespace VideoGen.System.Tests.Clients;

/// <summary>What a developer does with the native API.</summary>
sealed class NativeClient : IDisposable
{
    public NativeClient(string gateway, string? credential)
    {
        Http = new HttpClient { BaseAddress = new Uri(gateway), Timeout = TimeSpan.FromSeconds(90) };
        if (credential is not null) Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", credential);
    }

    public HttpClient Http { get; }

    public void Dispose() => Http.Dispose();

    public async Task<JobView> SubmitAsync(object body, string? idempotencyKey = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/jobs") { Content = JsonContent.Create(body, options: ApiJson.Options) };
        if (idempotencyKey is not null) request.Headers.Add("Idempotency-Key", idempotencyKey);
        using var answer = await Http.SendAsync(request);
        return await ReadAsync<JobView>(answer);
    }

    /// <summary>Long-polls until the job has ended.</summary>
    public async Task<JobView> WaitForEndAsync(Guid id, TimeSpan limit)
    {
        var deadline = DateTimeOffset.UtcNow + limit;
        while (DateTimeOffset.UtcNow < deadline)
        {
            var job = await GetAsync<JobView>($"/v1/jobs/{id}?wait=10s");
            if (JobStatus.Ends.Contains(job.Status)) return job;
        }
        throw new TimeoutException($"Job {id} has not ended after {limit}: {await Http.GetStringAsync($"/v1/jobs/{id}")}");
    }

    public async Task<AssetView> UploadAsync(string path, string mediaType)
    {
        using var form = new MultipartFormDataContent();
        var file = new StreamContent(File.OpenRead(path)) { Headers = { ContentType = new MediaTypeHeaderValue(mediaType) } };
        form.Add(file, "file", Path.GetFileName(path));
        using var answer = await Http.PostAsync("/v1/uploads", form);
        return await ReadAsync<AssetView>(answer);
    }

    public Task<AccountView> AccountAsync() => GetAsync<AccountView>("/v1/account");

    public async Task<T> GetAsync<T>(string path)
    {
        using var answer = await Http.GetAsync(path);
        return await ReadAsync<T>(answer);
    }

    public async Task<T> PostAsync<T>(string path, object body)
    {
        using var answer = await Http.PostAsJsonAsync(path, body, ApiJson.Options);
        return await ReadAsync<T>(answer);
    }

    public async Task<string> DownloadAsync(string url, string path)
    {
        await using var file = File.Create(path);
        using var anonymous = new HttpClient();
        await using var content = await anonymous.GetStreamAsync(url);
        await content.CopyToAsync(file);
        return path;
    }

    static async Task<T> ReadAsync<T>(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        if (!answer.IsSuccessStatusCode)
            throw new HttpRequestException($"{answer.RequestMessage!.Method} {answer.RequestMessage.RequestUri} answered {(int)answer.StatusCode}: {text}", null, answer.StatusCode);
        return JsonSerializer.Deserialize<T>(text, ApiJson.Options)!;
    }
}
