using System.Text.Json;

namespace VideoGen.Jobs.Contracts;

/// <summary>A job as the operator sees it: answer of <c>GET /admin/v1/jobs/{id}</c>, item of <c>GET /admin/v1/jobs</c>.</summary>
/// <param name="SagaState">State of the job's state machine; null before it took charge and long after the end.</param>
/// <param name="DeadlineAt">While it waits: when waiting ends; afterwards: when the run must have ended.</param>
/// <param name="LateSuccess">What a provider delivered after the job had ended otherwise; not charged.</param>
public sealed record OperatorJobView(
    JobView Job, Guid AccountId, Guid? UserId, Guid? KeyId, string? SagaState, Guid? AttemptId, string? WebhookUrl, DateTimeOffset? SlotAt,
    DateTimeOffset DeadlineAt, DateTimeOffset? CancelRequestedAt, DateTimeOffset? DeletedAt, JsonElement? LateSuccess);

/// <summary>Answer of <c>GET /admin/v1/checks</c>.</summary>
/// <param name="Ok">Nothing was found.</param>
public sealed record ChecksView(bool Ok, IReadOnlyList<CheckView> Checks);

/// <param name="Name">What was looked for, for example <c>slot_counts</c>.</param>
/// <param name="Count">How many cases were found; 0 is good.</param>
/// <param name="Examples">Ids of up to 20 of them: jobs, or accounts for <c>slot_counts</c>.</param>
public sealed record CheckView(string Name, string Meaning, int Count, IReadOnlyList<Guid> Examples);
