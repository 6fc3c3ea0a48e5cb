using System.Net;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;

namespace VideoGen.Cli.Api;

/// <param name="Before">The place before this event.</param>
/// <param name="Cursor">The place behind it.</param>
/// <param name="Payload">What the server sent, to the byte: <c>{"type", "timestamp", "data"}</c>.</param>
internal sealed record LiveEvent(string? Before, string Cursor, string Payload)
{
    public JsonObject Content { get; } = JsonNode.Parse(Payload)!.AsObject();

    public string Type => (string?)Content["type"] ?? "";

    public static LiveEvent OfFeed(string? before, JsonObject entry)
    {
        var body = new JsonObject();
        foreach (var name in new[] { "type", "timestamp", "data" }) body[name] = entry[name]?.DeepClone();
        return new LiveEvent(before, (string)entry["cursor"]!, body.ToJsonString());
    }

    /// <summary>The event's id, under which webhooks deliver it; streams do not show it, the list does.</summary>
    public async Task<string> IdAsync(ApiClient api, CancellationToken ct)
    {
        var page = await api.GetAsync("/v1/events?limit=1" + (Before is null ? "" : $"&after={Uri.EscapeDataString(Before)}"), ct);
        var found = (page["data"] as JsonArray)?.FirstOrDefault() as JsonObject;
        return (string?)found?["cursor"] == Cursor ? (string)found!["id"]! : $"evt_{Cursor}";
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
        if (place is null or Start) place = (string?)(await api.GetAsync("/v1/events?after=newest&limit=1", ct))["next_cursor"];
        var failures = 0;
        for (;;)
        {
            await using var connection = new Connection(api, place);
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
                    break;
                }
                if (next is null) break;
                place = next.Cursor;
                yield return next;
            }
            await Task.Delay(RetryPolicy.Delay(failures), ct);
        }
    }

    /// <summary>What has happened up to now.</summary>
    static async IAsyncEnumerable<LiveEvent> ReadKeptAsync(ApiClient api, [EnumeratorCancellation] CancellationToken ct)
    {
        string? before = null;
        for (var query = "?limit=100"; ;)
        {
            var page = await api.GetAsync("/v1/events" + query, ct);
            foreach (var one in page["data"]!.AsArray())
            {
                var old = LiveEvent.OfFeed(before, one!.AsObject());
                before = old.Cursor;
                yield return old;
            }
            if ((bool?)page["has_more"] != true) yield break;
            query = $"?limit=100&after={Uri.EscapeDataString((string)page["next_cursor"]!)}";
        }
    }

    /// <summary>One connection, opened by the first read.</summary>
    sealed class Connection(ApiClient api, string? place) : IAsyncDisposable
    {
        string? _place = place;
        HttpResponseMessage? _response;
        IAsyncEnumerator<SseItem<string>>? _items;
        CancellationTokenSource? _limit;

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
            var body = new WatchedStream(await _response.Content.ReadAsStreamAsync(ct), () => _limit?.CancelAfter(Silence));
            return SseParser.Create(body).EnumerateAsync(ct).GetAsyncEnumerator(ct);
        }

        static async IAsyncEnumerable<SseItem<string>> NothingAsync()
        {
            await Task.CompletedTask;
            yield break;
        }
    }
}
