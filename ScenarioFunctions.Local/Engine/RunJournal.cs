using System.Diagnostics.CodeAnalysis;

namespace ScenarioFunctions.Local.Engine;

/// <summary>
/// Writes one task's finished steps, and hands them on in the order in which a replay will read them: a step
/// comes out once it and all that were recorded before it are on disk.
/// </summary>
internal sealed class RunJournal(RunServices services, TaskRow task, long firstOrdinal)
{
    private readonly Lock gate = new();
    private readonly Dictionary<long, StepCall> onDisk = [];
    private long nextOrdinal = firstOrdinal;
    private long nextToTake = firstOrdinal;

    /// <summary>Done when the result is on disk; a disk that refuses is asked again until it takes it.</summary>
    public async Task RecordAsync(StepCall call, byte[] result)
    {
        JournalEntry entry;
        Task firstTry;
        lock (gate)
        {
            // Queued under the lock: ordinals reach the disk in their order.
            entry = new JournalEntry(nextOrdinal++, call.Position, call.Step, result);
            firstTry = services.Tasks.AppendAsync(task.Seq, entry);
        }

        await services.UntilWrittenAsync(
            task.Snapshot.TaskId, firstTry, () => services.Tasks.AppendAsync(task.Seq, entry));
        lock (gate)
        {
            onDisk.Add(entry.Ordinal, call);
        }
    }

    public bool TryTake([NotNullWhen(true)] out StepCall? call)
    {
        lock (gate)
        {
            if (!onDisk.Remove(nextToTake, out call))
            {
                return false;
            }

            nextToTake++;
            return true;
        }
    }
}
