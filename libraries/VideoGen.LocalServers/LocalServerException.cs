namespace VideoGen.LocalServers;

/// <summary>This machine cannot run the server, or its data does not fit what was asked for; the message says what to change.</summary>
public sealed class LocalServerException : Exception
{
    public LocalServerException()
    {
    }

    public LocalServerException(string message) : base(message)
    {
    }

    public LocalServerException(string message, Exception inner) : base(message, inner)
    {
    }
}
