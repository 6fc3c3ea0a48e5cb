namespace VideoGen.LocalHosting.Run;

/// <summary>
/// Calls the listeners one call after the other, each with the status of its own moment: the last call tells the last state.
/// A listener that fails is reported and does not end the run.
/// </summary>
internal sealed class RunListeners(IReadOnlyList<IRunListener> listeners, Func<RunStatus> status, Action<string> report)
{
    private readonly Lock _gate = new();
    private Task _last = Task.CompletedTask;
    private bool _ready;
    private bool _stopping;

    internal Task ReadyAsync() => InTurnAsync(async listener =>
    {
        _ready = true;
        await listener.ReadyAsync(status(), CancellationToken.None);
    });

    /// <summary>Nothing is told before everything is ready, nor after stopping has begun.</summary>
    internal Task ChangedAsync() => InTurnAsync(listener =>
        _ready && !_stopping ? listener.ChangedAsync(status(), CancellationToken.None) : Task.CompletedTask);

    internal Task StoppingAsync()
    {
        _stopping = true;
        return InTurnAsync(listener => listener.StoppingAsync());
    }

    private Task InTurnAsync(Func<IRunListener, Task> call)
    {
        lock (_gate)
            return _last = AfterAsync(_last, call);
    }

    private async Task AfterAsync(Task before, Func<IRunListener, Task> call)
    {
        await before;
        try
        {
            foreach (var listener in listeners)
            {
                await call(listener);
            }
        }
        catch (Exception problem)
        {
            report($"A listener failed: {problem.Message}");
        }
    }
}
