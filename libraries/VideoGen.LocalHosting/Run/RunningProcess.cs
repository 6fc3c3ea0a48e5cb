using System.Diagnostics;

namespace VideoGen.LocalHosting.Run;

/// <summary>A process ended before it was ready, or took too long.</summary>
internal sealed class ProcessNotReadyException(string message) : Exception(message);

/// <summary>Brings one process from its plan to readiness.</summary>
internal static class RunningProcess
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);

    /// <summary>Answers as soon as the process runs; <paramref name="started"/> is called before it is ready.</summary>
    internal static async Task<ChildProcess> StartAsync(
        ProcessPlan plan, Action<string> output, Action<ChildProcess>? started, CancellationToken cancellationToken)
    {
        if (plan.BeforeStart is { } prepare)
            await prepare(cancellationToken);
        var child = await ChildProcess.StartAsync(plan, output);
        started?.Invoke(child);
        try
        {
            await WaitUntilReadyAsync(plan, child, cancellationToken);
            if (plan.WhenReady is { } finish)
                await finish(cancellationToken);
            return child;
        }
        catch
        {
            await child.StopAsync();
            throw;
        }
    }

    private static async Task WaitUntilReadyAsync(ProcessPlan plan, ChildProcess child, CancellationToken cancellationToken)
    {
        if (plan.IsReady is not { } isReady)
            return;
        var waiting = Stopwatch.StartNew();
        while (!await isReady(cancellationToken))
        {
            if (child.Exited.IsCompleted)
                throw new ProcessNotReadyException($"{plan.Name} ended with code {await child.Exited} before it was ready.{await TailAsync(child)}");
            if (waiting.Elapsed > plan.ReadyTimeout)
                throw new ProcessNotReadyException($"{plan.Name} was not ready after {plan.ReadyTimeout.TotalSeconds:0} seconds.{await TailAsync(child)}");
            await Task.Delay(PollInterval, cancellationToken);
        }
    }

    private static async Task<string> TailAsync(ChildProcess child)
    {
        if (child.Exited.IsCompleted)
            await child.ReadToEndAsync();
        return child.LastLines is { Count: > 0 } lines
            ? $" It wrote last:{Environment.NewLine}  {string.Join($"{Environment.NewLine}  ", lines)}"
            : "";
    }
}
