using System.Diagnostics;
using System.Globalization;

namespace VideoGen.Durability;

/// <summary>
/// Places between two durable steps at which a test can end the process as a power cut would. The environment variable
/// <c>VIDEOGEN_CRASH_AT</c> lists them, comma-separated: <c>name</c> kills at the first hit, <c>name:7</c> at the seventh.
/// Without the variable a point costs two comparisons.
/// </summary>
public static class CrashPoint
{
    /// <summary>Before a transaction with its outbox rows commits.</summary>
    public const string BeforeCommit = "before-commit";

    /// <summary>After the commit, before anyone is told.</summary>
    public const string AfterCommit = "after-commit";

    /// <summary>Outbox rows are claimed, none is sent.</summary>
    public const string BeforePublish = "before-publish";

    /// <summary>The broker has confirmed, the rows are not deleted yet.</summary>
    public const string AfterPublish = "after-publish";

    /// <summary>A piece of due work is claimed, its handler has not begun.</summary>
    public const string DueWorkClaimed = "due-work-claimed";

    /// <summary>The handler has returned, its completion is not written.</summary>
    public const string DueWorkBeforeComplete = "due-work-before-complete";

    /// <summary>Called at every point instead of a kill, for tests that drop a piece of work where it stands; null for none.</summary>
    internal static Action<string>? Instead { get; set; }

    static readonly Dictionary<string, Countdown> Points = Parse(Environment.GetEnvironmentVariable("VIDEOGEN_CRASH_AT"));

    /// <summary>Ends the process with SIGKILL when the environment asks for it at this hit of this point; else does nothing.</summary>
    public static void Hit(string name)
    {
        Instead?.Invoke(name);
        if (Points.Count == 0 || !Points.TryGetValue(name, out var countdown) || !countdown.IsOver()) return;
        using var self = Process.GetCurrentProcess();
        self.Kill();
        Thread.Sleep(Timeout.Infinite); // the signal is on its way; nothing after this point may run
    }

    static Dictionary<string, Countdown> Parse(string? setting) =>
        (setting ?? "")
            .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(entry => entry.Split(':'))
            .ToDictionary(parts => parts[0], parts => new Countdown(parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 1));

    sealed class Countdown(int hits)
    {
        int _left = hits;

        public bool IsOver() => Interlocked.Decrement(ref _left) == 0;
    }
}
