using System.Text.Json;
using ScenarioFunctions.Core.Steps;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Core.Workflow;
using ScenarioFunctions.Local.Engine;

namespace ScenarioFunctions.Chaos.Simulation.Storage;

/// <summary>The engine's records. They reach the disk in the order in which they were written, as SQLite's do.</summary>
internal sealed class SimulatedTaskStore(StorageLink link, Disk disk) : TaskStore(null!)
{
    public override Task<long?> InsertAsync(TaskSnapshot task, byte[] input, CancellationToken cancellationToken) =>
        link.CallAsync<long?>(
            $"record {task.TaskId}",
            () =>
            {
                if (disk.Tasks.Any(record => record.Snapshot.TaskId == task.TaskId))
                {
                    return null;
                }

                disk.Tasks.Add(new TaskRecord(task, input));
                return disk.Tasks.Count;
            },
            cancellationToken,
            inOrder: true);

    public override Task AppendAsync(long seq, JournalEntry entry) => link.CallAsync(
        $"record step {entry.Position} {entry.Step} of task {seq}",
        () => Of(seq).Journal.TryAdd(entry.Ordinal, entry),
        CancellationToken.None,
        inOrder: true);

    public override Task<bool> EndAsync(long seq, TaskSnapshot task, bool settled) => link.CallAsync(
        $"record the end of {task.TaskId}, {task.State}, {task.Error?.Message}",
        () =>
        {
            var record = Of(seq);
            if (!record.IsOpen)
            {
                return false;
            }

            (record.Snapshot, record.IsOpen, record.IsSettled) = (task, false, settled);
            return true;
        },
        CancellationToken.None,
        inOrder: true);

    public override Task<bool> ReopenAsync(long seq, DateTimeOffset now) => link.CallAsync(
        $"reopen task {seq}",
        () =>
        {
            var record = Of(seq);
            if (record.IsOpen || record.Snapshot.State != TaskState.Failed)
            {
                return false;
            }

            (record.Snapshot, record.IsOpen, record.IsSettled) = (
                record.Snapshot with { State = TaskState.Pending, Progress = new WorkflowProgress(), Error = null, UpdatedAt = now }, true, false);
            var input = JsonSerializer.Deserialize(record.Input, CoreJson.Default.SaveScenarioInput)!;
            record.Input = TaskRecords.Serialize(input with { IsResumed = true });
            foreach (var entry in record.Journal.Values.Where(entry => entry.Step == WorkflowSteps.ReleaseCredits.Name || HasFailed(entry)).ToArray())
            {
                record.Journal.Remove(entry.Ordinal);
            }

            return true;
        },
        CancellationToken.None,
        inOrder: true);

    public override Task SettleAsync(long seq) =>
        link.CallAsync($"settle task {seq}", () => Of(seq).IsSettled = true, CancellationToken.None, inOrder: true);

    public override TaskRow? Find(string taskId) => link.Read(() =>
    {
        var index = disk.Tasks.FindIndex(record => record.Snapshot.TaskId == taskId);
        return index < 0 ? null : new TaskRow(index + 1, disk.Tasks[index].IsOpen, disk.Tasks[index].IsSettled, disk.Tasks[index].Snapshot);
    });

    public override IReadOnlyList<string> Unsettled() => link.Read(() =>
        disk.Tasks.Where(record => !record.IsSettled && disk.Defect != Defect.LosesTasks).Select(record => record.Snapshot.TaskId).ToArray());

    public override IReadOnlyDictionary<int, int> CountOpenByVersion() => new Dictionary<int, int>();

    public override long LastSeq() => disk.Tasks.Count;

    public override SaveScenarioInput Input(long seq) => link.Read(
        () => JsonSerializer.Deserialize(Of(seq).Input, CoreJson.Default.SaveScenarioInput)!);

    public override IReadOnlyList<JournalEntry> Journal(long seq) => link.Read(() => Of(seq).Journal.Values.ToArray());

    private static bool HasFailed(JournalEntry entry)
    {
        using var result = JsonDocument.Parse(entry.Result);
        return result.RootElement.TryGetProperty("error", out _);
    }

    private TaskRecord Of(long seq) => disk.Tasks[(int)seq - 1];
}
