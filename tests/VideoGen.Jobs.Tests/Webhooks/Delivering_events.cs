using System.Diagnostics;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using VideoGen.Jobs.Feed;
using VideoGen.Jobs.Tests.Feed;
using VideoGen.ServiceDefaults.Callers;
using VideoGen.Testing;
using JobsOf = VideoGen.Jobs.Tests.Feed.Jobs;

namespace VideoGen.Jobs.Tests.Webhooks;

[TestFixture]
public sealed class Delivering_events() : WebhookFixture("hooks")
{
    [Test]
    public async Task An_event_arrives_signed_with_the_bytes_of_the_feed()
    {
        var account = Guid.NewGuid();
        var url = Sink.Url();
        var endpoint = await RegisterAsync(account, url);
        await App.AppendAsync(account, EventTypes.Completed, JobsOf.New(status: "completed"));

        var request = (await Sink.WaitAsync(url)).Single();

        Assert.That(request.IsSignedWith(endpoint.Secret), Is.True);
        Assert.That(request.IsSignedWith("whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="), Is.False);
        await Eventually.ThatAsync(async () => (await App.Reader.ReadAsync(World.Both(account), FeedCursor.Start, 1,
            types: null, default)).Count == 1);
        var row = (await App.Reader.ReadAsync(World.Both(account), FeedCursor.Start, 1, types: null, default)).Single();
        Assert.That((request.Id, request.Body), Is.EqualTo(($"evt_{row.EventId}", row.Body)));
        Assert.That(request.Headers["content-type"], Is.EqualTo("application/json"));
        Assert.That(request.Headers.Keys.Where(name => name.StartsWith("x-", StringComparison.Ordinal) || name is "traceparent" or "tracestate" or "cookie" or "authorization"),
            Is.Empty, "nothing of ours goes to customers");
        var delivery = await DeliveryAsync(account, "delivered");
        Assert.That(delivery.GetProperty("attempts")[0].GetProperty("status").GetInt32(), Is.EqualTo(200));
    }

    [Test]
    public async Task An_endpoint_is_told_only_of_what_it_asked_for()
    {
        var account = Guid.NewGuid();
        var (ends, all, queued) = (Sink.Url(), Sink.Url(), Sink.Url());
        await RegisterAsync(account, ends);
        await RegisterAsync(account, all, "*");
        await RegisterAsync(account, queued, "job.queued");
        await App.AppendAsync(account, EventTypes.Queued, JobsOf.New());
        await App.AppendAsync(account, EventTypes.Progressed, JobsOf.New());
        await App.AppendAsync(account, EventTypes.Failed, JobsOf.New());

        await Sink.WaitAsync(all, 3);
        await Sink.WaitAsync(ends);
        await Sink.WaitAsync(queued);
        Assert.That((Sink.At(ends).Count, Sink.At(queued).Count), Is.EqualTo((1, 1)));
        Assert.That(Encoding.UTF8.GetString(Sink.At(ends)[0].Body), Does.StartWith("{\"type\":\"job.failed\""));
    }

    [Test]
    public async Task After_a_500_it_is_sent_again_with_the_same_id_and_bytes()
    {
        var account = Guid.NewGuid();
        var url = Sink.Url(async (http, number) =>
        {
            http.Response.StatusCode = number == 1 ? 500 : 200;
            await http.Response.WriteAsync("reply " + number);
        });
        var endpoint = await RegisterAsync(account, url);
        await App.AppendAsync(account, EventTypes.Completed, JobsOf.New());

        var requests = await Sink.WaitAsync(url, 2);
        var delivery = await DeliveryAsync(account, "delivered");

        Assert.That(requests[1].Id, Is.EqualTo(requests[0].Id));
        Assert.That(requests[1].Body, Is.EqualTo(requests[0].Body));
        Assert.That(requests, Is.All.Matches<Received>(request => request!.IsSignedWith(endpoint.Secret)));
        var attempts = delivery.GetProperty("attempts").EnumerateArray().ToList();
        Assert.That(attempts.Select(attempt => attempt.GetProperty("status").GetInt32()), Is.EqualTo(new[] { 500, 200 }));
        Assert.That(attempts.Select(attempt => attempt.GetProperty("reply").GetString()), Is.EqualTo(new[] { "reply 1", "reply 2" }));
        Assert.That(attempts[0].GetProperty("error").GetString(), Is.EqualTo("The server answered 500."));
    }

    [Test]
    public async Task A_delivery_that_never_succeeds_ends_with_the_schedule()
    {
        var account = Guid.NewGuid();
        var url = Sink.UrlThatAnswers(302);
        await RegisterAsync(account, url);
        await App.AppendAsync(account, EventTypes.Completed, JobsOf.New());

        var delivery = await DeliveryAsync(account, "failed");

        Assert.That((delivery.GetProperty("attempt_count").GetInt32(), delivery.GetProperty("last_status").GetInt32()), Is.EqualTo((3, 302)));
        Assert.That(Sink.At(url), Has.Count.EqualTo(3), "a redirect is not followed");
    }

