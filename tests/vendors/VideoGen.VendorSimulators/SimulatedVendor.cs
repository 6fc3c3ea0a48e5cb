using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace VideoGen.VendorSimulators;

/// <summary>What a vendor does with a create, or with the reads of its work.</summary>
internal enum Behaviour
{
    Good,

    /// <summary>Takes the work and lets the connection break before its answer.</summary>
    LoseAnswer,

    /// <summary>Breaks the connection and takes nothing.</summary>
    NeverArrive,

    /// <summary>Takes the work; a gateway between answers 502.</summary>
    BadGateway,

    /// <summary>Takes the work and answers with a page for people.</summary>
    Garbage,

    RefuseContent,
    RefuseInput,
    RefuseMoney,
    RefuseKey,
    Busy,
    Retired,

    /// <summary>Takes the work and fails at it.</summary>
    Fail,

    /// <summary>Takes the work and refuses its content in the end.</summary>
    FailContent,

    /// <summary>Takes the work and never gets further than running.</summary>
    Slow,

    /// <summary>Takes the work and never begins.</summary>
    Stall,

    /// <summary>Of reads: the next three answer 500.</summary>
    ReadsFail,

    /// <summary>Of reads: the next one is a page for people.</summary>
    ReadGarbage,

    /// <summary>Of reads: the next one announces ten gigabytes.</summary>
    ReadHuge,

    /// <summary>Of reads: the connection breaks in mid-answer.</summary>
    ReadBreaks,

    /// <summary>Of reads: too many.</summary>
    ReadsBusy,
}

internal enum Stage
{
    Waiting,
    Running,
    Done,
    Failed,
    FailedContent,
    Cancelled,
}

/// <summary>A vendor's answer.</summary>
internal sealed record Reply(int Status, JsonNode? Body = null, byte[]? Bytes = null, string MediaType = "application/json",
    string? Cost = null)
{
    public static Reply Ok(object body) => new(200, JsonSerializer.SerializeToNode(body));

    public static Reply Of(int status, object body) => new(status, JsonSerializer.SerializeToNode(body));

    public static Reply File(string mediaType, string? cost = null) =>
        new(200, Bytes: SimulatedVendors.File, MediaType: mediaType, Cost: cost);
}

/// <summary>Work that a simulated vendor has taken.</summary>
internal sealed class Job(string id, string task, JsonObject body, Behaviour behaviour, string origin)
{
    int _reads;

    public string Id => id;

    public string Task => task;

    public JsonObject Body => body;

    public DateTimeOffset CreatedAt { get; } = DateTimeOffset.UtcNow;

    public bool IsCancelled { get; set; }

    /// <summary>A link to what was made.</summary>
    public string Url => $"{origin}/_files/{id}.bin";

    public string Origin => origin;

    /// <summary>As it stands now: each read finds it a stage further.</summary>
    public Stage Look()
    {
        var read = Interlocked.Increment(ref _reads);
        if (IsCancelled) return Stage.Cancelled;
        if (read == 1 || behaviour == Behaviour.Stall) return Stage.Waiting;
        if (read == 2 || behaviour == Behaviour.Slow) return Stage.Running;
        return behaviour switch { Behaviour.Fail => Stage.Failed, Behaviour.FailContent => Stage.FailedContent, _ => Stage.Done };
    }

    /// <summary>True when it could still be stopped.</summary>
    public bool IsLive => !IsCancelled && (_reads < 3 || behaviour is Behaviour.Slow or Behaviour.Stall);

    public string? Text(string name) => (string?)body[name];
}

/// <summary>What all simulated vendors do alike: take work, lose answers, count.</summary>
internal sealed class SimulatedVendor(string name)
{
    readonly ConcurrentQueue<Behaviour> _next = new();
    readonly ConcurrentQueue<Behaviour> _reads = new();
    readonly ConcurrentDictionary<string, Job> _jobs = new(StringComparer.Ordinal);

    /// <summary>Every create that was taken, in order: what the vendor would bill.</summary>
    public ConcurrentQueue<Job> Accepted { get; } = new();

    /// <summary>Method and path of every call but reads and creates.</summary>
    public ConcurrentQueue<string> Calls { get; } = new();

    public IEnumerable<Job> Jobs => _jobs.Values.OrderByDescending(job => job.CreatedAt);

    /// <summary>For the next create, or the next reads.</summary>
    public void Next(Behaviour behaviour)
    {
        if (behaviour < Behaviour.ReadsFail) _next.Enqueue(behaviour);
        else for (var time = 0; time < (behaviour is Behaviour.ReadsFail or Behaviour.ReadsBusy ? 3 : 1); time++) _reads.Enqueue(behaviour);
    }

