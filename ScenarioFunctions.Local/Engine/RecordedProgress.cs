using System.Text.Json;
using ScenarioFunctions.Core.Tasks;

namespace ScenarioFunctions.Local.Engine;

/// <summary>What an open task that waits to go on after a restart had come to, by its journal.</summary>
internal static class RecordedProgress
{
    /// <summary>As running, as far as a replay leads: no poller sees a task go back, whatever it saw before.</summary>
    public static TaskSnapshot Of(TaskTable tasks, TaskRow row)
    {
        var execution = new WorkflowExecution(row.Snapshot.TaskId, _ => { }, _ => { });
        try
        {
            execution.Replay(tasks.Input(row.Seq), tasks.Journal(row.Seq));
        }
        catch (Exception exception) when (exception is JsonException or InvalidDataException)
        {
            return row.Snapshot; // it will fail for this
        }

        return row.Snapshot with { State = TaskState.Running, Progress = execution.Progress };
    }
}
