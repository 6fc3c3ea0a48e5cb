namespace VideoGen.Accounts.Contracts;

/// <summary>Body of <c>PUT /internal/holds/{job_id}</c>: hold credits for a job about to be committed. Repeating it changes nothing.</summary>
/// <param name="Amount">Integer credits, 0 or more. A test key's job holds 0.</param>
/// <param name="ExpiresSeconds">The hold frees itself after this time unless it is confirmed.</param>
public sealed record HoldRequest(Guid AccountId, long Amount, int ExpiresSeconds, string Model);

/// <summary>
/// Answer of a hold that stands: 200. Too few credits: 402 <c>insufficient_credits</c> with <c>credits_required</c> and
/// <c>credits_available</c>.
/// </summary>
/// <param name="Available">Credits left to hold after this one.</param>
public sealed record HoldAnswer(Guid JobId, long Amount, long Available, JobLimits Limits);

/// <summary>How much of the job queue an account may use; from its plan.</summary>
/// <param name="RunningJobs">Jobs that may run at once.</param>
/// <param name="WaitingJobs">Jobs that may wait beyond those.</param>
/// <param name="MaxPriority">The highest priority that a submit may ask for (0 is normal).</param>
public sealed record JobLimits(int RunningJobs, int WaitingJobs, int MaxPriority);
