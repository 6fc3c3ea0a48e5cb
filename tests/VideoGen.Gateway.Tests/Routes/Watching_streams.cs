using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using VideoGen.Gateway.Routes;
using VideoGen.Testing;

namespace VideoGen.Gateway.Tests.Routes;

/// <summary>Without a word on the bus: what a stream may go on with is asked, not heard.</summary>
[TestFixture]
public sealed class Watching_streams
{
    readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    GatewayApplication _gateway = null!;

    [OneTimeSetUp]
    public async Task Start() => _gateway = await GatewayApplication.StartAsync(_time);

    [OneTimeTearDown]
    public async Task Stop() => await _gateway.DisposeAsync();

    [TestCase("/v1/events/stream")]
    [TestCase("/v1/jobs/1/events")]
    public async Task Ends_one_whose_key_is_revoked_and_no_other(string path)
    {
        var (key, other) = (_gateway.Services.AddKey(), _gateway.Services.AddKey());
        _gateway.Services.On("jobs", "GET", path, async context =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync("data: 1\n\n");
            await context.Response.Body.FlushAsync();
            var gone = new TaskCompletionSource();
            await using var _ = context.RequestAborted.Register(gone.SetResult);
            await gone.Task;
        });
        using var revoked = await OpenAsync(path, key);
        using var valid = await OpenAsync(path, other);
        _gateway.Services.RemoveKey(key);

        var (end, goesOn) = (EndOfAsync(revoked), EndOfAsync(valid));
        await Eventually.ThatAsync(() =>
        {
            _time.Advance(StreamWatchMiddleware.Look);
            return Task.FromResult(end.IsCompleted);
        });
        Assert.That(goesOn.IsCompleted, Is.False);
    }

    async Task<StreamReader> OpenAsync(string path, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("X-API-Key", key);
        var response = await _gateway.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        Assert.That(await reader.ReadLineAsync(), Is.EqualTo("data: 1"));
        return reader;
    }

    static async Task EndOfAsync(StreamReader reader)
    {
        try
        {
            await reader.ReadToEndAsync();
        }
        catch (Exception broken) when (broken is IOException or ObjectDisposedException)
        {
            // An end as well.
        }
    }
}
