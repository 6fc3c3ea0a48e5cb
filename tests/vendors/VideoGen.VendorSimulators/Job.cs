using System.Text.Json.Nodes;

namespace VideoGen.VendorSimulators;

internal enum Stage
{
    Waiting,
    Running,
    Done,
    Failed,
    FailedContent,
    Cancelled,
}

/// <summary>Work that a simulated vendor has taken.</summary>
internal sealed class Job(SimulatedVendor vendor, string id, string task, JsonObject body, Behaviour behaviour, string origin)
{
    int _reads;

    public string Id => id;

    public string Task => task;

    public string Vendor => vendor.Name;

    public JsonObject Body => body;

    /// <summary>The key that it was made with.</summary>
    public string Key { get; init; } = "";

    public DateTimeOffset CreatedAt { get; set; } = DateTimeOffset.UtcNow;

    public bool IsCancelled { get; set; }

    /// <summary>A link to what was made.</summary>
    public string Url => vendor.Misbehaves == Misbehaviour.FinishesEmptyHanded ? "" : $"{origin}/_files/{id}.{vendor.LinkNow}.bin";

    public string Origin => origin;

    /// <summary>As it stands now: each read finds it a stage further.</summary>
    public Stage Look()
    {
        var read = Interlocked.Increment(ref _reads);
        if (IsCancelled) return Stage.Cancelled;
        if (read == 1 || behaviour == Behaviour.Stall) return Stage.Waiting;
        if (read == 2 || behaviour == Behaviour.Slow || vendor.Misbehaves == Misbehaviour.NeverFinishes) return Stage.Running;
        return (behaviour, vendor.Misbehaves) switch
        {
            (Behaviour.Fail or Behaviour.FailContent, Misbehaviour.CallsFailureSuccess) => Stage.Done,
            (Behaviour.Fail, _) or (Behaviour.FailContent, Misbehaviour.FailsWithoutReason) => Stage.Failed,
            (Behaviour.FailContent, _) => Stage.FailedContent,
            _ => Stage.Done,
        };
    }

    /// <summary>True when it could still be stopped.</summary>
    public bool IsLive => !IsCancelled && (_reads < 3 || behaviour is Behaviour.Slow or Behaviour.Stall);

    public string? Text(string name) => (string?)body[name];
}
