using VideoGen.Egress;
using VideoGen.Storage.Contracts.Commands;
using VideoGen.Storage.Ingest;

namespace VideoGen.Storage.Tests.Ingest;

[Parallelizable(ParallelScope.All)]
public sealed class Deciding_about_a_command
{
    [TestCase("pending", 1, 1, "Ignore")]
    [TestCase("pending", 1, 2, "Begin")]
    [TestCase("pending", 2, 1, "Ignore")]
    [TestCase("failed", 1, 1, "AnswerAgain")]
    [TestCase("failed", 1, 2, "Begin")]
    [TestCase("failed", 2, 1, "Ignore")]
    [TestCase("done", 1, 1, "AnswerAgain")]
    [TestCase("done", 1, 2, "AnswerAgain")]
    [TestCase("discarded", 0, 1, "Ignore")]
    [TestCase("discarded", 0, 9, "Ignore")]
    public void Begins_once_a_round_and_never_after_a_discard(string state, int knownRound, int round, string expected)
    {
        var order = new IngestOutputs(Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), round, []);
        var known = new IngestRow(order.JobId, order.AccountId, order.AttemptId, knownRound, state, [], TimeSpan.Zero, Answer: null);
        Assert.That(IngestOutputsConsumer.Decide(known, order).ToString(), Is.EqualTo(expected));
    }

    [TestCase(EgressFailureKind.BadStatus, 403, "Expired")]
    [TestCase(EgressFailureKind.BadStatus, 404, "Expired")]
    [TestCase(EgressFailureKind.BadStatus, 410, "Expired")]
    [TestCase(EgressFailureKind.BadStatus, 401, "Expired")]
    [TestCase(EgressFailureKind.BadStatus, 429, "Transient")]
    [TestCase(EgressFailureKind.BadStatus, 500, "Transient")]
    [TestCase(EgressFailureKind.BadStatus, 400, "Unusable")]
    [TestCase(EgressFailureKind.Unreachable, null, "Transient")]
    [TestCase(EgressFailureKind.TimedOut, null, "Transient")]
    [TestCase(EgressFailureKind.TooSlow, null, "Transient")]
    [TestCase(EgressFailureKind.Truncated, null, "Transient")]
    [TestCase(EgressFailureKind.TooLarge, null, "Unusable")]
    [TestCase(EgressFailureKind.Blocked, null, "Unusable")]
    [TestCase(EgressFailureKind.BadContent, null, "Unusable")]
    [TestCase(EgressFailureKind.TooManyRedirects, null, "Unusable")]
    public void Takes_each_failed_download_for_what_it_is(EgressFailureKind kind, int? status, string expected) =>
        Assert.That(OutputFetcher.Judge(new EgressFailure(kind, "Reason.", status)).GetType().Name, Is.EqualTo(expected));
}
