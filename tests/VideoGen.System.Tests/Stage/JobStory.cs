using System.Net;
using System.Text.RegularExpressions;
using VideoGen.Jobs.Contracts;
using VideoGen.System.Tests.Clients;

namespace VideoGen.System.Tests.Stage;

/// <summary>Brings jobs, whoever made them, into the state that a test wants to see.</summary>
static partial class JobStory
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    /// <summary>The native id in whatever a dialect shows: <c>job_0199…</c>.</summary>
    public static Guid NativeId(string shown) => Guid.Parse(Uuid().Match(shown).Value);

    /// <summary>A test key's job that stays at this progress for ever; its account's slots can be filled with them.</summary>
    public static Task<JobView> StallAsync(this Customer customer, int percent = 0) => customer.Tests.SubmitAsync(
        new { model = "wan2.1", input = new { prompt = "stalls" }, simulate = new { stall_at_percent = percent } });

    public static async Task<JobView> CompletedAsync(this Customer customer, Guid id)
    {
        var job = await (await customer.MakerAsync(id)).WaitForEndAsync(id, Patience);
        Assert.That(job.Status, Is.EqualTo(JobStatus.Completed), job.Error?.ToString());
        return job;
    }

    public static async Task<JobView> FailedAsync(this Customer customer, Guid id)
    {
        var job = await (await customer.MakerAsync(id)).WaitForEndAsync(id, Patience);
        Assert.That(job.Status, Is.EqualTo(JobStatus.Failed));
        return job;
    }

    public static async Task<JobView> RunningAsync(this Customer customer, Guid id)
    {
        var maker = await customer.MakerAsync(id);
        return await TheSystem.UntilAsync(async () =>
        {
            var job = await maker.GetAsync<JobView>($"/v1/jobs/{id}");
            return job.Status == JobStatus.Running ? job : null;
        }, Patience);
    }

    /// <summary>Cancelled natively, to its end.</summary>
    public static async Task<JobView> CancelledAsync(this Customer customer, Guid id)
    {
        var maker = await customer.MakerAsync(id);
        using var answer = await maker.Http.PostAsync($"/v1/jobs/{id}/cancel", content: null);
        Assert.That(answer.IsSuccessStatusCode, Is.True, await answer.Content.ReadAsStringAsync());
        var job = await maker.WaitForEndAsync(id, Patience);
        Assert.That(job.Status, Is.EqualTo(JobStatus.Cancelled));
        return job;
    }

    /// <summary>The client that sees the job: that of the live key or that of the test key.</summary>
    static async Task<NativeClient> MakerAsync(this Customer customer, Guid id)
    {
        using var answer = await customer.Native.Http.GetAsync($"/v1/jobs/{id}");
        return answer.StatusCode == HttpStatusCode.NotFound ? customer.Tests : customer.Native;
    }

    [GeneratedRegex("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")]
    private static partial Regex Uuid();
}
