using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace VideoGen.Providers;

/// <summary>How generations are run. Section <c>Providers</c>.</summary>
internal sealed class ProvidersOptions
{
    public const string Section = "Providers";

    /// <summary>True: a model without a configured vendor runs on the simulator for live keys too. Default false.</summary>
    public bool Simulate { get; set; }

    /// <summary>
    /// Where inputs and outputs of local work lie, a folder an attempt. Every replica has its own, or all share one. Required.
    /// </summary>
    [Required]
    public string WorkFolder { get; set; } = "";

    /// <summary>This process's own address, for links to its outputs, as the other services reach it. Default: the first one it listens on.</summary>
    public Uri? SelfUrl { get; set; }

    /// <summary>
    /// Where vendors reach this installation from outside, for example <c>https://api.example.com</c>: for <c>/callbacks</c>, and for the files of
    /// a job at vendors that fetch them by links. Default none: vendors are not asked to call back, running work is read again and again,
    /// and a vendor that wants links gets no job with files.
    /// </summary>
    public Uri? CallbackUrl { get; set; }

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

    /// <summary>
    /// How many processes of Providers run. Each of them reads a vendor that limits an account's reads as often as its share allows.
    /// Default 1.
    /// </summary>
    [Range(1, 1000)]
    public int Processes { get; set; } = 1;

    /// <summary>How long work that a crashed process held stays taken. Default 20 s.</summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>How long work that was given up, and that a vendor may still have, is looked for. Default one day.</summary>
    public TimeSpan WatchLostWork { get; set; } = TimeSpan.FromDays(1);

    /// <summary>Largest input file of local work, in bytes. Default 1 GiB.</summary>
    [Range(1, long.MaxValue)]
    public long MaxInputBytes { get; set; } = 1L << 30;

    /// <summary>As configured; not yet checked.</summary>
    public static ProvidersOptions Of(IConfiguration configuration) => configuration.GetSection(Section).Get<ProvidersOptions>() ?? new ProvidersOptions();
}

/// <summary>Checks that attributes can't express.</summary>
internal sealed class ProvidersOptionsValidator : IValidateOptions<ProvidersOptions>
{
    public ValidateOptionsResult Validate(string? name, ProvidersOptions options)
    {
        var faults = new List<string>();
        if (options.Lease < TimeSpan.FromSeconds(1)) faults.Add($"Providers:Lease is {options.Lease}; at least one second.");
        if (options.RenderTimeout < TimeSpan.FromSeconds(1)) faults.Add($"Providers:RenderTimeout is {options.RenderTimeout}; at least one second.");
        if (options.WatchLostWork < TimeSpan.Zero) faults.Add($"Providers:WatchLostWork is {options.WatchLostWork}; must not be negative.");
        if (options.KeepOutputs <= TimeSpan.Zero) faults.Add($"Providers:KeepOutputs is {options.KeepOutputs}; must be positive.");
        if (options.SelfUrl is { IsAbsoluteUri: false }) faults.Add("Providers:SelfUrl must be an absolute address such as http://127.0.0.1:5003.");
        if (options.CallbackUrl is { } url && (!url.IsAbsoluteUri || url.Scheme is not ("http" or "https") || url.Query.Length > 0 || url.Fragment.Length > 0))
            faults.Add("Providers:CallbackUrl must be an address such as https://api.example.com.");
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}

internal static class ProvidersOptionsFeature
{
    public static void AddProvidersOptions(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<ProvidersOptions>().BindConfiguration(ProvidersOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<ProvidersOptions>, ProvidersOptionsValidator>();
    }
}
