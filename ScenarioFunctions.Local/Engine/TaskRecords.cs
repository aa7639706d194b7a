using System.Text.Json;
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
            return new TaskRecords(row, tasks.Input(row.Seq), tasks.Journal(row.Seq));
        }
        catch (Exception exception) when (exception is JsonException or InvalidDataException)
        {
            return new TaskRecords(
                row, null, [], $"The task's input cannot be read: {exception.Message} Nothing was changed.");
        }
    }
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
