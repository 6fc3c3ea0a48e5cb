using System.Text.Json;
using VideoGen.Providers.Connectors;
using VideoGen.Providers.Contracts;

namespace VideoGen.Providers.Attempts;

internal enum AttemptState
{
    /// <summary>The vendor is being called, or we died while calling it.</summary>
    Creating,

    /// <summary>The vendor's answer is lost; it may have the work.</summary>
    Unknown,

    Running,
    Succeeded,

    /// <summary>The vendor did not take the work.</summary>
    Refused,

    /// <summary>The vendor took the work and failed.</summary>
    Failed,

    /// <summary>The vendor certainly never got it.</summary>
    Absent,

    Cancelled,

    /// <summary>It may still run at a vendor that can't stop it; its result is no longer wanted.</summary>
    Abandoned,
}

/// <summary>One try at one vendor: a row of <c>attempts</c>.</summary>
/// <param name="Number">1 for the first of the job.</param>
/// <param name="Route">Index in the model's routes at that time.</param>
/// <param name="ToldAt">When progress was last published.</param>
internal sealed record AttemptRow(
    Guid Id, Guid JobId, int Number, string Model, int Route, string Connector, string VendorModel, bool Test, AttemptState State, string? VendorId,
    int Percent, string Step, string? Message, long Sequence, DateTimeOffset? ToldAt, Refusal? Refusal, IReadOnlyList<GenerationOutput> Outputs,
    string? Text, DateTimeOffset? OutputsExpireAt, DateTimeOffset CreatedAt, DateTimeOffset? AcceptedAt, DateTimeOffset? EndedAt)
{
    /// <summary>What the connector wants to be told again about the work.</summary>
    public JsonElement? Memo { get; init; }

    /// <summary>The route as the catalogue had it when the attempt began; null for attempts of earlier releases.</summary>
    public ConnectorRoute? Taken { get; init; }

    /// <summary>The name of the vendor's key that it uses; null for a connector without keys, and for attempts of earlier releases.</summary>
    public string? Key { get; init; }

    /// <summary>What the vendor says it bills; empty when it says nothing.</summary>
    public IReadOnlyList<VendorUsage> Usage { get; init; } = [];

    /// <summary>Why its route was chosen, in words that a customer may read; null for attempts of earlier releases.</summary>
    public string? Chosen { get; init; }

    /// <summary>What was compared for that, for operators.</summary>
    public string? ChosenBy { get; init; }

    /// <summary>What it costs at the vendor; null where that is not known.</summary>
    public decimal? CostUsd { get; init; }

    /// <summary>Only for work that a vendor has.</summary>
    public VendorWork Work => new(Id, VendorId!, VendorModel, Memo, AcceptedAt) { Key = Key };
}

/// <summary>What a job asked for: a row of <c>generations</c> with its attempts, and the database's time at which they were read.</summary>
/// <param name="State"><c>starting</c>, <c>active</c>, <c>succeeded</c>, <c>failed</c> or <c>cancelled</c>.</param>
internal sealed record Generation(
    Guid JobId, string Model, JsonElement Input, IReadOnlyList<GenerationAsset> Assets, bool Test, SimulatorScript? Script, DateTimeOffset Deadline,
    string State, long Version, Guid? AttemptId, bool CancelRequested, DateTimeOffset Now, IReadOnlyList<AttemptRow> Attempts)
{
    public bool HasEnded => State is not ("starting" or "active");

    /// <summary>Null before the first attempt.</summary>
    public Guid? LastAttemptId => Attempts is [.., var last] ? last.Id : null;

    public bool IsLate => Now >= Deadline;

    /// <summary>The attempt that is at a vendor, or may be; null between attempts.</summary>
    public AttemptRow? Current => State == "active" ? Attempts.Single(attempt => attempt.Id == AttemptId) : null;
}

/// <summary>How a generation ends.</summary>
/// <param name="State"><c>succeeded</c>, <c>failed</c> or <c>cancelled</c>.</param>
/// <param name="Code">For a failure: an entry of the closed error list.</param>
internal sealed record GenerationEnd(string State, string? Code = null, string? Message = null)
{
    public static readonly GenerationEnd Succeeded = new("succeeded");
    public static readonly GenerationEnd Cancelled = new("cancelled");
    public static readonly GenerationEnd Late = new("failed", HttpApi.Errors.ErrorCodes.DeadlineExceeded.Code, "The job did not end in time.");

    public static GenerationEnd Of(Refusal refusal) => new("failed", refusal.Code.Code, refusal.Message);
}
