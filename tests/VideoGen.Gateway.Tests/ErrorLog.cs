using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace VideoGen.Gateway.Tests;

/// <summary>Keeps the errors. That somebody listens is also what makes ASP.NET Core give every request a trace id.</summary>
internal sealed class ErrorLog : ILoggerProvider, ILogger
{
    readonly ConcurrentQueue<string> _entries = new();

    public IReadOnlyCollection<string> Entries => _entries;

    public void Clear() => _entries.Clear();

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel)) _entries.Enqueue($"{formatter(state, exception)} {exception}");
    }

    public void Dispose()
    {
    }
}
