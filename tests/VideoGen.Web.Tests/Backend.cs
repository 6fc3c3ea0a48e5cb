using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using VideoGen.Accounts.Contracts;
using VideoGen.HttpApi;
using VideoGen.HttpApi.Paging;
using VideoGen.Jobs.Contracts;

namespace VideoGen.Web.Tests;

/// <summary>Accounts and Jobs as scripted ones on one port of loopback.</summary>
internal sealed class Backend : IAsyncDisposable
{
    readonly WebApplication _app;
    readonly ConcurrentDictionary<Guid, (MonitoredJob Job, DateTimeOffset At)> _jobs = new();
    readonly ConcurrentDictionary<Guid, (string Secret, Identity Identity)> _credentials = new();

    Backend(WebApplication app) => _app = app;

    public string Address => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    readonly ConcurrentDictionary<Guid, bool> _ended = new();

    public ConcurrentQueue<string> Asked { get; } = new();

    /// <summary>Further answers, by method and path: a body, a status alone as a number, or both.</summary>
    public ConcurrentDictionary<string, object> Answers { get; } = new(StringComparer.Ordinal);

    /// <summary>What was sent to those of them that change something.</summary>
    public ConcurrentQueue<(string Request, string Body, string? IdempotencyKey)> Changes { get; } = new();

    /// <summary>While true every question is answered with 503.</summary>
    public volatile bool IsAway;

    /// <summary>Sign-ins by password are refused as too many.</summary>
    public volatile bool IsLimited;

    public JobTallies Tallies { get; set; } = new(0, 0, 0, 0);

