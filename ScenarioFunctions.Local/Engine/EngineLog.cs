using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Core.Workflow;

namespace ScenarioFunctions.Local.Engine;

internal static partial class EngineLog
{
    [LoggerMessage(403, LogLevel.Information, "Task {TaskId}: {State} after {Seconds} s: {Message}")]
    public static partial void TaskEnded(ILogger logger, string taskId, TaskState state, double seconds, string message);

    [LoggerMessage(404, LogLevel.Warning,
        "Task {TaskId}: attempt {Attempt} of {Step} failed, next attempt in {Seconds} s: {Fault} ({Count} times since the last such line)")]
    public static partial void StepWillBeRetried(
        ILogger logger, string taskId, string step, int attempt, double seconds, string fault, int count);

    [LoggerMessage(405, LogLevel.Error, "Task {TaskId}: attempt {Attempt} of {Step} failed; it was the last")]
    public static partial void StepFailed(
        ILogger logger, Exception exception, string taskId, string step, int attempt);

    [LoggerMessage(406, LogLevel.Error, "Task {TaskId}: failed: {Fault}")]
    public static partial void TaskFailed(ILogger logger, Exception? exception, string taskId, string fault);

    [LoggerMessage(407, LogLevel.Error,
        "Task {TaskId}: its record could not be written, retrying: {Fault} ({Count} times since the last such line)")]
    public static partial void WriteFailed(ILogger logger, string taskId, string fault, int count);

    [LoggerMessage(408, LogLevel.Information, "Continuing {Count} unfinished tasks")]
    public static partial void Resuming(ILogger logger, int count);

    [LoggerMessage(409, LogLevel.Warning, "{Count} tasks had a running step when the time to stop ran out; they continue at the next start")]
    public static partial void StoppedWithStepsUnderWay(ILogger logger, int count);

    [LoggerMessage(410, LogLevel.Error,
        "Task {TaskId}: its records could not be read, retrying: {Fault} ({Count} times since the last such line)")]
    public static partial void ReadFailed(ILogger logger, string taskId, string fault, int count);

    [LoggerMessage(412, LogLevel.Error, "Task {TaskId}: its webhook was not delivered in {Attempts} attempts and is not sent any more: {Fault}")]
    public static partial void WebhookGivenUp(ILogger logger, string taskId, int attempts, string fault);

    [LoggerMessage(413, LogLevel.Error, "Task {TaskId}: its webhook cannot be delivered before the next start")]
    public static partial void WebhookBroken(ILogger logger, Exception exception, string taskId);

    [LoggerMessage(414, LogLevel.Warning,
        "{Count} tasks wait for a program that has version {Version} of the workflow; this one has {Known}. See docs/changing-the-workflow.md")]
    public static partial void WaitingForVersion(ILogger logger, int count, int version, WorkflowVersions known);

    [LoggerMessage(411, LogLevel.Debug, "Task {TaskId}: left as it is, as the host is stopping: {Fault}")]
    public static partial void LeftWhileStopping(ILogger logger, string taskId, string fault);
}
