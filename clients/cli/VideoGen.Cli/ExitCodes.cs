namespace VideoGen.Cli;

/// <summary>What the program's exit tells scripts; listed in <c>docs/cli.md</c>.</summary>
internal static class ExitCodes
{
    public const int Done = 0;

    /// <summary>Nothing of the below.</summary>
    public const int Unexpected = 1;

    /// <summary>The command line, or what it asks for, is not right: correct it and try again.</summary>
    public const int Usage = 2;

    /// <summary>Not signed in, or the key may not do this.</summary>
    public const int NotAllowed = 3;

    public const int NotFound = 4;

    /// <summary>The job failed or was cancelled.</summary>
    public const int JobFailed = 5;

    /// <summary>Too few credits, or a limit was reached.</summary>
    public const int Limited = 6;

    /// <summary>The server could not be reached, or did not answer; the same command is safe to repeat.</summary>
    public const int Unreachable = 7;

    /// <summary>The time that <c>--timeout</c> gave is over; the job goes on.</summary>
    public const int TimedOut = 8;

    /// <summary>Ended by Ctrl-C.</summary>
    public const int Interrupted = 130;
}
