namespace VideoGen.Cli.Api;

/// <summary>When to try again: back-off that doubles, with jitter, and never before the server's <c>Retry-After</c>.</summary>
internal static class RetryPolicy
{
    public const int MaxRetries = 4;

    static readonly TimeSpan First = TimeSpan.FromSeconds(0.5);
    static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <summary>A server that asks for more is not waited for: the person decides.</summary>
    static readonly TimeSpan MostPatience = TimeSpan.FromMinutes(1);

    /// <param name="attempt">From 0.</param>
    /// <param name="isRepeatable">False when a second request could have a second effect: then only what certainly had none is
    /// repeated.</param>
    /// <returns>Null to give up.</returns>
    public static TimeSpan? WaitAfter(Exception failure, int attempt, bool isRepeatable)
    {
        if (attempt >= MaxRetries || !MayRepeat(failure, isRepeatable)) return null;
        var told = (failure as ApiFailure)?.RetryAfter;
        return told > MostPatience ? null : Delay(attempt, told);
    }

    public static TimeSpan Delay(int attempt, TimeSpan? told = null)
    {
        var doubled = Math.Min(Longest.TotalSeconds, First.TotalSeconds * Math.Pow(2, attempt));
        var backOff = TimeSpan.FromSeconds(doubled * (0.5 + Random.Shared.NextDouble() / 2));
        return told is { } wait && wait > backOff ? wait + First * Random.Shared.NextDouble() : backOff;
    }

    public static bool IsTransient(Exception failure) => MayRepeat(failure, isRepeatable: true);

    static bool MayRepeat(Exception failure, bool isRepeatable) => failure switch
    {
        ApiFailure refused => refused.Status == System.Net.HttpStatusCode.TooManyRequests || (isRepeatable && refused.IsTransient),
        // Nothing has left this machine when the connection was not made.
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError } => true,
        HttpRequestException or IOException or TimeoutException => isRepeatable,
        _ => false,
    };
}
