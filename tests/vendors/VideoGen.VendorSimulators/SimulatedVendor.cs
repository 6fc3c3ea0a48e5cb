using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;

namespace VideoGen.VendorSimulators;

/// <summary>What all simulated vendors do alike: take work, lose answers, count.</summary>
/// <param name="makes">What the links to finished work lead to.</param>
internal sealed class SimulatedVendor(string name, Func<Job, byte[]> makes)
{
    const long TenGigabytes = 10L << 30;

    /// <summary>Base64 as it is.</summary>
    static readonly System.Text.Json.JsonSerializerOptions Plain =
        new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    readonly ConcurrentQueue<Behaviour> _next = new();
    readonly ConcurrentQueue<Behaviour> _reads = new();
    readonly ConcurrentDictionary<string, Job> _jobs = new(StringComparer.Ordinal);
    int _links;
    volatile bool _isBroken;

    public string Name => name;

    /// <summary>What every create meets that nothing else was said about.</summary>
    public Behaviour Always { get; set; }

    /// <summary>Every create that was taken, in order: what the vendor would bill.</summary>
    public ConcurrentQueue<Job> Accepted { get; } = new();

    /// <summary>Method and path of every call but reads and creates.</summary>
    public ConcurrentQueue<string> Calls { get; } = new();

    /// <summary>What creates with these keys meet for as long as they stand here; every other key is well.</summary>
    public ConcurrentDictionary<string, Behaviour> Keys { get; } = new(StringComparer.Ordinal);

    public Misbehaviour Misbehaves { get; set; }

    /// <summary>Called when work was taken, before the answer is sent.</summary>
    public Func<Job, Task>? OnTaken { get; set; }

    /// <summary>What a list or a look-up shows, the newest first.</summary>
    public IEnumerable<Job> Jobs => Misbehaves switch
    {
        Misbehaviour.HidesWork => [],
        Misbehaviour.ShowsStrangersWork => Own.Prepend(Stranger()),
        _ => Own,
    };

    /// <summary>The links that work: those that were given since the last time that all expired.</summary>
    public int LinkNow => Misbehaves == Misbehaviour.RepeatsDeadLinks ? 0 : _links;

