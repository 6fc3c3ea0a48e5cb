using Microsoft.Extensions.Options;
using VideoGen.Durability;
using VideoGen.Ffmpeg;
using VideoGen.Ffmpeg.Probing;
using VideoGen.Providers.Attempts;
using VideoGen.Providers.Outputs;

namespace VideoGen.Providers.Connectors.Local;

/// <summary>
/// Renders one accepted order: fetches the inputs, plans, runs ffmpeg, writes the end. It may be killed anywhere; the next run
/// begins afresh in a folder of its own, and whatever an overtaken run still writes finds that its number is no longer the row's.
/// </summary>
internal sealed partial class RenderWorker(
    RenderStore store, IEnumerable<IRenderer> renderers, AssetFetcher assets, FfmpegRunner ffmpeg, MediaProbe probe,
        RunningRenders running, WorkFolder work,
    SelfAddress self, DueWork dueWork, AttemptWaker waker, UnitOfWork unit, IOptions<ProvidersOptions> options, TimeProvider time,
    ILogger<RenderWorker> log) : IDueWorkHandler
{
    /// <summary>A passing fault (storage away, disk full for a moment) is tried this often before the render fails.</summary>
    const int Tries = 4;

    public async Task<DueWorkResult> RunAsync(DueWorkItem item, CancellationToken ct)
    {
        if (await store.ClaimAsync(item.Id, ct) is not { } row) return DueWorkResult.Done;

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        using var watching = running.Watch(row.Id, stop);
        var folder = work.CreateRun(row.Order.ClientReference, row.Run);
        Outcome outcome;
        try
        {
            outcome = await RenderAsync(row, folder, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            outcome = Outcome.Stopped;
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException && row.Run >= Tries)
        {
            Log.GaveUp(log, fault, row.Id, row.Run);
            var message = fault is HttpRequestException ? "The inputs could not be fetched." : "The files of the render could not be kept.";
            outcome = new Outcome(null, Refusal.OfFailure(message, fault.Message));
        }

        ct.ThrowIfCancellationRequested();
        return await EndAsync(item, row, folder, outcome, ct);
    }

    async Task<Outcome> RenderAsync(RenderRow row, string folder, CancellationTokenSource stop)
    {
        var ct = stop.Token;
        await using var progress = new ProgressKeeper(store, row, stop, time);
        var (inputs, missing) = await assets.FetchAsync(row.Order.CacheName is null ? row.Order.Assets : [], folder, ct);
        if (missing is not null) return new Outcome(null, missing);
        var answer = await renderers.Single(renderer => renderer.Connector == row.Order.Connector).PlanAsync(row.Order, inputs, folder, ct);
        if (answer is RendererAnswer.Answered answered) return new Outcome([], null, answered.Text);
        if (answer is not RendererAnswer.Planned { Plans: var plans }) return new Outcome(null, ((RendererAnswer.Refused)answer).Refusal);

        progress.InputsAreHere();
        var files = new List<RenderedFile>();
        foreach (var plan in plans)
        {
            // The first file tells how the whole goes on: progress never goes back.
            if (await MakeFileAsync(row, plan, files.Count == 0 ? progress : null, ct) is { } ended) return ended;
            files.Add(Keep(row, plan, files.Count));
        }

        return new Outcome(files, null);
    }

    /// <summary>Null when the file is there; else how the render ends.</summary>
    async Task<Outcome?> MakeFileAsync(RenderRow row, RenderPlan plan, ProgressKeeper? progress, CancellationToken ct)
    {
        var limits = (plan.Call.Limits ?? new FfmpegLimits()) with { WallClock = TimeLeft(row) };
        var result = await RunAsync(plan, plan.Call with { Limits = limits }, progress, ct);
        if (result is FfmpegResult.Failed && plan.Fallback is { } fallback) result = await RunAsync(plan,
            fallback with { Limits = limits }, progress, ct);
        return result switch
        {
            FfmpegResult.Ok => null,
            FfmpegResult.Cancelled => Outcome.Stopped,
            FfmpegResult.TimedOut => new Outcome(null, Refusal.OfFailure("The render took too long.", result.ToString())),
            _ => new Outcome(null, Refusal.OfFailure("The render failed.", result.ToString())),
        };
    }

    /// <summary>Runs a call and measures what it made: a file that is not what was asked for counts as none.</summary>
    async Task<FfmpegResult> RunAsync(RenderPlan plan, FfmpegCall call, ProgressKeeper? progress, CancellationToken ct)
    {
        var result = await ffmpeg.RunAsync(call, progress, ct);
        if (result is not FfmpegResult.Ok || plan.Wanted is not { } wanted) return result;
        var measured = await probe.ProbeAsync(call.Output!, ct);
        if (measured is ProbeResult.Cancelled) return new FfmpegResult.Cancelled();
        return wanted.Fault(measured) is { } fault ? new FfmpegResult.Failed(0, [fault]) : result;
    }

    TimeSpan TimeLeft(RenderRow row)
    {
        var left = row.Order.Deadline - row.Now;
        return left < TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(1) : left < options.Value.RenderTimeout ? left : options.Value.RenderTimeout;
    }

    /// <summary>In instant mode the file moves to the cache, where the next order of its shape finds it.</summary>
    RenderedFile Keep(RenderRow row, RenderPlan plan, int index)
    {
        var path = plan.Call.Output!;
        if (row.Order.CacheName is { } name)
        {
            path = work.InCache(name, index);
            File.Move(plan.Call.Output!, path, overwrite: true);
        }

        return new RenderedFile(work.Relative(path), plan.Kind, plan.MediaType);
    }

    async Task<DueWorkResult> EndAsync(DueWorkItem item, RenderRow row, string folder, Outcome outcome, CancellationToken ct)
    {
        if (ReferenceEquals(outcome, Outcome.Stopped))
        {
            Directory.Delete(folder, recursive: true);
            return DueWorkResult.Done;
        }

        if (outcome.Refusal is { } refused) Log.Failed(log, row.Id, row.Order.Model, refused.Message, refused.Detail);
        WorkFolder.Tidy(folder, outcome.Files is { } made ? [.. made.Select(file => work.Absolute(file.Path))] : []);
        CrashPoint.Hit("render-done");
        await unit.BeginAsync(ct);
        var recorded = outcome.Files is { } files
            ? await RenderStore.SucceedAsync(unit, row, files, outcome.Text, self.Url, ct)
            : await RenderStore.FailAsync(unit, row, outcome.Refusal!, ct);
        if (recorded)
        {
            await waker.WakeAsync(unit, row.Order.ClientReference, ct);
            await dueWork.ScheduleAsync(unit, LocalRenders.RetentionKind, row.Id, options.Value.KeepOutputs, ct: ct);
        }

        await item.CompleteAsync(unit, ct);
        await unit.CommitAsync(ct);
        return DueWorkResult.Handled;
    }

    /// <summary>Exactly one of the two, or neither when the render was cancelled.</summary>
    sealed record Outcome(IReadOnlyList<RenderedFile>? Files, Refusal? Refusal, string? Text = null)
    {
        public static readonly Outcome Stopped = new(null, null);
    }

    static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Render {Id} of {Model} failed: {Reason} {Detail}")]
        public static partial void Failed(ILogger logger, Guid id, string model, string reason, string? detail);

        [LoggerMessage(LogLevel.Warning, "Render {Id} gives up after {Runs} runs")]
        public static partial void GaveUp(ILogger logger, Exception fault, Guid id, int runs);
    }
}
