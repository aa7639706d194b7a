using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace ScenarioFunctions.Tests.Azure.Supabase;

/// <summary>Keeps all that is logged, as text.</summary>
internal sealed class LogLines : ILoggerProvider, ILogger
{
    public ConcurrentQueue<string> Lines { get; } = [];

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull
    {
        Lines.Enqueue(state.ToString() ?? "");
        return null;
    }

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        var values = state as IEnumerable<KeyValuePair<string, object?>> ?? [];
        Lines.Enqueue($"{formatter(state, exception)} {string.Join(' ', values)} {exception}");
    }

    public void Dispose()
    {
    }
}
