using ScenarioFunctions.Core.Tasks;

namespace ScenarioFunctions.Local.Engine;

/// <summary>What the embedded engine logs.</summary>
internal static partial class EngineLog
{
    [LoggerMessage(403, LogLevel.Information, "Task {TaskId}: {State} after {Seconds} s: {Message}")]
    public static partial void TaskEnded(ILogger logger, string taskId, TaskState state, double seconds, string message);

    [LoggerMessage(404, LogLevel.Warning,
        "Task {TaskId}: {Step} failed on try {Attempt}, next try in {Seconds} s: {Fault} ({Count} times since the last such line)")]
    public static partial void StepWillBeRetried(
        ILogger logger, string taskId, string step, int attempt, double seconds, string fault, int count);

    [LoggerMessage(405, LogLevel.Error, "Task {TaskId}: {Step} failed on try {Attempt}, its last")]
    public static partial void StepFailed(
        ILogger logger, Exception exception, string taskId, string step, int attempt);

    [LoggerMessage(406, LogLevel.Error, "Task {TaskId}: failed: {Fault}")]
    public static partial void TaskFailed(ILogger logger, Exception? exception, string taskId, string fault);

    [LoggerMessage(407, LogLevel.Error,
        "Task {TaskId}: its record could not be written, trying again: {Fault} ({Count} times since the last such line)")]
    public static partial void WriteFailed(ILogger logger, string taskId, string fault, int count);

    [LoggerMessage(408, LogLevel.Information, "{Count} unfinished tasks go on")]
    public static partial void Resuming(ILogger logger, int count);

    [LoggerMessage(409, LogLevel.Warning, "{Count} tasks had a step under way when the time to stop ran out; they go on at the next start")]
    public static partial void StoppedWithStepsUnderWay(ILogger logger, int count);

    [LoggerMessage(410, LogLevel.Error,
        "Task {TaskId}: its records could not be read, trying again: {Fault} ({Count} times since the last such line)")]
    public static partial void ReadFailed(ILogger logger, string taskId, string fault, int count);

    [LoggerMessage(411, LogLevel.Debug, "Task {TaskId}: left as it is, as the host is stopping: {Fault}")]
    public static partial void LeftWhileStopping(ILogger logger, string taskId, string fault);
}
