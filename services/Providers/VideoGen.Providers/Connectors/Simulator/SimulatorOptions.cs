using System.ComponentModel.DataAnnotations;

namespace VideoGen.Providers.Connectors.Simulator;

/// <summary>How the simulator renders. Section <c>Connectors:Simulator</c>.</summary>
internal sealed class SimulatorOptions
{
    public const string Section = "Connectors:Simulator";

    /// <summary>x264 preset: <c>ultrafast</c> makes large files quickly. Default <c>veryfast</c>.</summary>
    [Required, RegularExpression("^(ultrafast|superfast|veryfast|faster|fast|medium)$")]
    public string Preset { get; set; } = "veryfast";

    /// <summary>True: every job gets a file that was rendered once for its shape, for benchmarks. Default false.</summary>
    public bool Instant { get; set; }

    /// <summary>How many gigabytes its loaded models may need in all, by the catalogue and over all processes. Default 24.</summary>
    [Range(0, 100_000)]
    public double MemoryGb { get; set; } = 24;
}
