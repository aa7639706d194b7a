using ScenarioFunctions.Core.Tasks;

namespace ScenarioFunctions.Chaos.Storm;

/// <summary>Which state of a task may follow which, as seen from outside.</summary>
internal static class TaskTransitions
{
    /// <summary>Whether a task may go from <paramref name="from"/> to <paramref name="to"/>; never to itself.</summary>
    public static bool IsAllowed(TaskState from, TaskState to) => (from, to) switch
    {
        (TaskState.Pending, TaskState.Running) => true,
        (TaskState.Pending, TaskState.Failed) => true,
        (TaskState.Pending, TaskState.Cancelled) => true,
        (TaskState.Running, TaskState.Completed) => true,
        (TaskState.Running, TaskState.Failed) => true,
        (TaskState.Running, TaskState.Cancelled) => true,
        _ => false,
    };
}
