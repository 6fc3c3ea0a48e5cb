using MassTransit;

namespace VideoGen.Jobs.Saga;

/// <summary>What the state machine remembers of a job beside the job's row: only what decides how to take the next message.</summary>
internal sealed class JobSaga : SagaStateMachineInstance
{
    /// <summary>The job's id.</summary>
    public Guid CorrelationId { get; set; }

    public string CurrentState { get; set; } = "";

    /// <summary>The newest attempt that a vendor accepted.</summary>
    public Guid? AttemptId { get; set; }

    /// <summary>Its number; a <c>GenerationStarted</c> with a lower one is late.</summary>
    public int AttemptNumber { get; set; }

    /// <summary>The newest progress taken of that attempt; older ones are late.</summary>
    public long ProgressSequence { get; set; }

    /// <summary>1 for the first ingest of the outputs, one more for each renewal of their links.</summary>
    public int IngestRound { get; set; }

    /// <summary>True between a failed ingest and the fresh links asked for.</summary>
    public bool AwaitsFreshLinks { get; set; }

    /// <summary>What a made job will show, as JSON, until its price is captured; null before and after.</summary>
    public string? Output { get; set; }

    /// <summary>Who made it, where the row does not say yet.</summary>
    public string? Provider { get; set; }

    /// <summary>The deadline in force; an <c>EndOverdueJob</c> for an earlier one is late.</summary>
    public DateTimeOffset? Deadline { get; set; }
}
