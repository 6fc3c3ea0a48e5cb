namespace VideoGen.Jobs.Submit;

/// <summary>
/// How long a client is kept waiting for its submit: nine seconds, whatever is down; longer only while files are fetched for it.
/// </summary>
internal sealed class SubmitPatience : IDisposable
{
    static readonly TimeSpan Usual = TimeSpan.FromSeconds(9);

    readonly CancellationTokenSource _clock = new(Usual);
    readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public SubmitPatience() => _clock.Token.Register(() => _over.TrySetResult());

    /// <summary>Ends when the time is over.</summary>
    public Task Over => _over.Task;

    /// <summary>Files are being fetched, which may take that long; what follows has its usual time.</summary>
    public void ExtendBy(TimeSpan fetching)
    {
        if (!_clock.IsCancellationRequested) _clock.CancelAfter(fetching + Usual);
    }

    public void Dispose() => _clock.Dispose();
}