    [Test]
    public async Task An_endpoint_that_hangs_delays_nobody_else()
    {
        var account = Guid.NewGuid();
        var (hanging, healthy) = (Sink.UrlThatHangs(), Sink.Url());
        await RegisterAsync(account, hanging);
        for (var n = 0; n < 30; n++) await App.AppendAsync(account, EventTypes.Completed, JobsOf.New());
        await Sink.WaitAsync(hanging, 4);

        var watch = Stopwatch.StartNew();
        await RegisterAsync(account, healthy);
        await App.AppendAsync(account, EventTypes.Failed, JobsOf.New());
        await Sink.WaitAsync(healthy);

        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(2)), "shorter than the time-out of the hanging one");
        Assert.That(Sink.At(hanging), Has.Count.EqualTo(4), "it has four places and no more");
    }

    [Test]
    public async Task Gone_disables_the_endpoint_and_ends_what_was_on_its_way()
    {
        var account = Guid.NewGuid();
        var url = Sink.UrlThatAnswers(500, 410);
        var endpoint = await RegisterAsync(account, url);
        await App.AppendAsync(account, EventTypes.Completed, JobsOf.New());
        await DeliveryAsync(account, "failed");

        var view = await EndpointAsync(account, endpoint.Id);
        await App.AppendAsync(account, EventTypes.Completed, JobsOf.New());

        Assert.That((view.GetProperty("enabled").GetBoolean(), view.GetProperty("disabled_reason").GetString()), Is.EqualTo((false, "gone")));
        Assert.That(await DeliveriesAsync(account), Has.Count.EqualTo(1), "a disabled endpoint gets no new deliveries");
    }

    [Test]
    public async Task Five_days_without_a_success_disable_the_endpoint()
    {
        var account = Guid.NewGuid();
        var endpoint = await RegisterAsync(account, Sink.UrlThatAnswers(500));
        await App.Database.ExecuteAsync("update webhook_endpoint set failing_since = now() - interval '5 days 1 minute' where id = $1", endpoint.Id);
        await App.AppendAsync(account, EventTypes.Completed, JobsOf.New());

        var delivery = await DeliveryAsync(account, "failed");

        Assert.That((await EndpointAsync(account, endpoint.Id)).GetProperty("disabled_reason").GetString(), Is.EqualTo("failing"));
        Assert.That(delivery.GetProperty("last_error").GetString(), Is.EqualTo("The endpoint is disabled."));
        using var http = App.As(account);
        var enabled = await (await http.PatchAsJsonAsync($"/v1/webhooks/endpoints/{endpoint.Id}", new { enabled = true })).JsonAsync(200);
        Assert.That(enabled.GetProperty("failing_since").ValueKind, Is.EqualTo(JsonValueKind.Null), "enabled again, it has the whole time to recover");
    }

    [Test]
    public async Task A_success_clears_the_endpoints_failing()
    {
        var account = Guid.NewGuid();
        var endpoint = await RegisterAsync(account, Sink.UrlThatAnswers(500, 200));
        await App.AppendAsync(account, EventTypes.Completed, JobsOf.New());
        await DeliveryAsync(account, "delivered");
        Assert.That((await EndpointAsync(account, endpoint.Id)).GetProperty("failing_since").ValueKind, Is.EqualTo(JsonValueKind.Null));
    }

    [Test]
    public async Task A_jobs_own_url_is_told_of_its_end_with_the_accounts_secret()
    {
        var account = Guid.NewGuid();
        var url = Sink.Url();
        await App.AppendAsync(account, EventTypes.Queued, JobsOf.New(), url);
        await App.AppendAsync(account, EventTypes.Completed, JobsOf.New(), url);
        var request = (await Sink.WaitAsync(url)).Single();

        using var http = App.As(account);
        var secret = (await http.GetJsonAsync("/v1/webhooks/signing-secret")).GetProperty("secret").GetString()!;

        Assert.That(request.IsSignedWith(secret), Is.True);
        Assert.That(Encoding.UTF8.GetString(request.Body), Does.StartWith("{\"type\":\"job.completed\""));
        Assert.That((await DeliveryAsync(account, "delivered")).GetProperty("url").GetString(), Is.EqualTo(url));
    }

    [Test]
    public async Task Every_attempt_belongs_to_the_trace_of_the_job()
    {
        var spans = new System.Collections.Concurrent.ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name.StartsWith("VideoGen.", StringComparison.Ordinal) || source.Name == "System.Net.Http",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        var account = Guid.NewGuid();
        await RegisterAsync(account, Sink.UrlThatAnswers(500, 200));
        string trace;
        using (var job = new Activity("job").Start())
        {
            trace = job.TraceId.ToString();
            await App.AppendAsync(account, EventTypes.Completed, JobsOf.New());
        }
        await DeliveryAsync(account, "delivered");

        using var http = App.As(account);
        var id = (await DeliveriesAsync(account)).Single().GetProperty("id").GetGuid();
        await http.PostAsync($"/v1/webhooks/deliveries/{id}/replay", content: null);
        await Eventually.ThatAsync(() => spans.Count(span => span.OperationName == "webhook attempt" && span.TraceId.ToString() == trace) == 3,
            because: "two attempts and a replay, in the trace of the job");
        Assert.That(spans.Where(span => span.Source.Name == "System.Net.Http" && span.TraceId.ToString() == trace), Is.Not.Empty);
    }

    [Test]
    public async Task A_reply_without_end_or_with_rubbish_is_cut_and_kept()
    {
        var account = Guid.NewGuid();
        await RegisterAsync(account, Sink.Url(async (http, _) =>
        {
            var piece = Encoding.Latin1.GetBytes(new string('\0', 512) + new string('\xff', 512));
            while (!http.RequestAborted.IsCancellationRequested) await http.Response.Body.WriteAsync(piece, http.RequestAborted);
        }));
        await App.AppendAsync(account, EventTypes.Completed, JobsOf.New());
        var delivery = await DeliveryAsync(account, "delivered");
        Assert.That(delivery.GetProperty("attempts")[0].GetProperty("reply").GetString(), Has.Length.EqualTo(4096));
    }
}
