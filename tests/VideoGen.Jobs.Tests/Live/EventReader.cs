namespace VideoGen.Jobs.Tests.Live;

/// <summary>One server-sent event; a comment has a text and nothing else.</summary>
internal sealed record SentEvent(string? Id, string? Type, string? Body, string? Comment);

/// <summary>A client of a stream of server-sent events.</summary>
internal sealed class EventReader : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    readonly HttpResponseMessage _response;
    readonly StreamReader _lines;

    EventReader(HttpResponseMessage response, StreamReader lines) => (_response, _lines) = (response, lines);

    public static async Task<EventReader> OpenAsync(HttpClient http, string path, string? lastEventId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (lastEventId is not null) request.Headers.Add("Last-Event-ID", lastEventId);
        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.That((int)response.StatusCode, Is.EqualTo(200));
        Assert.That(response.Content.Headers.ContentType?.MediaType, Is.EqualTo("text/event-stream"));
        return new EventReader(response, new StreamReader(await response.Content.ReadAsStreamAsync()));
    }

    /// <summary>The next event or comment; null when the server has ended the stream.</summary>
    public async Task<SentEvent?> NextAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        string? id = null, type = null, body = null, comment = null;
        while (await _lines.ReadLineAsync(limit.Token) is { } line)
        {
            if (line.Length == 0 && (id ?? body ?? comment) is not null) return new SentEvent(id, type, body, comment);
            if (line.StartsWith("id: ", StringComparison.Ordinal)) id = line[4..];
            else if (line.StartsWith("event: ", StringComparison.Ordinal)) type = line[7..];
            else if (line.StartsWith("data: ", StringComparison.Ordinal)) body = line[6..];
            else if (line.StartsWith(": ", StringComparison.Ordinal)) comment = line[2..];
        }
        return null;
    }

    /// <summary>The next event that is no comment.</summary>
    public async Task<SentEvent?> NextEventAsync()
    {
        while (true)
        {
            var next = await NextAsync();
            if (next?.Comment is null) return next;
        }
    }

    public ValueTask DisposeAsync()
    {
        _lines.Dispose();
        _response.Dispose();
        return ValueTask.CompletedTask;
    }
}
