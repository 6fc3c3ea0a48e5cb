using System.Diagnostics;

namespace VideoGen.Durability.Tests.Harness;

internal static class Eventually
{
    static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    /// <summary>Returns as soon as the condition holds; fails with the words given when it does not within 20 s.</summary>
    public static async Task Holds(Func<Task<bool>> condition, string what)
    {
        var since = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(since) > Deadline) Assert.Fail($"Not within {Deadline.TotalSeconds} s: {what}.");
            await Task.Delay(15);
        }
    }

    public static Task Holds(Func<bool> condition, string what) => Holds(() => Task.FromResult(condition()), what);
}
