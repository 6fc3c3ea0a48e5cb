using System.Text.Json.Serialization;

namespace VideoGen.Bench.Whole;

/// <summary>What came of a load.</summary>
internal sealed record LoadResult
{
    public required double AcceptedPerSecond { get; init; }

    /// <summary>From the first submit until the last job's end.</summary>
    public required double CompletedPerSecond { get; init; }

    public required int Accepted { get; init; }

    /// <summary>As a genuine webhook said.</summary>
    public required int Completed { get; init; }

    public required int Failed { get; init; }

    public required int Unfinished { get; init; }

    public required Latencies Submit { get; init; }

    /// <summary>From submit until the job's end, of those that completed.</summary>
    public required Latencies EndToEnd { get; init; }

    /// <summary>From submit until its genuine webhook was here.</summary>
    public required Latencies ToWebhook { get; init; }

    /// <summary>Requests at the receiver meanwhile.</summary>
    public required int Webhooks { get; init; }

    /// <summary>Those whose signature was wrong.</summary>
    public required int Forged { get; init; }

    /// <summary>Results with different bytes.</summary>
    public required int DifferentFiles { get; init; }

    /// <summary>Submits that were not accepted, by status; 0 for no answer at all.</summary>
    public required IReadOnlyDictionary<int, int> Refusals { get; init; }

    public required Usage Usage { get; init; }

    /// <summary>Those that completed, for the reads that follow.</summary>
    [JsonIgnore]
    public IReadOnlyList<AcceptedJob> Jobs { get; init; } = [];
}
