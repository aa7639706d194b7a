using System.Text.Json;
using ScenarioFunctions.Core.Steps;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Core.Workflow;

namespace ScenarioFunctions.Local.Engine;

/// <summary>Everything on disk about one task.</summary>
/// <param name="Row">Its state.</param>
/// <param name="Input">The workflow's input; null when the task is settled or the input cannot be read.</param>
/// <param name="Journal">Its finished steps, in the order in which they finished.</param>
/// <param name="Fault">Text for people: why the input cannot be read.</param>
internal sealed record TaskRecords(
    TaskRow Row, SaveScenarioInput? Input, IReadOnlyList<JournalEntry> Journal, string? Fault = null)
{
    /// <summary>The credits to hold before a task that failed is continued: they were released. Null when none were held, or they are not needed any more.</summary>
    public CheckCreditsInput? HoldToRenew { get; private init; }

    /// <summary>Why these credits could not be held; null otherwise.</summary>
    public TaskError? NotHeld { get; init; }

    public static byte[] Serialize(SaveScenarioInput input) =>
        JsonSerializer.SerializeToUtf8Bytes(input, CoreJson.Default.SaveScenarioInput);

    /// <exception cref="Core.Storage.StorageException">The disk cannot be read.</exception>
    public static TaskRecords Read(TaskStore tasks, TaskRow row)
    {
        if (row.IsSettled)
        {
            return new TaskRecords(row, null, []);
        }

        try
        {
            var (input, journal) = (tasks.Input(row.Seq), tasks.Journal(row.Seq));
            return new TaskRecords(row, input, journal)
            {
                HoldToRenew = row.IsOpen && input.IsResumed == true && HoldsCredits(journal)
                    ? Workflows.HoldFor(row.Snapshot.TaskId, input, Workflows.ScenesToImage(input).Count)
                    : null,
            };
        }
        catch (Exception exception) when (exception is JsonException or InvalidDataException)
        {
            return new TaskRecords(
                row, null, [], $"The task's input cannot be read: {exception.Message} Nothing was changed.");
        }
    }

    private static bool HoldsCredits(IReadOnlyList<JournalEntry> journal) =>
        journal.All(entry => entry.Step != WorkflowSteps.ReleaseCredits.Name)
        && journal.FirstOrDefault(entry => entry.Step == WorkflowSteps.CheckCredits.Name) is { } check
        && JsonSerializer.Deserialize(check.Result, CoreJson.Default.StepResultCreditCheck)?.Value?.Held == true;
}

/// <summary>A task as it is on disk.</summary>
/// <param name="Seq">Numbers tasks in the order of creation.</param>
/// <param name="IsOpen">It has not ended. Its actor knows its state and progress; without an actor it is pending.</param>
/// <param name="IsSettled">It has ended, and none of its steps is running.</param>
/// <param name="Snapshot">Its recorded state.</param>
internal sealed record TaskRow(long Seq, bool IsOpen, bool IsSettled, TaskSnapshot Snapshot);

/// <summary>The record of a finished step.</summary>
/// <param name="Ordinal">Numbers the task's steps in the order in which they finished.</param>
/// <param name="Position">Numbers them in the order in which the workflow called them, from 0.</param>
/// <param name="Step">The step's name.</param>
/// <param name="Result">The result as JSON.</param>
internal sealed record JournalEntry(long Ordinal, int Position, string Step, byte[] Result);