    public static async Task<Backend> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var backend = new Backend(builder.Build());
        backend._app.Run(backend.AnswerAsync);
        await backend._app.StartAsync();
        return backend;
    }

    /// <param name="request">A method and a path: <c>POST /v1/jobs</c>.</param>
    public void Answer(string request, object body, int status = 200) => Answers[request] = (status, body);

    public void Put(MonitoredJob job) => _jobs[job.Job.Id] = (job, DateTimeOffset.UtcNow);

    public void Remove(Guid id) => _jobs.TryRemove(id, out _);

    public string AddKey(bool isOperator, bool test = false)
    {
        var id = Guid.CreateVersion7();
        var secret = $"vg_live_{id:n}";
        _credentials[id] = (secret, new Identity(Guid.CreateVersion7(), UserId: null, id, test, "pro", Scope.All, isOperator, new RateLimits(60, 600), ExpiresAt: null));
        return secret;
    }

    public (string Email, string Password) AddUser(bool isOperator, int submitsPerMinute = 60)
    {
        var id = Guid.CreateVersion7();
        var email = $"{id:n}@example.com";
        _credentials[id] = (email, new Identity(Guid.CreateVersion7(), id, KeyId: null, Test: false, "pro", Scope.All, isOperator,
            new RateLimits(submitsPerMinute, 600), ExpiresAt: null));
        return (email, "correct horse battery");
    }

    public void Revoke(string secret) => _credentials.TryRemove(_credentials.Single(one => one.Value.Secret == secret).Key, out _);

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }

    Task AnswerAsync(HttpContext context)
    {
        Asked.Enqueue($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString}");
        if (IsAway) return StatusAsync(context, 503);
        if (Answers.TryGetValue($"{context.Request.Method} {context.Request.Path}", out var answer)) return AnswerAsync(context, answer);
        return context.Request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries) switch
        {
            ["internal", "monitor", "jobs"] => JsonAsync(context, ListOf(context.Request.Query)),
            ["internal", "monitor", "pulse"] => JsonAsync(context, PulseSince(context.Request.Query["since"].ToString())),
            ["internal", "identities", "by-key"] => ByKeyAsync(context),
            ["internal", "identities", "by-key-id" or "by-user", var id] => IdentityAsync(context, _credentials.GetValueOrDefault(Guid.Parse(id)).Identity),
            ["internal", "ended-sessions", var session] => SessionAsync(context, Guid.Parse(session)),
            ["v1", "auth", "token"] => TokenAsync(context),
            ["v1", "models"] => JsonAsync(context, new { data = Array.Empty<object>(), has_more = false }),
            ["v1", "jobs"] when HttpMethods.IsGet(context.Request.Method) =>
                JsonAsync(context, new Page<JobView>([.. _jobs.Values.Select(one => one.Job.Job)], NextCursor: null, HasMore: false)),
            ["v1", "jobs", var id] when _jobs.TryGetValue(Guid.Parse(id), out var one) => JsonAsync(context, one.Job.Job),
            _ => StatusAsync(context, 404),
        };
    }

    async Task AnswerAsync(HttpContext context, object answer)
    {
        if (!HttpMethods.IsGet(context.Request.Method))
        {
            using var reader = new StreamReader(context.Request.Body);
            var body = await reader.ReadToEndAsync();
            Changes.Enqueue(($"{context.Request.Method} {context.Request.Path}", body, context.Request.Headers["Idempotency-Key"]));
        }
        var (status, told) = answer switch { int alone => (alone, null), (int with, object what) => (with, what), _ => (200, answer) };
        context.Response.StatusCode = status;
        if (told is not null) await JsonAsync(context, told);
    }

    MonitorPulse PulseSince(string text)
    {
        var since = text.Length == 0 ? DateTimeOffset.UtcNow : DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
        return new MonitorPulse(DateTimeOffset.UtcNow, Tallies, [.. _jobs.Values.Where(one => one.At > since).Select(one => new JobVersion(one.Job.Job.Id, one.Job.Job.Version))]);
    }

    MonitoredJobs ListOf(IQueryCollection query)
    {
        var ids = query["ids"].ToString() is { Length: > 0 } text ? text.Split(',').Select(Guid.Parse).ToHashSet() : null;
        var statuses = query["status"].ToString().Split(',', StringSplitOptions.RemoveEmptyEntries);
        var (before, from) = (query["before"].ToString(), query["from"].ToString());
        var limit = query["limit"].ToString() is { Length: > 0 } most ? int.Parse(most, System.Globalization.CultureInfo.InvariantCulture) : 500;
        var found = _jobs.Values.Select(one => one.Job).Where(one => ids?.Contains(one.Job.Id) ?? (
                (statuses.Length == 0 || statuses.Contains(one.Job.Status, StringComparer.Ordinal))
                && (before.Length == 0 || string.CompareOrdinal(one.Job.Id.ToString(), before) < 0)
                && (from.Length == 0 || string.CompareOrdinal(one.Job.Id.ToString(), from) >= 0)))
            .OrderByDescending(one => one.Job.Id.ToString(), StringComparer.Ordinal).ToList();
        return new MonitoredJobs([.. found.Take(limit)], found.Count > limit);
    }

    async Task ByKeyAsync(HttpContext context)
    {
        var lookup = (await context.Request.ReadFromJsonAsync<KeyLookup>(ApiJson.Options))!;
        await IdentityAsync(context, _credentials.Values.FirstOrDefault(one => one.Secret == lookup.ApiKey).Identity);
    }

    async Task TokenAsync(HttpContext context)
    {
        var request = (await context.Request.ReadFromJsonAsync<TokenRequest>(ApiJson.Options))!;
        if (IsLimited)
        {
            await StatusAsync(context, 429);
            return;
        }
        var user = _credentials.Values.FirstOrDefault(one => one.Secret == request.Email).Identity;
        if (user is null || request.Password != "correct horse battery")
        {
            await StatusAsync(context, 401);
            return;
        }
        var payload = Base64(JsonSerializer.Serialize(new { sub = user.UserId }));
        await JsonAsync(context, new TokenAnswer($"{Base64("{}")}.{payload}.{Base64("signature")}", "Bearer", 1800, DateTimeOffset.UtcNow.AddMinutes(30)));
    }

    Task SessionAsync(HttpContext context, Guid session)
    {
        if (HttpMethods.IsPut(context.Request.Method)) _ended[session] = true;
        return StatusAsync(context, _ended.ContainsKey(session) ? 204 : 404);
    }

    static Task IdentityAsync(HttpContext context, Identity? identity) => identity is null ? StatusAsync(context, 404) : JsonAsync(context, identity);

    static Task JsonAsync(HttpContext context, object body) => context.Response.WriteAsJsonAsync(body, body.GetType(), ApiJson.Options);

    static Task StatusAsync(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    static string Base64(string text) => System.Buffers.Text.Base64Url.EncodeToString(System.Text.Encoding.UTF8.GetBytes(text));
}
