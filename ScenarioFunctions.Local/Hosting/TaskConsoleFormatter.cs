using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using ScenarioFunctions.Core;
using ScenarioFunctions.Core.Steps;

namespace ScenarioFunctions.Local.Hosting;

/// <summary>Writes one line per message. The line names the scope's task, unless the message already does.</summary>
internal sealed class TaskConsoleFormatter(TimeProvider time) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "task";

    public override void Write<TState>(
        in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var message = logEntry.Formatter(logEntry.State, logEntry.Exception);
        var task = TaskOf(scopeProvider) is { } id && !message.Contains(id, StringComparison.Ordinal) ? $"Task {id}: " : "";
        var exception = logEntry.Exception is { } thrown ? $" {thrown}" : "";
        textWriter.Write($"{time.GetLocalNow():HH:mm:ss.fff} {NameOf(logEntry.LogLevel)}: ");
        textWriter.Write($"{logEntry.Category}[{logEntry.EventId.Id}] ");
        textWriter.WriteLine(PlainText.OneLine($"{task}{message}{exception}"));
    }

    /// <summary>The task of the innermost scope.</summary>
    private static string? TaskOf(IExternalScopeProvider? scopes)
    {
        string? task = null;
        scopes?.ForEachScope<object?>(
            (scope, _) =>
            {
                if (scope is IEnumerable<KeyValuePair<string, object?>> values)
                {
                    task = values.FirstOrDefault(value => value.Key == TaskScopes.TaskId).Value as string ?? task;
                }
            },
            state: null);
        return task;
    }

    private static string NameOf(LogLevel level)
    {
        var (name, color) = level switch
        {
            LogLevel.Trace => ("trce", "37"),
            LogLevel.Debug => ("dbug", "37"),
            LogLevel.Information => ("info", "32"),
            LogLevel.Warning => ("warn", "1;33"),
            LogLevel.Error => ("fail", "1;31"),
            _ => ("crit", "1;31"),
        };
        return Console.IsOutputRedirected ? name : $"\e[{color}m{name}\e[0m";
    }
}
