namespace VideoGen.Providers.Contracts.Events;

/// <summary>A vendor accepted the work.</summary>
/// <param name="Number">1 for the first attempt of the job.</param>
/// <param name="Provider">Public name of the connector, for example <c>simulator</c>.</param>
public sealed record GenerationStarted(Guid JobId, Guid AttemptId, int Number, string Provider, DateTimeOffset StartedAt)
{
    /// <summary>Why this provider was tried, in words for the customer; null in messages of earlier releases.</summary>
    public string? Chosen { get; init; }
}

/// <summary>An attempt has ended without a delivery; another one may follow, or the job's end.</summary>
/// <param name="Outcome"><c>refused</c>, <c>failed</c>, <c>absent</c> (it never arrived there) or <c>abandoned</c>.</param>
/// <param name="Code">An entry of the closed error list; null where there was no refusal.</param>
/// <param name="Message">For the customer: no vendor secrets.</param>
public sealed record AttemptEnded(
    Guid JobId, Guid AttemptId, int Number, string Provider, string Outcome, string? Code, string? Message, DateTimeOffset StartedAt,
    DateTimeOffset EndedAt)
{
    /// <summary>Why this provider was tried, in words for the customer; null in messages of earlier releases.</summary>
    public string? Chosen { get; init; }
}

/// <param name="Sequence">Grows within an attempt; an older one is ignored.</param>
/// <param name="Percent">0 to 100.</param>
/// <param name="Step">One of <c>queued</c>, <c>model_loading</c>, <c>frame_generation</c>, <c>encoding</c>.</param>
public sealed record GenerationProgressed(Guid JobId, Guid AttemptId, long Sequence, int Percent, string Step, string? Message);

/// <param name="Outputs">Files to store; empty only for a text result.</param>
/// <param name="Text">The result of a text model; null for others.</param>
/// <param name="OutputsExpireAt">When the links stop working, if the vendor says so.</param>
public sealed record GenerationSucceeded(
    Guid JobId, Guid AttemptId, string Provider, IReadOnlyList<GenerationOutput> Outputs, string? Text, DateTimeOffset? OutputsExpireAt)
{
    /// <summary>
    /// 1 for the first attempt of the job; of a vendor that answers with the result at once no <see cref="GenerationStarted"/> tells it. 0 in
    /// messages of earlier releases.
    /// </summary>
    public int Number { get; init; }

    /// <summary>
    /// The generation had failed or was cancelled before: to be noted for the operator and not delivered, also where this message overtakes the one
    /// that tells of that end.
    /// </summary>
    public bool IsLate { get; init; }

    /// <summary>Why this provider was tried, in words for the customer; null in messages of earlier releases.</summary>
    public string? Chosen { get; init; }
}

/// <param name="Code">An entry of the closed error list.</param>
/// <param name="Message">For the customer: no vendor secrets, no stack traces.</param>
public sealed record GenerationFailed(Guid JobId, Guid? AttemptId, string Code, string Message);

/// <summary>Nothing runs any more and nothing will be delivered.</summary>
public sealed record GenerationCancelled(Guid JobId, Guid? AttemptId);

/// <summary>The vendor's answer to a create was lost; the connector is finding out what became of it.</summary>
public sealed record GenerationUnknown(Guid JobId, Guid AttemptId);
