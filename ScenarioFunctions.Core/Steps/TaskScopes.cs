using Microsoft.Extensions.Logging;

namespace ScenarioFunctions.Core.Steps;

/// <summary>The log scope of a task. It adds the task id to the lines of classes that do not know the task.</summary>
public static class TaskScopes
{
    /// <summary>The name of the task id in the scope.</summary>
    public const string TaskId = "TaskId";

    private static readonly Func<ILogger, string, IDisposable?> Define =
        LoggerMessage.DefineScope<string>("task {" + TaskId + "}");

    /// <summary>Adds the task's id to every line that is written until the scope is disposed.</summary>
    public static IDisposable? TaskScope(this ILogger logger, string taskId) => Define(logger, taskId);
}
