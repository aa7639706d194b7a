namespace ScenarioFunctions.Core.Tasks;

/// <summary>The one table of which task state may follow which.</summary>
public static class TaskTransitions
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

    /// <summary>Whether nothing follows <paramref name="state"/> any more.</summary>
    public static bool IsFinal(this TaskState state) =>
        state is TaskState.Completed or TaskState.Failed or TaskState.Cancelled;
}
