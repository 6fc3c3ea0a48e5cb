using System.ComponentModel.DataAnnotations;

namespace VideoGen.Jobs.Slots;

/// <summary>Section <c>Jobs:Slots</c>; the same value on every instance.</summary>
internal sealed class SlotOptions
{
    public const string Section = "Jobs:Slots";

    /// <summary>Jobs that may run at once over all accounts, whatever their plans say. 0, the default: no such limit.</summary>
    [Range(0, 1_000_000)]
    public int MaxRunning { get; set; }
}
