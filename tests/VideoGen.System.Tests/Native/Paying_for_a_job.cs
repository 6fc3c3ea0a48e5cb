using VideoGen.Jobs.Contracts;

namespace VideoGen.System.Tests.Native;

/// <summary>Whoever sees that a job has completed sees its price in the account, without a wait.</summary>
[TestFixture]
public sealed class Paying_for_a_job
{
    static readonly object Speech = new { model = "elevenlabs-tts", input = new { text = "Hello" } };

    [Test]
    public async Task Is_done_when_the_job_has_completed()
    {
        const long granted = 1000;
        using var customer = await TheSystem.NewCustomerAsync(granted);
        var spent = 0L;
        for (var time = 0; time < 5; time++)
        {
            var job = await customer.Native.SubmitAsync(Speech);
            job = await customer.Native.WaitForEndAsync(job.Id, TimeSpan.FromMinutes(1));
            var credits = (await customer.Native.AccountAsync()).Credits;
            spent += job.Credits.Captured;
            Assert.Multiple(() =>
            {
                Assert.That(job.Status, Is.EqualTo(JobStatus.Completed));
                Assert.That((credits.Held, credits.Available), Is.EqualTo((0L, granted - spent)));
            });
        }
    }
}
