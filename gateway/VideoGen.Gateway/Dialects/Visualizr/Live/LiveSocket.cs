using System.Buffers;
using System.Net.WebSockets;
using System.Text;
using VideoGen.Accounts.Contracts;
using VideoGen.Gateway.Callers;
using VideoGen.ServiceDefaults.Callers;

namespace VideoGen.Gateway.Dialects.Visualizr.Live;

/// <summary>
/// One client's socket, as the sending side sees it. Whoever has news only marks the subscription as due and never waits: one sender at
/// a time works the marks off, on the thread pool, and sends of each subscription what is newest then. So a slow client holds nobody up
/// and needs no memory but its marks; an end stays marked until it is sent. While nothing is due there is no sender, task or buffer.
/// </summary>
internal sealed class LiveSocket(WebSocket socket, Identity identity, Credential credential, World sees, LiveJobs jobs, TimeProvider time)
    : IThreadPoolWorkItem
{
    /// <summary>Answers to the client's own messages that may be waiting before the next message is read.</summary>
    const int MostReplies = 16;

    /// <summary>How long the client has for its part of the closing.</summary>
    static readonly TimeSpan FarewellTime = TimeSpan.FromSeconds(3);

    readonly Lock _lock = new();
    readonly Dictionary<Guid, LiveSubscription> _subscriptions = [];
    readonly Queue<LiveSubscription> _due = new();
    readonly Queue<ReadOnlyMemory<byte>> _replies = new();
    Farewell? _farewell;
    TaskCompletionSource? _idle;
    bool _isSending;
    bool _hasEnded;
    long _sendingSince;
    long _farewellAt;

    public Identity Identity => identity;

    /// <summary>What the client has shown; it is looked at again and again, and shown to nobody.</summary>
    public Credential Credential => credential;

    /// <returns>False when it follows as many requests as it may.</returns>
    public bool TrySubscribe(Guid jobId, string shownId, int most, out JobWatch? watch)
    {
        watch = null;
        LiveSubscription? old;
        lock (_lock)
        {
            if (_subscriptions.Remove(jobId, out old)) old.IsOver = true;
            else if (_subscriptions.Count >= most) return false;
        }
        if (old is not null) jobs.Leave(old);
        watch = jobs.Join(jobId, sees, joined =>
        {
            var subscription = new LiveSubscription(this, joined, shownId);
            lock (_lock) _subscriptions[jobId] = subscription;
            return subscription;
        });
        LiveSubscription? mine;
        lock (_lock) mine = _subscriptions.GetValueOrDefault(jobId);
        if (mine is not null && watch.News is not null) Notify(mine);
        return true;
    }

    public void Unsubscribe(Guid jobId)
    {
        LiveSubscription? subscription;
        lock (_lock)
        {
            if (_subscriptions.Remove(jobId, out subscription)) subscription.IsOver = true;
        }
        if (subscription is not null) jobs.Leave(subscription);
    }

    /// <summary>There is something newer to send of this subscription.</summary>
    public void Notify(LiveSubscription subscription)
    {
        lock (_lock)
        {
            if (subscription.IsOver || subscription.IsDue) return;
            subscription.IsDue = true;
            _due.Enqueue(subscription);
            Wake();
        }
    }

    /// <summary>Tells the client that there is no such request, and ends the subscription.</summary>
    public void Refuse(LiveSubscription subscription)
    {
        lock (_lock)
        {
            if (subscription.IsOver) return;
            Forget(subscription);
            _replies.Enqueue(LiveMessages.Error(VisualizrErrors.RequestNotFound(), subscription.ShownId));
            Wake();
        }
        jobs.Leave(subscription);
    }

    /// <summary>Answers the client; waits while it does not take its answers.</summary>
    public async Task ReplyAsync(ReadOnlyMemory<byte> message)
    {
        Task room;
        lock (_lock)
        {
            _replies.Enqueue(message);
            Wake();
            room = _replies.Count < MostReplies ? Task.CompletedTask : Sent();
        }
        await room;
    }

    /// <summary>Waits while more is due than it may follow: it subscribes over and over and takes nothing.</summary>
    public Task RoomAsync(int most)
    {
        lock (_lock) return _due.Count + _replies.Count <= most + MostReplies ? Task.CompletedTask : Sent();
    }

    /// <summary>Ends the conversation: nothing is sent after it. The first reason counts.</summary>
    public void Close(WebSocketCloseStatus status, string reason)
    {
        lock (_lock)
        {
            if (_farewell is not null || _hasEnded) return;
            _farewell = new Farewell(status, reason);
            _replies.Clear();
            _due.Clear();
            Wake();
        }
    }

    /// <summary>Cuts off a client that takes nothing, or does not do its part of the closing.</summary>
    public void CutOffWhenStuck(TimeSpan sendTimeout)
    {
        var (since, farewellAt) = (Volatile.Read(ref _sendingSince), Volatile.Read(ref _farewellAt));
        if ((since > 0 && time.GetElapsedTime(since) > sendTimeout) || (farewellAt > 0 && time.GetElapsedTime(farewellAt) > FarewellTime)) socket.Abort();
    }

    /// <summary>Gives up what it follows; returns when nothing is being sent any more.</summary>
    public async Task EndAsync()
    {
        Task sent;
        LiveSubscription[] followed;
        lock (_lock)
        {
            _hasEnded = true;
            followed = [.. _subscriptions.Values];
            foreach (var subscription in followed) subscription.IsOver = true;
            sent = Sent();
        }
        foreach (var subscription in followed) jobs.Leave(subscription);
        await sent;
    }

    /// <summary>The sender.</summary>
    void IThreadPoolWorkItem.Execute() => _ = SendDueAsync();

    async Task SendDueAsync()
    {
        try
        {
            while (Next() is { } next)
            {
                Volatile.Write(ref _sendingSince, time.GetTimestamp());
                await SendAsync(next);
                Volatile.Write(ref _sendingSince, 0);
            }
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException or IOException)
        {
            // The client has left; the receiving side notices and ends the socket.
            socket.Abort();
            lock (_lock) Stop();
        }
    }

    Outgoing? Next()
    {
        lock (_lock)
        {
            if (_farewellAt == 0 && _farewell is { } farewell) return new Outgoing(Farewell: farewell);
            if (_farewell is null && !_hasEnded)
            {
                if (_replies.TryDequeue(out var reply)) return new Outgoing(Reply: reply);
                while (_due.TryDequeue(out var subscription))
                    if (TakeNews(subscription) is { } news) return new Outgoing(Subscription: subscription, News: news);
            }
            Stop();
            return null;
        }
    }

    /// <summary>What is newest of a due subscription; null when that was sent or is no longer wanted.</summary>
    LiveNews? TakeNews(LiveSubscription subscription)
    {
        subscription.IsDue = false;
        if (subscription.IsOver || subscription.Watch.News is not { } news || news.Version <= subscription.SentVersion) return null;
        subscription.SentVersion = news.Version;
        if (news.IsEnd) Forget(subscription);
        return news;
    }

    async ValueTask SendAsync(Outgoing next)
    {
        if (next.Farewell is { } farewell)
        {
            Volatile.Write(ref _farewellAt, time.GetTimestamp());
            await socket.CloseOutputAsync(farewell.Status, farewell.Reason, CancellationToken.None);
        }
        else if (next.News is not { } news)
        {
            await socket.SendAsync(next.Reply, WebSocketMessageType.Text, WebSocketMessageFlags.EndOfMessage, CancellationToken.None);
        }
        else
        {
            await SendAsync(news, next.Subscription!.ShownId);
            if (news.IsEnd) jobs.Leave(next.Subscription);
        }
    }

    async ValueTask SendAsync(LiveNews news, string shownId)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(news.Head.Length + Encoding.UTF8.GetMaxByteCount(shownId.Length) + news.Tail.Length);
        try
        {
            news.Head.CopyTo(buffer);
            var length = news.Head.Length + Encoding.UTF8.GetBytes(shownId, buffer.AsSpan(news.Head.Length));
            news.Tail.CopyTo(buffer.AsMemory(length));
            var message = buffer.AsMemory(0, length + news.Tail.Length);
            await socket.SendAsync(message, WebSocketMessageType.Text, WebSocketMessageFlags.EndOfMessage, CancellationToken.None);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // The rest is called under the lock.
    void Wake()
    {
        if (_isSending || _hasEnded) return;
        _isSending = true;
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    void Stop()
    {
        _isSending = false;
        _idle?.TrySetResult();
        _idle = null;
    }

    void Forget(LiveSubscription subscription)
    {
        subscription.IsOver = true;
        if (_subscriptions.TryGetValue(subscription.Watch.JobId, out var present) && present == subscription) _subscriptions.Remove(subscription.Watch.JobId);
    }

    /// <summary>Ends when the sender has nothing left to do, or is gone.</summary>
    Task Sent() => _isSending ? (_idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task : Task.CompletedTask;

    sealed record Farewell(WebSocketCloseStatus Status, string Reason);

    readonly record struct Outgoing(LiveSubscription? Subscription = null, LiveNews? News = null, ReadOnlyMemory<byte> Reply = default, Farewell? Farewell = null);
}