    IEnumerable<Job> Own => _jobs.Values.OrderByDescending(job => job.CreatedAt);

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
        Keys.Clear();
        Always = Behaviour.Good;
        _jobs.Clear();
        (_links, _isBroken) = (0, false);
    }

    public Job? Find(string id) => _jobs.GetValueOrDefault(id);

    /// <summary>The work as an account sees it: what another one made is not there.</summary>
    Job? Find(HttpContext http, string id) => Find(id) is { } job && job.Key == KeyOf(http.Request) ? job : null;

    /// <summary>The key that a request comes with; empty for a token that is made anew for each.</summary>
    static string KeyOf(HttpRequest request)
    {
        var (own, other) = ((string?)request.Headers["x-key"], (string?)request.Headers["xi-api-key"]);
        var sent = ((string?)request.Headers.Authorization ?? own ?? other ?? "").Split(' ')[^1];
        return sent.Count(sign => sign == '.') == 2 ? "" : sent;
    }

    public void ExpireLinks() => Interlocked.Increment(ref _links);

    /// <summary>What the work was taken for has become older by this time.</summary>
    public void Age(TimeSpan time)
    {
        foreach (var job in Own) job.CreatedAt -= time;
    }

    /// <param name="accepted">The answer to work that was taken.</param>
    /// <param name="refused">The vendor's own form of a refusal.</param>
    /// <param name="check">What is wrong with the body by the vendor's document; null for nothing.</param>
    public async Task CreateAsync(HttpContext http, string task, Func<Job, Reply> accepted, Func<Behaviour, Reply> refused,
        Func<JsonObject, string?>? check = null)
    {
        var key = KeyOf(http.Request);
        var behaviour = _next.TryDequeue(out var next) ? next : Keys.GetValueOrDefault(key, Always);
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

        if (behaviour is >= Behaviour.RefuseContent and <= Behaviour.Retired && Misbehaves != Misbehaviour.TakesWhatItShouldRefuse)
        {
            await WriteAsync(http, Misbehaves == Misbehaviour.RefusesWithoutWords ? new Reply(500) : refused(behaviour));
            return;
        }

        var job = new Job(this, $"{name}-{Guid.NewGuid():n}", task, body, behaviour, $"{http.Request.Scheme}://{http.Request.Host}")
        {
            Key = key,
        };
        _jobs[job.Id] = job;
        Accepted.Enqueue(job);
        if (Misbehaves == Misbehaviour.TakesTwice) Accepted.Enqueue(job);
        if (OnTaken is { } taken) await taken(job);
        await AnswerAsync(http, behaviour, Made(accepted(job), job));
    }

    public async Task ReadAsync(HttpContext http, string id, Func<Job, Stage, Reply> found, Reply gone)
    {
        var isSpoiled = _reads.TryDequeue(out var fault);
        if (isSpoiled && Misbehaves == Misbehaviour.StaysBroken) _isBroken = true;
        if (_isBroken) fault = Behaviour.ReadsFail;
        if (_isBroken || (isSpoiled && fault != Behaviour.ReadWrongType))
        {
            await SpoilAsync(http, fault);
            return;
        }

        var job = Misbehaves switch
        {
            Misbehaviour.ForgetsWork => null,
            Misbehaviour.KnowsStrangers => Find(http, id) ?? Stranger(),
            _ => Find(http, id),
        };
        var stage = job?.Look() ?? Stage.Waiting;
        var reply = job is null ? gone : found(job, stage);
        if (Misbehaves == Misbehaviour.DeletesWhatWasRead && stage == Stage.Done) _jobs.TryRemove(id, out _);
        if (Misbehaves == Misbehaviour.SaysUnknownWords && reply.Body is { } body) reply = reply with { Body = Garbled(body) };
        await WriteAsync(http, isSpoiled ? reply with { MediaType = "text/plain" } : reply);
    }

    public async Task CancelAsync(HttpContext http, string id, Func<Job, Reply> done, Reply gone)
    {
        Calls.Enqueue($"{http.Request.Method} {http.Request.Path}");
        if (Find(http, id) is not { } job)
        {
            await WriteAsync(http, gone);
            return;
        }

        if (Misbehaves == Misbehaviour.RefusesCancel)
        {
            await WriteAsync(http, Reply.Of(409, new { message = "no" }));
            return;
        }

        if (job.IsLive) job.IsCancelled = Misbehaves != Misbehaviour.GoesOnAfterCancel;
        // The trap of several vendors: what has ended is deleted.
        else if (http.Request.Method == "DELETE") _jobs.TryRemove(id, out _);
        await WriteAsync(http, done(job));
    }

    /// <param name="work">The id of the work that made it.</param>
    /// <param name="link">The number in the link that was asked for.</param>
    public IResult File(string work, int link)
    {
        if (link < _links) return Results.StatusCode(403);
        var made = Find(work) is { } job ? makes(job) : SimulatedVendors.File;
        return Results.Bytes(Misbehaves == Misbehaviour.ServesOtherBytes ? [1, 2, 3] : made, "application/octet-stream");
    }

    public static async Task WriteAsync(HttpContext http, Reply reply)
    {
        http.Response.StatusCode = reply.Status;
        http.Response.ContentType = reply.MediaType;
        if (reply.Cost is not null) http.Response.Headers["character-cost"] = reply.Cost;
        await http.Response.Body.WriteAsync(reply.Bytes ?? Encoding.UTF8.GetBytes(reply.Body?.ToJsonString() ?? ""),
            http.RequestAborted);
    }

    /// <summary>An answer that is the result itself, or holds it, with what this vendor makes.</summary>
    public Reply Made(Reply reply, Job job)
    {
        var made = makes(job);
        if (ReferenceEquals(made, SimulatedVendors.File)) return reply;
        if (reply.Bytes is not null) return ReferenceEquals(reply.Bytes, SimulatedVendors.File) ? reply with { Bytes = made } : reply;
        var (plain, own) = (Convert.ToBase64String(SimulatedVendors.File), Convert.ToBase64String(made));
        return reply.Body?.ToJsonString(Plain) is { } text && text.Contains(plain, StringComparison.Ordinal)
            ? reply with { Body = JsonNode.Parse(text.Replace(plain, own, StringComparison.Ordinal)) } : reply;
    }

    static async Task AnswerAsync(HttpContext http, Behaviour behaviour, Reply good)
    {
        switch (behaviour)
        {
            case Behaviour.LoseAnswer:
                http.Abort();
                break;
            case Behaviour.Huge or Behaviour.Breaks:
                await BreakAsync(http, behaviour == Behaviour.Huge ? TenGigabytes : 1000);
                break;
            case Behaviour.BadGateway:
                await WriteAsync(http, new Reply(502, Bytes: "<html>502 Bad Gateway</html>"u8.ToArray(), MediaType: "text/html"));
                break;
            case Behaviour.Garbage:
                await WriteAsync(http, new Reply(200, Bytes: "<html>Welcome</html>"u8.ToArray(), MediaType: "text/html"));
                break;
            default:
                await WriteAsync(http, behaviour == Behaviour.WrongType ? good with { MediaType = "text/plain" } : good);
                break;
        }
    }

    static Task SpoilAsync(HttpContext http, Behaviour fault) => fault switch
    {
        Behaviour.ReadsFail => WriteAsync(http, new Reply(500, Bytes: "oops"u8.ToArray(), MediaType: "text/plain")),
        Behaviour.ReadsBusy => WriteAsync(http, new Reply(429, Bytes: "{}"u8.ToArray())),
        Behaviour.ReadGarbage => WriteAsync(http, new Reply(200, Bytes: "<html>Maintenance</html>"u8.ToArray(), MediaType: "text/html")),
        _ => BreakAsync(http, fault == Behaviour.ReadHuge ? TenGigabytes : 1000),
    };

    /// <summary>The connection ends in the midst of an answer.</summary>
    static async Task BreakAsync(HttpContext http, long announced)
    {
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = announced;
        await http.Response.Body.WriteAsync("{"u8.ToArray(), http.RequestAborted);
        await http.Response.Body.FlushAsync(http.RequestAborted);
        http.Abort();
    }

    /// <summary>Work that looks like what was asked for last, and is not ours.</summary>
    Job Stranger() => new(this, $"{name}-stranger", "", Own.FirstOrDefault()?.Body ?? new JsonObject { ["model"] = "some-model" },
        Behaviour.Slow, "http://127.0.0.1:9");

    /// <summary>The same with other words.</summary>
    static JsonNode Garbled(JsonNode node) => JsonNode.Parse(System.Text.RegularExpressions.Regex.Replace(
        node.ToJsonString(), ":\"([^\"]+)\"", ":\"$1-x\"", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1)))!;

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