    public void Forget()
    {
        _next.Clear();
        _reads.Clear();
        Accepted.Clear();
        Calls.Clear();
        _jobs.Clear();
    }

    public Job? Find(string id) => _jobs.GetValueOrDefault(id);

    /// <param name="accepted">The answer to work that was taken.</param>
    /// <param name="refused">The vendor's own form of a refusal.</param>
    /// <param name="check">What is wrong with the body by the vendor's document; null for nothing.</param>
    public async Task CreateAsync(HttpContext http, string task, Func<Job, Reply> accepted, Func<Behaviour, Reply> refused,
        Func<JsonObject, string?>? check = null)
    {
        var behaviour = _next.TryDequeue(out var next) ? next : Behaviour.Good;
        var body = await BodyAsync(http.Request);
        if (behaviour == Behaviour.NeverArrive)
        {
            http.Abort();
            return;
        }

        if (check?.Invoke(body) is { } fault)
        {
            await WriteAsync(http, Reply.Of(400, new { violated = fault }));
            return;
        }

        if (behaviour is >= Behaviour.RefuseContent and <= Behaviour.Retired)
        {
            await WriteAsync(http, refused(behaviour));
            return;
        }

        var job = new Job($"{name}-{Guid.NewGuid():n}", task, body, behaviour, $"{http.Request.Scheme}://{http.Request.Host}");
        _jobs[job.Id] = job;
        Accepted.Enqueue(job);
        if (behaviour == Behaviour.LoseAnswer) http.Abort();
        else await WriteAsync(http, behaviour switch
        {
            Behaviour.BadGateway => new Reply(502, Bytes: "<html>502 Bad Gateway</html>"u8.ToArray(), MediaType: "text/html"),
            Behaviour.Garbage => new Reply(200, Bytes: "<html>Welcome</html>"u8.ToArray(), MediaType: "text/html"),
            _ => accepted(job),
        });
    }

    public async Task ReadAsync(HttpContext http, string id, Func<Job, Stage, Reply> found, Reply gone)
    {
        if (_reads.TryDequeue(out var fault))
        {
            await SpoilAsync(http, fault);
            return;
        }

        await WriteAsync(http, Find(id) is { } job ? found(job, job.Look()) : gone);
    }

    public async Task CancelAsync(HttpContext http, string id, Func<Job, Reply> done, Reply gone)
    {
        Calls.Enqueue($"{http.Request.Method} {http.Request.Path}");
        if (Find(id) is not { } job)
        {
            await WriteAsync(http, gone);
            return;
        }

        if (job.IsLive) job.IsCancelled = true;
        // The trap of several vendors: what has ended is deleted.
        else if (http.Request.Method == "DELETE") _jobs.TryRemove(id, out _);
        await WriteAsync(http, done(job));
    }

    public static async Task WriteAsync(HttpContext http, Reply reply)
    {
        http.Response.StatusCode = reply.Status;
        http.Response.ContentType = reply.MediaType;
        if (reply.Cost is not null) http.Response.Headers["character-cost"] = reply.Cost;
        await http.Response.Body.WriteAsync(reply.Bytes ?? System.Text.Encoding.UTF8.GetBytes(reply.Body?.ToJsonString() ?? ""),
            http.RequestAborted);
    }

    static async Task SpoilAsync(HttpContext http, Behaviour fault)
    {
        switch (fault)
        {
            case Behaviour.ReadsFail:
                await WriteAsync(http, new Reply(500, Bytes: "oops"u8.ToArray(), MediaType: "text/plain"));
                break;
            case Behaviour.ReadsBusy:
                await WriteAsync(http, new Reply(429, Bytes: "{}"u8.ToArray()));
                break;
            case Behaviour.ReadGarbage:
                await WriteAsync(http, new Reply(200, Bytes: "<html>Maintenance</html>"u8.ToArray(), MediaType: "text/html"));
                break;
            default:
                http.Response.ContentLength = fault == Behaviour.ReadHuge ? 10L << 30 : 1000;
                await http.Response.Body.WriteAsync("{"u8.ToArray(), http.RequestAborted);
                await http.Response.Body.FlushAsync(http.RequestAborted);
                http.Abort();
                break;
        }
    }

    static async Task<JsonObject> BodyAsync(HttpRequest request)
    {
        if (!request.HasFormContentType) return (await JsonNode.ParseAsync(request.Body))?.AsObject() ?? [];
        var form = await request.ReadFormAsync();
        var body = new JsonObject();
        foreach (var (key, value) in form) body[key] = value.ToString();
        foreach (var file in form.Files) body[file.Name] = $"{file.FileName} {file.ContentType} {file.Length}";
        return body;
    }
}
