using System.Text.Json;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Core.Workflow;
using ScenarioFunctions.Local.Engine;

namespace ScenarioFunctions.Tests.Local.Engine.Interleavings;

/// <summary>What outlives the engine: the tables, as the real ones.</summary>
internal sealed class Disk
{
    /// <summary>By <see cref="TaskRow.Seq"/>, from 1.</summary>
    public List<TaskRow> Rows { get; } = [];

    public Dictionary<long, byte[]> Inputs { get; } = [];

    public Dictionary<long, SortedDictionary<long, JournalEntry>> Journals { get; } = [];

    public TaskRow? Find(string taskId) => Rows.Find(row => row.Snapshot.TaskId == taskId);
}

/// <summary>
/// The disk as one life of the engine sees it. A write is on disk when the schedule says so, or fails; what fails may
/// be on disk all the same.
/// </summary>
internal sealed class DiskConnection(Disk disk, Witness witness, Func<bool> failsToRead) : TaskStore(null!)
{
    private readonly Queue<Write> writes = new();

    public bool HasWrites => writes.Count > 0;

    /// <summary>The oldest write is on disk, or not; the engine is told so, or that it failed.</summary>
    public void RunWrite(bool commits, bool fails)
    {
        var write = writes.Dequeue();
        if (commits)
        {
            write.Commit();
        }

        write.Tell(fails);
    }

    /// <summary>The process dies: of what it wrote, the oldest are on disk.</summary>
    public void Die(int commits)
    {
        while (commits-- > 0 && writes.TryDequeue(out var write))
        {
            write.Commit();
        }

        writes.Clear();
    }

    public override Task<long?> InsertAsync(TaskSnapshot task, byte[] input, CancellationToken cancellationToken) =>
        WriteAsync<long?>(() =>
        {
            if (disk.Find(task.TaskId) is not null)
            {
                return null;
            }

            var seq = disk.Rows.Count + 1;
            disk.Rows.Add(new TaskRow(seq, IsOpen: true, IsSettled: false, task));
            disk.Inputs[seq] = input;
            disk.Journals[seq] = [];
            witness.Inserted(task.TaskId);
            return seq;
        });

    public override Task AppendAsync(long seq, JournalEntry entry) => WriteAsync(() =>
    {
        var row = disk.Rows[(int)seq - 1];
        witness.Recorded(row, entry);
        return disk.Journals[seq].TryAdd(entry.Ordinal, entry);
    });

    public override Task<bool> EndAsync(long seq, TaskSnapshot task, bool settled) => WriteAsync(() =>
    {
        var row = disk.Rows[(int)seq - 1];
        if (!row.IsOpen)
        {
            return false;
        }

        disk.Rows[(int)seq - 1] = new TaskRow(seq, IsOpen: false, settled, task);
        if (task.State == TaskState.Completed)
        {
            disk.Inputs.Remove(seq);
            disk.Journals[seq].Clear();
        }

        return true;
    });

    public override Task SettleAsync(long seq) => WriteAsync(() =>
    {
        var row = disk.Rows[(int)seq - 1];
        witness.Settled(row.Snapshot.TaskId, disk.Journals[seq].Count > 0);
        disk.Rows[(int)seq - 1] = row with { IsSettled = true };
        return true;
    });

    public override TaskRow? Find(string taskId) => Read(() => disk.Find(taskId));

    public override IReadOnlyList<TaskRow> List(long before, TaskQuery query, int limit) => Read(() => disk.Rows
        .Where(row => row.Seq < before && (query.UserId is not { } userId || row.Snapshot.UserId == userId))
        .Where(row => query.State is not { } wanted || (wanted.IsFinal() ? row.Snapshot.State == wanted : row.IsOpen))
        .Reverse().Take(limit).ToList());

    public override IReadOnlyList<string> Unsettled() =>
        Read(() => disk.Rows.Where(row => !row.IsSettled).Select(row => row.Snapshot.TaskId).ToList());

    public override IReadOnlyDictionary<int, int> CountOpenByVersion() => new Dictionary<int, int>();

    public override long LastSeq() => disk.Rows.Count;

    public override SaveScenarioInput Input(long seq) => Read(() => disk.Inputs.TryGetValue(seq, out var input)
        ? JsonSerializer.Deserialize(input, CoreJson.Default.SaveScenarioInput)!
        : throw new InvalidDataException($"The input of task number {seq} is missing."));

    public override IReadOnlyList<JournalEntry> Journal(long seq) => Read(() => disk.Journals[seq].Values.ToList());

    private T Read<T>(Func<T> read) => failsToRead() ? throw Refused() : read();

    private Task<T> WriteAsync<T>(Func<T> commit)
    {
        var told = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var result = default(T);
        writes.Enqueue(new Write(
            () => result = commit(),
            fails =>
            {
                if (fails)
                {
                    told.SetException(Refused());
                }
                else
                {
                    told.SetResult(result!);
                }
            }));
        return told.Task;
    }

    private static StorageException Refused() => new("The disk refused, as the seed wants.", isTransient: true);

    private sealed record Write(Action Commit, Action<bool> Tell);
}
