namespace VideoGen.Cli;

/// <summary>Why a command ended without what it was for, in words for the person who typed it.</summary>
/// <param name="advice">What to do about it; null where the message says it.</param>
internal sealed class CommandFailure(int exitCode, string message, string? advice = null, Exception? cause = null)
    : Exception(message, cause)
{
    public int ExitCode => exitCode;

    public string? Advice => advice;
}
