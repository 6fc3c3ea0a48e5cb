using System.Net;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using VideoGen.Cli.Terminals;

namespace VideoGen.Cli.Api;

/// <param name="Before">The place before this event.</param>
/// <param name="Cursor">The place behind it.</param>
/// <param name="Payload">What the server sent, to the byte: <c>{"type", "timestamp", "data"}</c>.</param>
internal sealed record LiveEvent(string? Before, string Cursor, string Payload)
{
    public JsonObject Content { get; } = ContentOf(Payload);

    public string Type => Content.TextAt("type") ?? "";

    public static LiveEvent OfFeed(string? before, JsonObject entry)
    {
        var body = new JsonObject();
        foreach (var name in new[] { "type", "timestamp", "data" }) body[name] = entry[name]?.DeepClone();
        return new LiveEvent(before, entry.Plain("cursor"), body.ToJsonString());
    }

    /// <summary>The event's id, under which webhooks deliver it; streams do not show it, the list does.</summary>
    public async Task<string> IdAsync(ApiClient api, CancellationToken ct)
    {
        var page = await api.GetAsync("/v1/events?limit=1" + (Before is null ? "" : $"&after={Uri.EscapeDataString(Before)}"), ct);
        return page.ObjectsAt("data") is [var found, ..] && found.TextAt("cursor") == Cursor ? found.Plain("id") : $"evt_{Cursor}";
    }

    static JsonObject ContentOf(string payload)
    {
        try
        {
            return Answers.Parse(payload) as JsonObject ?? throw Answers.Unexpected("an event is no object");
        }
        catch (JsonException broken)
        {
            throw Answers.Unexpected("an event is not JSON", broken);
        }
    }
}

/// <summary>
/// The account's events as they happen. After a broken connection it goes on behind the last one that was read, for as long as the
/// outage lasts: who follows wants to be told, and nothing is lost meanwhile.
/// </summary>
internal static class EventStream
{
    /// <summary>The server sends at least a comment every 15 s; three times that without a byte is a dead connection.</summary>
    static readonly TimeSpan Silence = TimeSpan.FromSeconds(45);

    const long LargestEventBytes = 16 * 1024 * 1024;
    const int MostEmpty = 4;

    /// <summary>In place of a cursor: the oldest event that is kept.</summary>
    public const string Start = "start";

    /// <param name="after">Null to begin with what comes from now on.</param>
    /// <param name="onTrouble">Told of each outage, once, and with null when it is over.</param>
    public static async IAsyncEnumerable<LiveEvent> FollowAsync(
        ApiClient api, string? after, Action<string?> onTrouble, [EnumeratorCancellation] CancellationToken ct)
    {
        var place = after;
        if (after == Start)
        {
            await foreach (var old in ReadKeptAsync(api, ct))
            {
                place = old.Cursor;
                yield return old;
            }
        }
        // A place to come back to, before the first event gives one.
        if (place is null or Start) place = (await api.GetAsync("/v1/events?after=newest&limit=1", ct)).Plain("next_cursor");
        var (failures, empty) = (0, 0);
        for (;;)
        {
            await using var connection = new Connection(api, place);
            TimeSpan? told = null;
            empty++;
            for (;;)
            {
                LiveEvent? next;
                try
                {
                    next = await connection.NextAsync(Silence, ct);
                    if (failures > 0) onTrouble(null);
                    failures = 0;
                }
                catch (Exception broken) when (!ct.IsCancellationRequested && RetryPolicy.IsTransient(broken))
                {
                    if (failures++ == 0) onTrouble(broken.Message);
                    told = (broken as ApiFailure)?.RetryAfter;
                    break;
                }
                if (next is null) break;
                (place, empty) = (next.Cursor, 0);
                yield return next;
            }
            // A server that ends each stream without an event is asked less and less often.
            await Task.Delay(RetryPolicy.Delay(Math.Max(failures, Math.Min(empty, MostEmpty)), told), ct);
        }
    }

    /// <summary>What has happened up to now.</summary>
    static async IAsyncEnumerable<LiveEvent> ReadKeptAsync(ApiClient api, [EnumeratorCancellation] CancellationToken ct)
    {
        string? before = null;
        for (var query = "?limit=100"; ;)
        {
            var page = await api.GetAsync("/v1/events" + query, ct);
            foreach (var one in page.Listed("data"))
            {
                var old = LiveEvent.OfFeed(before, one);
                before = old.Cursor;
                yield return old;
            }
            if (page.FlagAt("has_more") != true) yield break;
            query = $"?limit=100&after={Uri.EscapeDataString(page.Plain("next_cursor"))}";
        }
    }

    /// <summary>One connection, opened by the first read.</summary>
    sealed class Connection(ApiClient api, string? place) : IAsyncDisposable
    {
        string? _place = place;
        HttpResponseMessage? _response;
        IAsyncEnumerator<SseItem<string>>? _items;
        CancellationTokenSource? _limit;
        long _bytes;

        /// <summary>Null when the server ended the stream.</summary>
        public async Task<LiveEvent?> NextAsync(TimeSpan silence, CancellationToken ct)
        {
            _limit ??= CancellationTokenSource.CreateLinkedTokenSource(ct);
            try
            {
                _limit.CancelAfter(silence);
                _items ??= await OpenAsync(_limit.Token);
                while (await _items.MoveNextAsync())
                {
                    _bytes = 0;
                    _limit.CancelAfter(silence);
                    if (_items.Current is { Data.Length: > 0, EventId: { } id } item) return At(id, item.Data);
                }
                return null;
            }
            catch (OperationCanceledException late) when (!ct.IsCancellationRequested)
            {
                throw new TimeoutException("The event stream has fallen silent.", late);
            }
        }

        LiveEvent At(string cursor, string payload)
        {
            if (!Answers.IsVisibleAscii(cursor)) throw Answers.Unexpected("an event's id is no cursor");
            var one = new LiveEvent(_place, cursor, payload);
            _place = cursor;
            return one;
        }

        public async ValueTask DisposeAsync()
        {
            _limit?.Dispose();
            _response?.Dispose();
            if (_items is null) return;
            try
            {
                await _items.DisposeAsync();
            }
            catch (Exception broken) when (broken is IOException or HttpRequestException or OperationCanceledException)
            {
                // Of a stream that has broken already there is nothing left to close.
            }
        }

        async Task<IAsyncEnumerator<SseItem<string>>> OpenAsync(CancellationToken ct)
        {
            var request = new HttpRequestMessage(HttpMethod.Get, "/v1/events/stream");
            request.Headers.Accept.ParseAdd("text/event-stream");
            if (_place is not null) request.Headers.Add("Last-Event-ID", _place);
            _response = await api.SendAsync(request, ct);
            if (_response.StatusCode == HttpStatusCode.NoContent) return NothingAsync().GetAsyncEnumerator(ct);
            if (_response.Content.Headers.ContentType?.MediaType is var type && type != "text/event-stream")
                throw Answers.Unexpected($"the events came as {SafeText.Line(type ?? "nothing that is known")}");
            var body = new WatchedStream(await _response.Content.ReadAsStreamAsync(ct), OnRead);
            return SseParser.Create(body).EnumerateAsync(ct).GetAsyncEnumerator(ct);
        }

        void OnRead(int count)
        {
            _limit?.CancelAfter(Silence);
            if ((_bytes += count) > LargestEventBytes) throw Answers.Unexpected($"an event is larger than {LargestEventBytes} bytes");
        }

        static async IAsyncEnumerable<SseItem<string>> NothingAsync()
        {
            await Task.CompletedTask;
            yield break;
        }
    }
}
