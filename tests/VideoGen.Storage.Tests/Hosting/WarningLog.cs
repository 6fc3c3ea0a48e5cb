using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace VideoGen.Storage.Tests.Hosting;

/// <summary>Keeps what a class under test says to operators.</summary>
internal sealed class WarningLog<T> : ILogger<T>
{
    public ConcurrentQueue<string> Lines { get; } = new();

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel)) Lines.Enqueue(formatter(state, exception) + " | " + exception?.Message);
    }
}
