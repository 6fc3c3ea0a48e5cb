using System.Collections.Concurrent;
using System.Text;
using VideoGen.Testing;

namespace VideoGen.Web.Tests;

/// <summary>A browser's live line: what came so far, by event.</summary>
internal sealed class LiveLine : IAsyncDisposable
{
    readonly HttpResponseMessage _answer;
    readonly CancellationTokenSource _end = new();
    readonly ConcurrentQueue<(string Event, string Content)> _came = new();
    readonly Task _reading;

    LiveLine(HttpResponseMessage answer)
    {
        _answer = answer;
        _reading = ReadAsync();
    }

    public IReadOnlyList<(string Event, string Content)> Came => [.. _came];

    public bool HasEnded => _reading.IsCompleted;

    public static async Task<LiveLine> OpenAsync(HttpClient browser, string path = "/video-monitor/live")
    {
        var answer = await browser.GetAsync(path, HttpCompletionOption.ResponseHeadersRead);
        Assert.That((int)answer.StatusCode, Is.EqualTo(200));
        return new LiveLine(answer);
    }

    public Task<string> NextAsync(string name, string part = "") => Eventually.GetAsync(() => Task.FromResult<string?>(
        _came.FirstOrDefault(one => one.Event == name && one.Content.Contains(part, StringComparison.Ordinal)).Content), because: $"event {name} with {part} comes");

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _reading;
        _answer.Dispose();
        _end.Dispose();
    }

    async Task ReadAsync()
    {
        try
        {
            using var lines = new StreamReader(await _answer.Content.ReadAsStreamAsync(_end.Token), Encoding.UTF8);
            var (name, content) = ("", new List<string>());
            while (await lines.ReadLineAsync(_end.Token) is { } line)
            {
                if (line.Length == 0 && content.Count > 0)
                {
                    _came.Enqueue((name, string.Join('\n', content)));
                    (name, content) = ("", []);
                }
                else if (line.StartsWith("event: ", StringComparison.Ordinal)) name = line["event: ".Length..];
                else if (line.StartsWith("data: ", StringComparison.Ordinal)) content.Add(line["data: ".Length..]);
            }
        }
        catch (Exception end) when (end is OperationCanceledException or IOException)
        {
            // The line was cut, by the test or by the server.
        }
    }
}
