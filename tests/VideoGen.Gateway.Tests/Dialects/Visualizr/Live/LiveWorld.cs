using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using MassTransit;
using Microsoft.AspNetCore.Http;
using RabbitMQ.Client;
using VideoGen.Accounts.Contracts;
using VideoGen.Accounts.Contracts.Events;
using VideoGen.HttpApi;
using VideoGen.HttpApi.Errors;
using VideoGen.Jobs.Contracts;
using VideoGen.Jobs.Contracts.Events;
using VideoGen.Testing;

namespace VideoGen.Gateway.Tests.Dialects.Visualizr.Live;

/// <summary>Real gateways on one real bus, in front of scripted services that know the same jobs and keys.</summary>
internal sealed class LiveWorld : IAsyncDisposable
{
    public const string Path = "/visualizr/api/v1/ws/generation";

    static readonly Type[] Messages =
        [typeof(ApiKeyRevoked), typeof(PlanChanged), typeof(JobQueued), typeof(JobStarted), typeof(JobProgressed), typeof(JobCompleted), typeof(JobFailed), typeof(JobCancelled), typeof(JobEvent)];

    readonly ConcurrentDictionary<Guid, (Guid AccountId, JobView Job)> _jobs = new();
    readonly ConcurrentDictionary<string, Identity> _keys = new();
    readonly string? _prefix;

    LiveWorld(string? prefix) => _prefix = prefix;

    public List<GatewayApplication> Gateways { get; } = [];

    public GatewayApplication Gateway => Gateways[0];

    /// <summary>True: Jobs answers nothing.</summary>
    public bool JobsIsAway { get; set; }

    public int Asked;

    /// <param name="withBus">False: no event is ever heard of.</param>
    public static async Task<LiveWorld> StartAsync(int gateways = 1, bool withBus = true, params string[] settings)
    {
        var world = new LiveWorld(withBus ? TestServers.NewBusPrefix("live") : null);
        for (var n = 0; n < gateways; n++) await world.AddGatewayAsync(settings);
        return world;
    }

    public string NewKey(Func<Identity, Identity>? change = null)
    {
        var key = Gateway.Services.AddKey(change);
        _keys[key] = Gateway.Services.IdentityOf(key);
        foreach (var gateway in Gateways.Skip(1)) gateway.Services.SetIdentity(key, _keys[key]);
        return key;
    }

    public Guid AccountOf(string key) => _keys[key].AccountId;

    public Guid KeyIdOf(string key) => _keys[key].KeyId!.Value;

    /// <summary>A job of the key's account, as Jobs knows it; nobody is told.</summary>
    public JobView Add(string key, Func<JobView, JobView>? change = null)
    {
        var job = (change ?? (one => one))(NewJob());
        _jobs[job.Id] = (AccountOf(key), job);
        return job;
    }

    /// <summary>Changes a job at Jobs; nobody is told.</summary>
    public JobView Change(JobView job, Func<JobView, JobView> change)
    {
        var (account, before) = _jobs[job.Id];
        var after = change(before) with { Version = before.Version + 1 };
        _jobs[job.Id] = (account, after);
        return after;
    }

    /// <summary>Changes a job and tells everybody.</summary>
    public async Task TellAsync(JobView job, Func<JobView, JobView> change) => await PublishAsync(Change(job, change));

    public Guid AccountOfJob(JobView job) => _jobs[job.Id].AccountId;

    public void Delete(JobView job) => _jobs.TryRemove(job.Id, out _);

    public Task PublishAsync(JobView job)
    {
        var body = JsonSerializer.SerializeToElement(new { type = "job." + job.Status, timestamp = DateTimeOffset.UtcNow, data = job }, ApiJson.Options);
        var (id, account, now) = (Guid.CreateVersion7(), _jobs[job.Id].AccountId, DateTimeOffset.UtcNow);
        object news = job.Status switch
        {
            JobStatus.Queued => new JobQueued(id, account, job.Id, job.Version, now, body),
            JobStatus.Completed => new JobCompleted(id, account, job.Id, job.Version, now, body),
            JobStatus.Failed => new JobFailed(id, account, job.Id, job.Version, now, body),
            JobStatus.Cancelled => new JobCancelled(id, account, job.Id, job.Version, now, body),
            JobStatus.Starting => new JobStarted(id, account, job.Id, job.Version, now, body),
            _ => new JobProgressed(id, account, job.Id, job.Version, now, body),
        };
        return Gateway.Get<IBus>().Publish(news);
    }

    public Task PublishAsync<T>(T message)
        where T : class => Gateway.Get<IBus>().Publish(message);

    public Task<LiveClient> ConnectAsync(string key, int gateway = 0) => LiveClient.ConnectAsync(Gateways[gateway], key);

    public static JobView Running(JobView job, int percent) => job with { Status = JobStatus.Running, Progress = new JobProgress(percent, "frame_generation", null), StartedAt = job.CreatedAt };

    public static JobView Completed(JobView job)
    {
        var asset = Guid.Parse("0194d3a0-0000-7000-8000-0000000000aa");
        string Link(string rendition) => $"http://gateway.example/v1/assets/{asset}/{rendition}?expires=1&signature=s";
        return job with
        {
            Status = JobStatus.Completed,
            Progress = new JobProgress(100, "done", null),
            EndedAt = job.CreatedAt.AddSeconds(35),
            Output = new JobOutput([new JobAsset(asset, "video", "video/mp4", 2048576, new string('0', 64), 1024, 1024, 3, 24, false, Link("content"), Link("thumbnail"), Link("preview"))], null),
        };
    }

