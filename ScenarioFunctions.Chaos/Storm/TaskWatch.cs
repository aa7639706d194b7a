using System.Text.Json.Nodes;
using ScenarioFunctions.Core.Json;
using ScenarioFunctions.Core.Tasks;

namespace ScenarioFunctions.Chaos.Storm;

/// <summary>What one poller sees of a task. States must follow the table, and progress must not decrease.</summary>
internal sealed class TaskWatch(PostedTask task, Faults faults)
{
    private TaskState state = TaskState.Pending;
    private int progress;

    public bool HasEnded => state.IsFinal();

    public void See(JsonObject? seen)
    {
        if (seen is null)
        {
            faults.Add($"Task {task.Name} was promised and is not there.");
            state = TaskState.Failed;
            return;
        }

        var next = EnumNames.Parse<TaskState>((string)seen["status"]!);
        var percent = (int)seen["progress"]!;
        if (next != state && !TaskTransitions.IsAllowed(state, next) && !Skipped(state, next))
        {
            faults.Add($"Task {task.Name} went from {state} to {next}.");
        }

        if (percent < progress)
        {
            faults.Add($"Task {task.Name} fell from {progress} to {percent} percent ({state} to {next}).");
        }

        (state, progress) = (next, percent);
    }

    /// <summary>A poller may miss that a task was running.</summary>
    private static bool Skipped(TaskState from, TaskState to) =>
        from == TaskState.Pending && TaskTransitions.IsAllowed(TaskState.Running, to);
}

/// <summary>Which state of a task may follow which, as clients see them.</summary>
internal static class TaskTransitions
{
    /// <summary>Whether a task may change from <paramref name="from"/> to <paramref name="to"/>; never to the same state.</summary>
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
