using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using VideoGen.Ffmpeg.Probing;

namespace VideoGen.Ffmpeg;

public static class FfmpegExtensions
{
    /// <summary>Registers the runner, the probe and the check, with options from section <c>Ffmpeg</c>, and checks at start that the programs exist.</summary>
    /// <param name="needsFont">True for whoever draws text: the font file must exist too.</param>
    public static IServiceCollection AddFfmpeg(this IServiceCollection services, bool needsFont = false)
    {
        services.AddOptions<FfmpegOptions>().BindConfiguration(FfmpegOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<IValidateOptions<FfmpegOptions>>(new FfmpegOptionsValidator(needsFont));
        services.AddSingleton<FfmpegRunner>();
        services.AddSingleton<MediaProbe>();
        services.AddSingleton<MediaCheck>();
        return services;
    }
}

/// <summary>Says what is missing on this machine before the first job finds out.</summary>
internal sealed class FfmpegOptionsValidator(bool needsFont) : IValidateOptions<FfmpegOptions>
{
    /// <summary>From util-linux, which every Linux distribution has; without them a run would have no limits.</summary>
    static readonly string[] LimitPrograms = ["setsid", "setpriv", "prlimit"];

    public ValidateOptionsResult Validate(string? name, FfmpegOptions options)
    {
        string[] programs = [options.FfmpegPath, options.FfprobePath, .. OperatingSystem.IsLinux() ? LimitPrograms : []];
        var faults = programs.Where(program => !Exists(program))
            .Select(program => $"{program} is not installed or not executable (Ffmpeg:FfmpegPath, Ffmpeg:FfprobePath; Debian packages ffmpeg and util-linux)").ToList();
        if (needsFont && !File.Exists(options.FontFile))
            faults.Add($"Ffmpeg:FontFile {options.FontFile} does not exist (Debian package fonts-dejavu-core)");
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    static bool Exists(string program) => program.Contains('/')
        ? File.Exists(program)
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));
}
