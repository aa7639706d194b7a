using System.Text.Json;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Core.Workflow;

namespace ScenarioFunctions.Local.Engine;

/// <summary>All that is on disk of one task.</summary>
/// <param name="Row">How it stands.</param>
/// <param name="Input">What it works on; null when it is settled, or when that cannot be read.</param>
/// <param name="Journal">Its finished steps, in the order in which they finished.</param>
/// <param name="Fault">For a person: why the input cannot be read.</param>
internal sealed record TaskRecords(
    TaskRow Row, SaveScenarioInput? Input, IReadOnlyList<JournalEntry> Journal, string? Fault = null)
{
    public static byte[] Serialize(SaveScenarioInput input) =>
        JsonSerializer.SerializeToUtf8Bytes(input, CoreJson.Default.SaveScenarioInput);

    /// <exception cref="Core.Storage.StorageException">The disk refuses.</exception>
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
                row, null, [], $"The task's input cannot be read: {exception.Message} Nothing was touched.");
        }
    }
}

/// <summary>A task as it stands on disk.</summary>
/// <param name="Seq">Order of creation.</param>
/// <param name="IsOpen">It has not ended; its state and progress are those of its actor, or pending without one.</param>
/// <param name="IsSettled">It has ended, and nothing of it is under way.</param>
/// <param name="Snapshot">What is known of it.</param>
internal sealed record TaskRow(long Seq, bool IsOpen, bool IsSettled, TaskSnapshot Snapshot);

/// <summary>A finished step, as recorded.</summary>
/// <param name="Ordinal">Order in which the task's steps finished.</param>
/// <param name="Position">Order in which the workflow called them, from 0.</param>
/// <param name="Step">The step's name.</param>
/// <param name="Result">Its result, as JSON.</param>
internal sealed record JournalEntry(long Ordinal, int Position, string Step, byte[] Result);
