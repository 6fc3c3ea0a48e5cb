using VideoGen.Jobs.Contracts;
using VideoGen.Jobs.Read;

namespace VideoGen.Jobs.Attempts;

/// <summary>Tells what was tried for a job: the attempts that made nothing, then the one that the job's row speaks of. Pure.</summary>
internal static class AttemptStory
{
    /// <summary>Null where the attempts were not read with the row.</summary>
    public static IReadOnlyList<JobAttempt>? Of(JobRow row)
    {
        if (row.EndedAttempts is not { } ended) return null;
        var story = new List<JobAttempt>();
        foreach (var one in ended)
        {
            var chosen = one.Chosen ?? Chosen(one.Provider, story);
            story.Add(new JobAttempt(
                one.Number, one.Provider, one.Outcome, chosen, one.Code, one.Message, one.StartedAt, one.EndedAt));
        }

        if (row is { Provider: { } provider, AttemptId: { } current } && ended.All(one => one.AttemptId != current))
        {
            var number = (story.Count == 0 ? 0 : story[^1].Number) + 1;
            var outcome = OutcomeOf(row);
            var isOver = outcome != AttemptOutcome.Running;
            story.Add(new JobAttempt(
                number, provider, outcome, row.AttemptChosen ?? Chosen(provider, story), null, null, row.StartedAt,
                isOver ? row.StoringAt ?? row.EndedAt : null));
        }

        return story;
    }

    static string OutcomeOf(JobRow row) =>
        row.StoringAt is not null || row.Status == JobStatus.Completed ? AttemptOutcome.Succeeded
        : row.HasEnded ? AttemptOutcome.Stopped : AttemptOutcome.Running;

    /// <summary>Where Providers did not say it: of an earlier release.</summary>
    static string Chosen(string provider, List<JobAttempt> before)
    {
        if (before is not [.., var last]) return "It is the first provider of the model.";
        var why = last.Outcome == AttemptOutcome.Absent ? "the work did not reach it" : last.Message?.TrimEnd('.') ?? "it made nothing";
        return last.Provider == provider ? $"It is tried again after attempt {last.Number}: {why}." : $"It comes after {last.Provider}: {why}.";
    }
}
