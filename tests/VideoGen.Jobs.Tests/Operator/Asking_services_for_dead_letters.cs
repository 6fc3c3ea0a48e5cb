using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using VideoGen.Durability.DeadLetters;
using VideoGen.HttpApi;
using VideoGen.HttpApi.Errors;
using VideoGen.Jobs.Operator.DeadLetters;
using VideoGen.ServiceDefaults.Callers;
using VideoGen.ServiceDefaults.DeadLetters;

namespace VideoGen.Jobs.Tests.Operator;

/// <summary>Storage answers in one way or another; what an operator asked of it is in the log in any case.</summary>
public sealed class Asking_services_for_dead_letters
{
    static readonly Caller Operator = new(Guid.CreateVersion7(), null, Guid.CreateVersion7(), Test: false, "free", [], IsOperator: true);

    Scripted _storage = null!;
    Lines _log = null!;

    [SetUp]
    public void Start() => (_storage, _log) = (new Scripted(), new Lines());

    [TearDown]
    public void Stop() => _storage.Dispose();

    [Test]
    public async Task The_audit_tells_the_wish_before_it_is_uttered_and_then_what_came_of_it()
    {
        var letter = new DeadLetter(
            Guid.CreateVersion7(), "error", "queue", "Some.Type", Guid.NewGuid(), null, null, "why", 1, DateTimeOffset.UnixEpoch, 1);
        _storage.Answer = () =>
        {
            Assert.That(_log.Texts, Has.Length.EqualTo(1).And.Some.Contains("asks storage to replay dead letters"));
            return Json(JsonSerializer.Serialize(new DeadLetterList([letter]), ApiJson.Options));
        };
        await Endpoints.ReplayOneAsync("storage", letter.Id, Operator);
        Assert.That(_log.Texts, Has.Length.EqualTo(3).And.All.Contains($"{Operator.AccountId}").And.All.Contains($"{letter.Id}"));
        Assert.That(_log.Texts[1], Does.Contain("storage did so").And.Contain("with 1 dead letters"));
        Assert.That(_log.Texts[2], Does.Contain("Some.Type"));
    }

    [Test]
    public async Task The_audit_tells_that_nobody_knows_when_the_answer_is_lost()
    {
        _storage.Answer = () => throw new HttpRequestException("the connection is lost");
        var answer = await Endpoints.DiscardManyAsync("storage", new DeadLetterMany("A\nType", "error"), Operator);
        Assert.That(answer, Is.InstanceOf<ProblemAnswer>());
        Assert.That(_log.Texts, Has.Length.EqualTo(2));
        Assert.That(_log.Texts[0], Does.Contain("asks storage to discard").And.Contain("""
            "message_type":"A\nType","source":"error"
            """));
        Assert.That(_log.Texts[1], Does.Contain("unknown whether storage did so"));
    }

    [Test]
    public async Task An_answer_that_can_not_be_read_is_a_service_that_is_away()
    {
        _storage.Answer = () => Json(new string('[', 100) + new string(']', 100));
        Assert.That(await Client.ListAsync("storage", new DeadLettersQuery(["storage"], null, null, null, 10), default), Is.Null);
        Assert.That(await Client.FindAsync("storage", Guid.NewGuid(), default), Is.Null);
        Assert.That(await Client.ReplayAsync("storage", new DeadLetterChoice(), default), Is.Null);
    }

    DeadLettersClient Client
    {
        get
        {
            var http = new HttpClient(_storage) { BaseAddress = new Uri("http://storage/") };
            return new DeadLettersClient(null!, new(http), new(http), new(http), NullLogger<DeadLettersClient>.Instance);
        }
    }

    DeadLettersEndpoints Endpoints => new(Client, _log);

    static HttpResponseMessage Json(string text) =>
        new(HttpStatusCode.OK) { Content = new StringContent(text, Encoding.UTF8, "application/json") };

    sealed class Scripted : HttpMessageHandler
    {
        public Func<HttpResponseMessage> Answer { get; set; } = () => new HttpResponseMessage(HttpStatusCode.InternalServerError);

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.Run(Answer, CancellationToken.None);
    }

    sealed class Lines : ILogger<DeadLettersEndpoints>
    {
        readonly ConcurrentQueue<string> _lines = new();

        public string[] Texts => [.. _lines];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            _lines.Enqueue(formatter(state, exception));
    }
}
