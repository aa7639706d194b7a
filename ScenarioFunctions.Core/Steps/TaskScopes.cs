using Microsoft.Extensions.Logging;

namespace ScenarioFunctions.Core.Steps;

/// <summary>The log scope of a task: lines of classes that do not know the task name it, too.</summary>
public static class TaskScopes
{
    /// <summary>What the scope calls the task's id.</summary>
    public const string TaskId = "TaskId";

    private static readonly Func<ILogger, string, IDisposable?> Define =
        LoggerMessage.DefineScope<string>("task {" + TaskId + "}");

    /// <summary>Puts the task's id on every line that is written until the scope is disposed.</summary>
    public static IDisposable? TaskScope(this ILogger logger, string taskId) => Define(logger, taskId);
}
