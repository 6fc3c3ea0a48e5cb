using VideoGen.Durability;
using VideoGen.Providers.Attempts;

namespace VideoGen.Providers.Alarms;

/// <summary>Has an attempt that was given up while a vendor may be at it looked after, and tells the operator where even that is not known.</summary>
internal sealed partial class LostWorkWatch(DueWork dueWork, ILogger<LostWorkWatch> log)
{
    static readonly TimeSpan FirstLook = TimeSpan.FromMinutes(1);

    public async Task BeginAsync(UnitOfWork work, AttemptRow attempt, CancellationToken ct)
    {
        await dueWork.ScheduleAsync(work, LostWorkWorker.Kind, attempt.Id, FirstLook, ct: ct);
        if (attempt.State is not (AttemptState.Creating or AttemptState.Unknown)) return;
        var message = $"The answer of {attempt.Connector} to the create of attempt {attempt.Number} was lost and the work was not found until the job "
            + "ended. The vendor may have it, and bill it. It is looked for on.";
        if (await AlarmStore.RaiseAsync(work, AlarmKind.WorkLost, attempt.Id.ToString(), attempt.JobId, message, ct))
            Log.Lost(log, attempt.Connector, attempt.Id, attempt.JobId);
    }

    static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "{Connector} may have the work of attempt {AttemptId}, which nobody waits for any more: job {JobId} has ended")]
        public static partial void Lost(ILogger logger, string connector, Guid attemptId, Guid jobId);
    }
}
