using System.Diagnostics;
using System.Runtime.CompilerServices;
using NUnit.Framework;

namespace VideoGen.Testing;

/// <summary>Waiting for what will come: a condition with a deadline, in place of a sleep.</summary>
public static class Eventually
{
    private static readonly TimeSpan DefaultDeadline = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(200);

    /// <summary>Waits until the condition holds; fails the test at the deadline (default 15 s) with the reason given.</summary>
    public static Task ThatAsync(
        Func<bool> condition,
        TimeSpan? deadline = null,
        string? because = null,
        [CallerArgumentExpression(nameof(condition))] string expression = "") =>
        ThatAsync(() => Task.FromResult(condition()), deadline, because, expression);

    /// <inheritdoc cref="ThatAsync(Func{bool}, TimeSpan?, string?, string)"/>
    public static async Task ThatAsync(
        Func<Task<bool>> condition,
        TimeSpan? deadline = null,
        string? because = null,
        [CallerArgumentExpression(nameof(condition))] string expression = "") =>
        await GetAsync(async () => await condition() ? (object)true : null, deadline, because, expression);

    /// <summary>Waits until there is an answer other than null, and gives it.</summary>
    public static async Task<T> GetAsync<T>(
        Func<Task<T?>> question,
        TimeSpan? deadline = null,
        string? because = null,
        [CallerArgumentExpression(nameof(question))] string expression = "")
        where T : class
    {
        var limit = deadline ?? DefaultDeadline;
        var waiting = Stopwatch.StartNew();
        var pause = FirstPause;
        while (true)
        {
            if (await question() is { } answer)
                return answer;
            if (waiting.Elapsed > limit)
                throw new AssertionException($"Not within {limit.TotalSeconds:0.#} s: {because ?? expression}");
            await Task.Delay(pause);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }
}
