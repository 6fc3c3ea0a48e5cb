using VideoGen.Durability;
using VideoGen.Ffmpeg;

namespace VideoGen.Providers.Connectors.Local;

/// <summary>
/// Writes ffmpeg's progress to the render's row: not every report, only what is worth telling. At least once a second it looks
/// whether the row still belongs to this run; when it does not (cancelled, or another run has taken over), ffmpeg is stopped.
/// </summary>
internal sealed class ProgressKeeper : IProgress<FfmpegProgress>, IAsyncDisposable
{
    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);
    static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(1);

    readonly RenderStore _store;
    readonly RenderRow _row;
    readonly CancellationTokenSource _stop;
    readonly TimeProvider _time;
    readonly CancellationTokenSource _ended = new();
    readonly Task _loop;
    volatile int _percent;

    public ProgressKeeper(RenderStore store, RenderRow row, CancellationTokenSource stop, TimeProvider time)
    {
        (_store, _row, _stop, _time) = (store, row, stop, time);
        _loop = KeepAsync();
    }

    /// <summary>The inputs have been fetched; from now on ffmpeg's own progress counts.</summary>
    public void InputsAreHere() => _percent = RenderProgress.Fetched;

    public void Report(FfmpegProgress value) => _percent = value.Ended ? RenderProgress.Drawn : RenderProgress.OfFrames(value.Percent ?? 0);

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _loop;
        _ended.Dispose();
    }

    async Task KeepAsync()
    {
        using var timer = new PeriodicTimer(Look, _time);
        var (told, toldStep, toldAt) = (0, Steps.ModelLoading, _time.GetTimestamp());
        while (await TickAsync(timer))
        {
            var (percent, since) = (_percent, _time.GetElapsedTime(toldAt));
            if (since < Heartbeat && !RenderProgress.IsWorthTelling(told, toldStep, since, percent, RenderProgress.StepAt(percent))) continue;
            (told, toldStep, toldAt) = (percent, RenderProgress.StepAt(percent), _time.GetTimestamp());
            if (await IsStillOursAsync(percent, toldStep)) continue;
            await _stop.CancelAsync();
            return;
        }
    }

    async Task<bool> TickAsync(PeriodicTimer timer)
    {
        try
        {
            return await timer.WaitForNextTickAsync(_ended.Token);
        }
        catch (OperationCanceledException)
        {
            return false; // The render has ended; its end is written by the worker.
        }
    }

    async Task<bool> IsStillOursAsync(int percent, string step)
    {
        try
        {
            return await _store.ProgressAsync(_row, percent, step, _ended.Token);
        }
        catch (Exception fault) when (fault is OperationCanceledException || TransientFaults.IsTransient(fault))
        {
            return true; // The database can't say; progress is dispensable, and the lease decides whether this run goes on.
        }
    }
}