    public static JobView Failed(JobView job) => job with
    {
        Status = JobStatus.Failed,
        EndedAt = job.CreatedAt.AddSeconds(15),
        Error = new JobError("content_rejected", "The prompt contains unsupported content", Retryable: false, CreditsReturned: true),
    };

    public static JobView Cancelled(JobView job) => job with
    {
        Status = JobStatus.Cancelled,
        EndedAt = job.CreatedAt.AddSeconds(60),
        Error = new JobError("cancelled", "The customer cancelled the job.", Retryable: false, CreditsReturned: true),
    };

    public async ValueTask DisposeAsync()
    {
        foreach (var gateway in Gateways) await gateway.DisposeAsync();
        if (_prefix is null) return;
        await using var connection = await new ConnectionFactory { Uri = new Uri(await TestServers.RabbitMqAsync()) }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        foreach (var message in Messages) await channel.ExchangeDeleteAsync($"{_prefix}-{message.Namespace}:{message.Name}");
    }

    async Task AddGatewayAsync(string[] settings)
    {
        string[] bus = _prefix is null ? [] : [$"ConnectionStrings:rabbitmq={await TestServers.RabbitMqAsync()}", $"Bus:Prefix={_prefix}"];
        var gateway = await GatewayApplication.StartAsync([.. bus, .. settings]);
        gateway.Services.On("jobs", "POST", "/internal/jobs/changed", AnswerAsync);
        Gateways.Add(gateway);
        if (_prefix is not null) await Eventually.ThatAsync(() => gateway.Get<IBusControl>().CheckHealth().Status == BusHealthStatus.Healthy);
    }

    async Task AnswerAsync(HttpContext context)
    {
        Interlocked.Increment(ref Asked);
        var known = (await context.Request.ReadFromJsonAsync<KnownJobs>(ApiJson.Options))!;
        if (JobsIsAway)
        {
            await Problems.WriteAsync(context, Problems.Describe(ErrorCodes.ServiceUnavailable));
            return;
        }
        bool IsThere(KnownJob one) => _jobs.TryGetValue(one.Id, out var job) && job.AccountId == one.AccountId;
        await context.Response.WriteAsJsonAsync(new ChangedJobs(
            [.. known.Jobs.Where(one => IsThere(one) && _jobs[one.Id].Job.Version > one.Version).Select(one => _jobs[one.Id].Job)],
            [.. known.Jobs.Where(one => !IsThere(one)).Select(one => one.Id)]), ApiJson.Options);
    }

    static JobView NewJob()
    {
        var id = Guid.CreateVersion7();
        return new JobView(
            id, JobStatus.Queued, "stable-video-diffusion", "video", Test: false, JsonElement.Parse("""{"prompt":"a cat"}"""), new JobProgress(0, "queued", null),
            QueuePosition: null, Output: null, Error: null, new JobCredits(25, 0, 1), Provider: null, Priority: 0, new Dictionary<string, string>(),
            new DateTimeOffset(2026, 1, 15, 10, 30, 0, TimeSpan.Zero), StartedAt: null, EndedAt: null, Version: 1, new JobLinks("", "", ""), ExpectedSeconds: 30);
    }
}

/// <summary>A client's end of a socket.</summary>
internal sealed class LiveClient : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    readonly ClientWebSocket _socket = new();

    public WebSocketCloseStatus? CloseStatus => _socket.CloseStatus;

    public string? CloseReason => _socket.CloseStatusDescription;

    public ClientWebSocket Socket => _socket;

    public static async Task<LiveClient> ConnectAsync(GatewayApplication gateway, string? key, string query = "")
    {
        var client = new LiveClient();
        if (key is not null) client._socket.Options.SetRequestHeader("Authorization", $"Bearer {key}");
        client._socket.Options.CollectHttpResponseDetails = true;
        using var deadline = new CancellationTokenSource(Patience);
        await client._socket.ConnectAsync(new Uri($"ws://{gateway.Address.Authority}{LiveWorld.Path}{query}"), deadline.Token);
        return client;
    }

    public async Task SendAsync(string text)
    {
        using var deadline = new CancellationTokenSource(Patience);
        await _socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, deadline.Token);
    }

    public Task SubscribeAsync(string requestId) => SendAsync($$"""{"type":"subscribe","request_id":"{{requestId}}"}""");

    public Task SubscribeAsync(JobView job) => SubscribeAsync($"video_req_{job.Id}");

    /// <summary>The next message; null at the close.</summary>
    public async Task<string?> ReceiveAsync()
    {
        using var deadline = new CancellationTokenSource(Patience);
        var buffer = new byte[64 * 1024];
        var length = 0;
        while (true)
        {
            var part = await _socket.ReceiveAsync(buffer.AsMemory(length), deadline.Token);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                if (_socket.State == WebSocketState.CloseReceived) await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", deadline.Token);
                return null;
            }
            length += part.Count;
            if (part.EndOfMessage) return Encoding.UTF8.GetString(buffer, 0, length);
        }
    }

    /// <summary>Nothing has come: the answer to a ping is the next message.</summary>
    public async Task AssertSilentAsync()
    {
        await SendAsync("""{"type":"ping"}""");
        Assert.That(await ReceiveAsync(), Is.EqualTo("""{"type":"pong"}"""));
    }

    /// <summary>Messages until one that ends with this text, which is the last of the answer.</summary>
    public async Task<IReadOnlyList<string>> ReceiveUntilAsync(Func<string, bool> isLast)
    {
        var all = new List<string>();
        while (await ReceiveAsync() is { } message)
        {
            all.Add(message);
            if (isLast(message)) return all;
        }
        throw new AssertionException($"The socket closed after {string.Join(' ', all)}");
    }

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }
}
