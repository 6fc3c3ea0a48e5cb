using System.ComponentModel.DataAnnotations;

namespace VideoGen.Providers;

/// <summary>How generations are run. Section <c>Providers</c>.</summary>
internal sealed class ProvidersOptions
{
    /// <summary>True: a model without a configured vendor runs on the simulator for live keys too. Default false.</summary>
    public bool Simulate { get; set; }

    /// <summary>
    /// Where inputs and outputs of local work lie, a folder an attempt. Every replica has its own, or all share one. Required.
    /// </summary>
    [Required]
    public string WorkFolder { get; set; } = "";

    /// <summary>This process's own address, for links to its outputs, as the other services reach it. Default: the first one it listens on.</summary>
    public Uri? SelfUrl { get; set; }

    /// <summary>How many local renders run at once in this process. Default: the cores, at least 2.</summary>
    [Range(1, 256)]
    public int LocalRenders { get; set; } = Math.Max(2, Environment.ProcessorCount);

    /// <summary>The longest that one local render may take. Default 10 minutes.</summary>
    public TimeSpan RenderTimeout { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How long the files of local work are kept after its end. Default 24 hours.</summary>
    public TimeSpan KeepOutputs { get; set; } = TimeSpan.FromHours(24);

    /// <summary>How many generations are looked after at once in this process; each look is short. Default 16.</summary>
    [Range(1, 256)]
    public int Concurrency { get; set; } = 16;

    /// <summary>How long work that a crashed process held stays taken. Default 20 s.</summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Largest input file of local work, in bytes. Default 1 GiB.</summary>
    [Range(1, long.MaxValue)]
    public long MaxInputBytes { get; set; } = 1L << 30;

    public SimulatorOptions Simulator { get; set; } = new();

    public MediaToolsOptions MediaTools { get; set; } = new();
}

/// <summary>How the simulator renders. Section <c>Providers:Simulator</c>.</summary>
internal sealed class SimulatorOptions
{
    /// <summary>x264 preset: <c>ultrafast</c> makes large files quickly. Default <c>veryfast</c>.</summary>
    [Required, RegularExpression("^(ultrafast|superfast|veryfast|faster|fast|medium)$")]
    public string Preset { get; set; } = "veryfast";

    /// <summary>True: every job gets a file that was rendered once for its shape, for benchmarks. Default false.</summary>
    public bool Instant { get; set; }

    /// <summary>How many gigabytes its loaded models may need in all, by the catalogue and over all processes. Default 24.</summary>
    [Range(0, 100_000)]
    public double MemoryGb { get; set; } = 24;
}

/// <summary>How the media tools encode. Section <c>Providers:MediaTools</c>.</summary>
internal sealed class MediaToolsOptions
{
    /// <summary>x264 preset. Default <c>veryfast</c>.</summary>
    [Required, RegularExpression("^(ultrafast|superfast|veryfast|faster|fast|medium)$")]
    public string Preset { get; set; } = "veryfast";
}

/// <summary>What attributes can't say about the options.</summary>
internal sealed class ProvidersOptionsValidator : Microsoft.Extensions.Options.IValidateOptions<ProvidersOptions>
{
    public Microsoft.Extensions.Options.ValidateOptionsResult Validate(string? name, ProvidersOptions options)
    {
        var faults = new List<string>();
        if (options.Lease < TimeSpan.FromSeconds(1)) faults.Add($"Providers:Lease is {options.Lease}; at least one second.");
        if (options.RenderTimeout < TimeSpan.FromSeconds(1)) faults.Add($"Providers:RenderTimeout is {options.RenderTimeout}; at least one second.");
        if (options.KeepOutputs <= TimeSpan.Zero) faults.Add($"Providers:KeepOutputs is {options.KeepOutputs}; must be positive.");
        if (options.SelfUrl is { IsAbsoluteUri: false }) faults.Add("Providers:SelfUrl must be an absolute address such as http://127.0.0.1:5003.");
        foreach (var nested in (ReadOnlySpan<object>)[options.Simulator, options.MediaTools])
        {
            var results = new List<System.ComponentModel.DataAnnotations.ValidationResult>();
            System.ComponentModel.DataAnnotations.Validator.TryValidateObject(nested, new(nested), results, validateAllProperties: true);
            faults.AddRange(results.Select(result => $"Providers:{nested.GetType().Name}: {result.ErrorMessage}"));
        }

        return faults.Count == 0 ? Microsoft.Extensions.Options.ValidateOptionsResult.Success : Microsoft.Extensions.Options.ValidateOptionsResult.Fail(faults);
    }
}
