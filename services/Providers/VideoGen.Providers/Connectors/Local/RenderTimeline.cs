using VideoGen.HttpApi.Errors;
using VideoGen.Providers.Contracts;

namespace VideoGen.Providers.Connectors.Local;

/// <summary>The state that is reported of a render: the real one, or the one that a test key's script asks for.</summary>
internal static class RenderTimeline
{
    /// <summary>A failure or stall at a percentage needs a while in which progress can be seen; this, unless the script says.</summary>
    static readonly TimeSpan LeastShowTime = TimeSpan.FromSeconds(1);

    /// <summary>How often a short story is looked at; a long one is looked at as often as any other work.</summary>
    static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(250);

    static readonly TimeSpan ShortStory = TimeSpan.FromSeconds(10);

    /// <summary>True when the script lets nothing be delivered, so that nothing needs rendering.</summary>
    public static bool NeverDelivers(SimulatorScript? script) => script is { FailWith: not null } or { StallAtPercent: not null };

    /// <summary>The state to report, without outputs: <see langword="null"/> for delivered.</summary>
    public static VendorState? At(RenderRow row)
    {
        var script = row.Order.Script;
        if (row.State == RenderState.Cancelled) return new VendorState.Cancelled();
        if (script?.FailWith is { } code) return Failing(row, script, code);
        if (script?.StallAtPercent is { } stall) return Running(row, script, Math.Min(stall, Share(row, script)));
        if (row.State == RenderState.Failed) return new VendorState.Failed(row.Refusal!);
        if (Remaining(row, script) > TimeSpan.Zero)
            return Running(row, script, row.State == RenderState.Succeeded ? Share(row, script) : Math.Min(row.Percent, Share(row, script)));
        return row.State switch
        {
            RenderState.Queued => new VendorState.Waiting(),
            RenderState.Running => new VendorState.Running(row.Percent, row.Step),
            _ => null,
        };
    }

    static VendorState Failing(RenderRow row, SimulatorScript script, string code)
    {
        var strikesAt = script.FailAtPercent ?? 0;
        return Share(row, script) < strikesAt
            ? Running(row, script, Share(row, script))
            : new VendorState.Failed(Refusal.OfCode(ErrorCodes.Find(code), "The simulator failed the job, as the test asked."));
    }

    static VendorState.Running Running(RenderRow row, SimulatorScript? script, int percent)
    {
        var remaining = Remaining(row, script);
        TimeSpan? next = remaining <= TimeSpan.Zero ? null : remaining < Tick ? remaining : Length(script) <= ShortStory ? Tick : null;
        return new VendorState.Running(percent, RenderProgress.StepAt(percent), LookAgainIn: next);
    }

    /// <summary>How much of the scripted time has passed, 0 to 99 percent.</summary>
    static int Share(RenderRow row, SimulatorScript? script)
    {
        var whole = Length(script);
        return whole <= TimeSpan.Zero ? 99 : (int)Math.Clamp((row.Now - row.CreatedAt) / whole * 100, 0, 99);
    }

    static TimeSpan Remaining(RenderRow row, SimulatorScript? script) => row.CreatedAt + Length(script) - row.Now;

    static TimeSpan Length(SimulatorScript? script) => script switch
    {
        { DelaySeconds: { } seconds } => TimeSpan.FromSeconds(seconds),
        { FailAtPercent: > 0 } or { StallAtPercent: > 0 } => LeastShowTime,
        _ => TimeSpan.Zero,
    };
}

/// <summary>Where the stages of a local render lie on the scale of its progress.</summary>
internal static class RenderProgress
{
    public const int Fetched = 10;
    public const int Drawn = 95;

    /// <summary>The percentage of the whole for ffmpeg's own, which counts drawing and encoding of frames together.</summary>
    public static int OfFrames(int percent) => Fetched + (Drawn - Fetched) * Math.Clamp(percent, 0, 100) / 100;

    public static string StepAt(int percent) => percent < Fetched ? Steps.ModelLoading : percent < Drawn ? Steps.FrameGeneration : Steps.Encoding;

    /// <summary>Worth telling: at least five percent more than last time, or a second later and anything new.</summary>
    public static bool IsWorthTelling(int toldPercent, string toldStep, TimeSpan sinceTold, int percent, string step) =>
        percent - toldPercent >= 5 || (sinceTold >= TimeSpan.FromSeconds(1) && (percent > toldPercent || step != toldStep));
}
