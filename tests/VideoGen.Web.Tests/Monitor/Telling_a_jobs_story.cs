using VideoGen.Jobs.Contracts;
using VideoGen.Web.Monitor;

namespace VideoGen.Web.Tests.Monitor;

[TestFixture]
public sealed class Telling_a_jobs_story
{
    [Test]
    public void Has_the_jobs_own_times_and_what_the_feed_told_between()
    {
        var story = LogLine.Of(TestJobs.New(JobStatus.Completed, changes:
        [
            Change("job.queued", 0, 0, "queued"), Change("job.started", 2, 0, "model_loading"), Change("job.progressed", 10, 30, "frame_generation"),
            Change("job.progressed", 20, 80, "encoding"), Change("job.progressed", 60, 99, "storing"), Change("job.completed", 65, 100, "done"),
        ]));
        Assert.That(story.Reverse().Select(line => $"{line.At:mm:ss} {line.Text}"), Is.EqualTo(new[]
        {
            "30:00 Job created", "30:02 Started on simulator", "30:10 Generating · 30 %", "30:20 Encoding · 80 %", "31:00 Storing the result", "31:05 Completed after 1 min 3 s",
        }));
    }

    [Test]
    public void Is_told_from_the_job_alone_when_the_feed_has_forgotten() =>
        Assert.That(LogLine.Of(TestJobs.New(JobStatus.Failed)).Select(line => (line.Text, line.Level)), Is.EqualTo(new[]
        {
            ("Failed: The provider refused. (content_rejected)", "error"), ("Started on simulator", "info"), ("Job created", "info"),
        }));

    [Test]
    public void Leaves_out_what_says_the_same_again_and_the_middle_of_a_long_one()
    {
        var changes = Enumerable.Range(0, 120).Select(i => Change("job.progressed", 3 + i, i / 2, "frame_generation")).ToArray();
        var story = LogLine.Of(TestJobs.New(JobStatus.Running, changes: changes));
        Assert.Multiple(() =>
        {
            Assert.That(story, Has.Count.EqualTo(40));
            Assert.That(story.Select(line => line.Text), Is.Unique);
            Assert.That((story[0].Text, story[^1].Text), Is.EqualTo(("Generating · 59 %", "Job created")));
        });
    }

    [TestCase("short", "short")]
    [TestCase("  \t ", null)]
    public void A_prompt_is_shown_from_its_beginning(string prompt, string? shown) => Assert.That(JobCard.Of(TestJobs.New(prompt: prompt)).Prompt, Is.EqualTo(shown));

    [Test]
    public void An_excerpt_never_ends_within_a_character()
    {
        var card = JobCard.Of(TestJobs.New(prompt: string.Concat(Enumerable.Repeat("👩‍👩‍👧‍👦", 100))));
        Assert.That(card.Prompt!.Replace("👩‍👩‍👧‍👦", "", StringComparison.Ordinal), Is.EqualTo("…"));
    }

    [Test]
    public void One_endless_character_is_cut_all_the_same() =>
        Assert.That(JobCard.Of(TestJobs.New(prompt: "e" + new string('\u0301', 5000))).Prompt!, Has.Length.LessThanOrEqualTo(241));

    [TestCase(3.25, "3.3 s")]
    [TestCase(42, "42 s")]
    [TestCase(63, "1 min 3 s")]
    [TestCase(7500, "2 h 5 min")]
    public void A_duration_is_as_exact_as_people_want(double seconds, string text) => Assert.That(JobCard.Duration(TimeSpan.FromSeconds(seconds)), Is.EqualTo(text));

    static JobChange Change(string type, int seconds, int percent, string step) => new(type, TestJobs.Began.AddSeconds(seconds), new JobProgress(percent, step, null));
}
