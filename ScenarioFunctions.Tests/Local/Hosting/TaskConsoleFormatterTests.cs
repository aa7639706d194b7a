using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using ScenarioFunctions.Core.Steps;
using ScenarioFunctions.Local.Hosting;

namespace ScenarioFunctions.Tests.Local.Hosting;

public sealed class TaskConsoleFormatterTests
{
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 1, 15, 9, 30, 0, 120, TimeSpan.Zero));

    [Theory]
    [InlineData("RunwayML took generation g1", "Task t2: RunwayML took generation g1")]
    [InlineData("Task t2: SaveScenes done", "Task t2: SaveScenes done")]
    public void A_line_names_the_task_of_its_innermost_scope_once(string message, string told) =>
        Assert.Equal($"09:30:00.120 warn: Steps[7] {told}\n", Format(message, null, "t1", "t2"));

    [Fact]
    public void A_line_outside_of_any_task_names_none() =>
        Assert.Equal("09:30:00.120 warn: Steps[7] Ready\n", Format("Ready", null));

    [Fact]
    public void A_line_stays_one_line_with_its_exception()
    {
        var line = Format("It failed:\nbadly", new InvalidOperationException("no\nluck"), "t1");

        Assert.StartsWith(
            "09:30:00.120 warn: Steps[7] Task t1: It failed: badly System.InvalidOperationException: no luck", line,
            StringComparison.Ordinal);
        Assert.Equal(line.Length - 1, line.IndexOf('\n', StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("\u001b[31mred\u001b[0m", "[31mred [0m")]
    [InlineData("a\r\nb\tc", "a b c")]
    [InlineData("a\u0000\u0007\u007f\u009bb", "a b")]
    [InlineData("a\u2028b\u2029c\u202ed\u2066e", "a b c d e")]
    public void No_character_of_a_line_steers_the_terminal(string message, string told)
    {
        Assert.Equal($"09:30:00.120 warn: Steps[7] {told}\n", Format(message, null));
        Assert.DoesNotContain('\e', Format("It failed", new InvalidOperationException("\u001b]0;title\u0007")));
    }

    private string Format(string message, Exception? exception, params string[] tasks)
    {
        var scopes = new LoggerExternalScopeProvider();
        foreach (var task in tasks)
        {
            new ScopeLogger(scopes).TaskScope(task);
        }

        using var text = new StringWriter { NewLine = "\n" };
        var entry = new LogEntry<string>(
            LogLevel.Warning, "Steps", new EventId(7), message, exception, (state, _) => state);
        new TaskConsoleFormatter(time).Write(entry, scopes, text);
        return text.ToString();
    }

    private sealed class ScopeLogger(IExternalScopeProvider scopes) : ILogger
    {
        public IDisposable BeginScope<TState>(TState state)
            where TState : notnull => scopes.Push(state);

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
        }
    }
}
