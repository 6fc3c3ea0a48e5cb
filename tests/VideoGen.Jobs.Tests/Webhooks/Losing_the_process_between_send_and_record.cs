using System.Diagnostics;
using VideoGen.Jobs.Feed;
using VideoGen.Jobs.Tests.Feed;
using VideoGen.Jobs.Webhooks;
using VideoGen.Testing;
using JobsOf = VideoGen.Jobs.Tests.Feed.Jobs;

namespace VideoGen.Jobs.Tests.Webhooks;

/// <summary>The real service in a process of its own, killed with SIGKILL right after the receiver has answered.</summary>
[TestFixture]
public sealed class Losing_the_process_between_send_and_record
{
    const int KilledExitCode = 137;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Test]
    public async Task Sends_again_with_the_same_id_and_bytes_and_shows_the_lost_attempt()
    {
        await using var sink = await WebhookSink.StartAsync();
        await using var app = await FeedApplication.StartAsync("hooks_crash", run: false);
        var (account, url) = (Guid.NewGuid(), sink.Url());
        await app.AppendAsync(account, EventTypes.Completed, JobsOf.New(), url);

        await RunUntilKilledAsync(app, DeliveryRun.SentCrashPoint);
        var lost = await app.Database.ScalarAsync<long>("select count(*) from webhook_attempt where ended_at is null");
        // The lease of the dead process runs out: as if its time had passed.
        await app.Database.ExecuteAsync("update due_work set due_at = now() where kind = $1", DeliveryWork.Kind);
        await using var survivor = await app.AnotherAsync();
        var requests = await sink.WaitAsync(url, 2);

        Assert.That(lost, Is.EqualTo(1), "the attempt was written before the socket opened");
        Assert.That(requests[1].Id, Is.EqualTo(requests[0].Id));
        Assert.That(requests[1].Body, Is.EqualTo(requests[0].Body));
        using var http = survivor.As(account);
        var id = await app.Database.ScalarAsync<Guid>("select id from webhook_delivery");
        await Eventually.ThatAsync(async () => (await http.GetJsonAsync($"/v1/webhooks/deliveries/{id}")).GetProperty("status").GetString() == "delivered");
        var attempts = (await http.GetJsonAsync($"/v1/webhooks/deliveries/{id}")).GetProperty("attempts");
        Assert.That(attempts.GetArrayLength(), Is.EqualTo(2));
        Assert.That(attempts[0].GetProperty("error").GetString(), Does.StartWith("The outcome is unknown"));
        Assert.That(sink.At(url), Has.Count.EqualTo(2));
    }

    static async Task RunUntilKilledAsync(FeedApplication app, string crashPoint)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "VideoGen.Jobs.dll")])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        (string Name, string Value)[] environment =
        [
            ("VIDEOGEN_CRASH_AT", crashPoint), ("ConnectionStrings__videogen", await TestServers.PostgresAsync()),
            ("ConnectionStrings__rabbitmq", await TestServers.RabbitMqAsync()), ("Database__Schema", app.Database.Schema), ("Bus__Prefix", app.Prefix),
            ("Caller__SigningKey", FeedApplication.SigningKey), ("Links__SigningKey", FeedApplication.SigningKey),
            ("Links__PublicUrl", "http://gateway.example"), ("Egress__AllowNetworks__0", "127.0.0.0/8"), ("ASPNETCORE_URLS", "http://127.0.0.1:0"),
            ("services__accounts__http__0", "http://127.0.0.1:9"), ("services__providers__http__0", "http://127.0.0.1:9"),
            ("services__storage__http__0", "http://127.0.0.1:9"), ("OTEL_EXPORTER_OTLP_ENDPOINT", ""),
        ];
        foreach (var (name, value) in environment) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        try
        {
            using var limit = new CancellationTokenSource(Patience);
            await process.WaitForExitAsync(limit.Token);
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
        Assert.That(process.ExitCode, Is.EqualTo(KilledExitCode), await output + await errors);
    }
}
