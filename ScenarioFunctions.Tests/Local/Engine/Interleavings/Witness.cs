using System.Text.Json;
using ScenarioFunctions.Chaos.Storm;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Steps;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Core.Workflow;
using ScenarioFunctions.Local.Engine;

namespace ScenarioFunctions.Tests.Local.Engine.Interleavings;

/// <summary>Sees all that happens in all lives of the engine, and knows what must not.</summary>
internal sealed class Witness(Disk disk)
{
    private readonly List<string> faults = [];
    private readonly HashSet<(string TaskId, string Step)> begun = [];
    private readonly HashSet<(string TaskId, string Step)> recorded = [];
    private readonly Dictionary<string, TaskSnapshot> shown = [];
    private readonly Dictionary<string, int> firstLife = [];
    private readonly HashSet<string> cancelled = [];
    private readonly HashSet<string> released = [];

    public IReadOnlyList<string> Faults => faults;

    /// <summary>Which life of the engine it is, from 1.</summary>
    public int Life { get; set; }

    public void Fault(string fault) => faults.Add(fault);

    /// <summary>A new task is on disk.</summary>
    public void Inserted(string taskId) => firstLife.Add(taskId, Life);

    /// <summary>A step's result is on disk.</summary>
    public void Recorded(TaskRow row, JournalEntry entry)
    {
        var taskId = row.Snapshot.TaskId;
        recorded.Add((taskId, KeyOf(entry)));
        Expect(row.IsOpen || row.Snapshot.State == TaskState.Cancelled, $"{taskId}: {entry.Step} is recorded after the end");
    }

    /// <summary>A step begins, or another try of one.</summary>
    public void Begun(string taskId, string step, bool isFirstTry, bool seesCancel)
    {
        var row = disk.Find(taskId);
        Expect(row is not null, $"{taskId}: {step} begins before its task is on disk");
        Expect(row is not { IsSettled: true }, $"{taskId}: {step} begins although the task is settled");
        Expect(!recorded.Contains((taskId, step)), $"{taskId}: {step} begins again although its result is on disk");
        begun.Add((taskId, step));
        released.Remove(taskId);
        if (cancelled.Contains(taskId))
        {
            Expect(seesCancel, $"{taskId}: {step} does not see that its task is cancelled");
            Expect(
                !isFirstTry || firstLife[taskId] < Life || GoesOn(step),
                $"{taskId}: {step} begins after the cancel, and no earlier life can have begun it");
        }
    }

    /// <summary>The credits of a cancelled task are released, and so nothing of it may be under way any more.</summary>
    public void Released(string taskId) => released.Add(taskId);

    /// <summary>A cancelled task needs no restart any more. Nothing was bought before its first record.</summary>
    public void Settled(string taskId, bool hasRecords)
    {
        var left = begun.Where(step => step.TaskId == taskId).Except(recorded).ToList();
        Expect(!hasRecords || left.Count == 0, $"{taskId}: settled without the end of {string.Join(", ", left)}");
        Expect(released.Contains(taskId), $"{taskId}: settled with its credits held");
    }

    /// <summary>A start was answered, with the task as it was when it was written.</summary>
    public void Started(TaskSnapshot task)
    {
        Expect(disk.Find(task.TaskId) is not null, $"{task.TaskId}: said to be started, and not on disk");
        shown.TryAdd(task.TaskId, task);
    }

    /// <summary>A cancel was answered.</summary>
    public void CancelAnswered(TaskSnapshot task)
    {
        Expect(task.State.IsFinal(), $"{task.TaskId}: {task.State} after a cancel");
        Expect(disk.Find(task.TaskId) is { IsOpen: false }, $"{task.TaskId}: said to have ended, and open on disk");
        Shown(task);
        if (task.State == TaskState.Cancelled)
        {
            cancelled.Add(task.TaskId);
        }
    }

    /// <summary>A reader was shown a task.</summary>
    public void Shown(TaskSnapshot task)
    {
        Expect(
            task.Error?.Code is not (TaskErrorCodes.JournalMismatch or TaskErrorCodes.InternalError),
            $"{task.TaskId}: {task.Error?.Message}");
        if (shown.TryGetValue(task.TaskId, out var before))
        {
            Expect(Follows(before, task), $"{task.TaskId}: {Text(before)} was shown before {Text(task)}");
        }

        shown[task.TaskId] = task;
    }

    /// <summary>Nothing is left to do.</summary>
    public void Over(int runningTasks, int openCalls)
    {
        Expect(runningTasks == 0, $"{runningTasks} tasks never end");
        Expect(openCalls == 0, $"{openCalls} calls are never answered");
        foreach (var row in disk.Rows)
        {
            Expect(row.IsSettled, $"{row.Snapshot.TaskId}: never settled, {row.Snapshot.State}");
            Shown(row.Snapshot);
        }

        foreach (var taskId in shown.Keys)
        {
            Expect(disk.Find(taskId) is not null, $"{taskId}: shown, and never on disk");
        }
    }

    private static bool Follows(TaskSnapshot before, TaskSnapshot after)
    {
        if (before.State.IsFinal())
        {
            return Text(before) == Text(after);
        }

        var isAllowed = before.State == after.State
            || TaskTransitions.IsAllowed(before.State, after.State)
            || (before.State == TaskState.Pending && TaskTransitions.IsAllowed(TaskState.Running, after.State));
        return isAllowed
            && before.Progress.Percent <= after.Progress.Percent
            && before.Progress.Scenes.Zip(after.Progress.Scenes).All(pair => Follows(pair.First, pair.Second));
    }

    private static bool Follows(SceneProgress before, SceneProgress after) => before.Status switch
    {
        SceneStatus.Pending => true,
        SceneStatus.Generating => after.Status != SceneStatus.Pending,
        _ => before == after,
    };

    /// <summary>Whether it is another call for a scene's image: all but the first generation's first wait.</summary>
    private static bool GoesOn(string step) =>
        step.StartsWith("GenerateSceneImage ", StringComparison.Ordinal) && !step.EndsWith(".1.1", StringComparison.Ordinal);

    private static string KeyOf(JournalEntry entry)
    {
        if (entry.Step != WorkflowSteps.GenerateSceneImage.Name)
        {
            return entry.Step;
        }

        var result = JsonSerializer.Deserialize(entry.Result, CoreJson.Default.StepResultSceneImageOutcome)!;
        return result.Value?.Note ?? result.Error!.Message;
    }

    private static string Text(TaskSnapshot task) => JsonSerializer.Serialize(
        new { task.State, task.Progress.Percent, task.Progress.Message, task.Progress.Scenes, task.Error, task.Result });

    private void Expect(bool isSo, string fault)
    {
        if (!isSo)
        {
            Fault(fault);
        }
    }
}
