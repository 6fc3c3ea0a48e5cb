using System.Net;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Time.Testing;
using Minio.Exceptions;
using Polly.Timeout;
using VideoGen.Storage.Objects;
using VideoGen.Storage.Objects.S3;

namespace VideoGen.Storage.Tests.Objects;

public sealed class Asking_whether_the_object_store_works
{
    const string Secret = "10.1.2.3:9000 AKIASECRET";

    static IEnumerable<TestCaseData> Faults()
    {
        yield return Case("The folder of the object store is gone.", new ObjectStoreException("The folder of the object store is gone."));
        yield return Case("The S3 server has no room.", new StorageFullException("The S3 server has no room."));
        yield return Case("The S3 server answered 500.", S3Faults.OfStatus(HttpStatusCode.InternalServerError));
        yield return Case("The S3 server can't be reached (ConnectionError).",
            S3Faults.Of(new HttpRequestException(HttpRequestError.ConnectionError, Secret)));
        yield return Case("The S3 server does not answer in time.", S3Faults.Of(new TimeoutRejectedException(Secret)));
        yield return Case("The S3 server does not do what it should.", S3Faults.Of(new MinioException(Secret)));
        yield return Case("The S3 server does not do what it should.", S3Faults.Of(new InvalidCastException(Secret)));
        yield return Case("The object store can't be used.", new IOException(Secret));
    }

    [TestCaseSource(nameof(Faults))]
    public async Task Says_why_not_without_what_others_said(IOException fault, string reason)
    {
        var answer = await AskAsync(_ => Task.FromException(fault));
        Assert.Multiple(() =>
        {
            Assert.That((answer.Status, answer.Description), Is.EqualTo((HealthStatus.Unhealthy, reason)));
            Assert.That(answer.Exception?.Message, Is.Not.EqualTo(reason), "/health would take the reason for the exception's text");
        });
    }

    [Test]
    public async Task Says_that_it_works() => Assert.That((await AskAsync(_ => Task.CompletedTask)).Status, Is.EqualTo(HealthStatus.Healthy));

    [Test]
    public async Task Does_not_wait_for_a_store_that_hangs()
    {
        var time = new FakeTimeProvider();
        var asking = AskAsync(ct => new TaskCompletionSource().Task.WaitAsync(ct), time);
        time.Advance(TimeSpan.FromSeconds(10));
        var answer = await asking.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.That((answer.Status, answer.Description), Is.EqualTo((HealthStatus.Unhealthy, "The object store has not answered for 10 s.")));
    }

    static Task<HealthCheckResult> AskAsync(Func<CancellationToken, Task> check, TimeProvider? time = null) =>
        new ObjectStoreCheck(new ScriptedStore { OnCheck = check }, time ?? TimeProvider.System).CheckHealthAsync(new HealthCheckContext());

    static TestCaseData Case(string reason, IOException fault) => new(fault, reason);
}
