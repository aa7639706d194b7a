using System.Text.Json;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Core.Workflow;
using ScenarioFunctions.Local.Storage;

namespace ScenarioFunctions.Local.Engine;

/// <summary>The tasks and their journals in the database: each write is on disk when it returns.</summary>
internal class TaskTable(LocalDatabase database)
{
    private const string Columns =
        "seq, task_id, state, created_at, updated_at, short_id, user_id, title, scene_count, request_hash, progress, result";

    /// <returns>The new task's seq; null when a task with that id is there already.</returns>
    public virtual Task<long?> InsertAsync(TaskSnapshot task, byte[] input, CancellationToken cancellationToken) =>
        database.WriteAsync<long?>(
            session =>
            {
                var inserted = session.Execute(
                    """
                    INSERT INTO tasks (task_id, created_at, updated_at, short_id, user_id, title, scene_count, request_hash)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (task_id) DO NOTHING
                    """,
                    task.TaskId, task.CreatedAt, task.UpdatedAt, task.ShortId, task.UserId, task.Title, (long)task.SceneCount, task.RequestHash);
                if (inserted == 0)
                {
                    return null;
                }

                var seq = LastRowId(session);
                session.Execute("INSERT INTO task_inputs (seq, input) VALUES (?, ?)", seq, input);
                return seq;
            },
            cancellationToken);

    /// <summary>Records a finished step; once more is no harm, as a try may have been on disk before it failed.</summary>
    public virtual Task AppendAsync(long seq, JournalEntry entry) => database.WriteAsync(session => session.Execute(
        "INSERT INTO journal (seq, ordinal, position, step, result) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        seq, entry.Ordinal, (long)entry.Position, entry.Step, entry.Result));

    /// <summary>Records a task's end. A completed task's input and journal have done their service.</summary>
    /// <returns>Whether it was still open.</returns>
    public virtual Task<bool> EndAsync(long seq, TaskSnapshot task, bool settled) => database.WriteAsync(session =>
    {
        var progress = JsonSerializer.SerializeToUtf8Bytes(task.Progress, CoreJson.Default.WorkflowProgress);
        var result = task.Result is null
            ? null
            : JsonSerializer.SerializeToUtf8Bytes(task.Result, CoreJson.Default.SaveScenarioResult);
        var ended = session.Execute(
            "UPDATE tasks SET state = ?, settled = ?, updated_at = ?, progress = ?, result = ? WHERE seq = ? AND state = 'open'",
            NameOf(task.State), settled, task.UpdatedAt, progress, result, seq) > 0;
        if (ended && task.State == TaskState.Completed)
        {
            session.Execute("DELETE FROM journal WHERE seq = ?", seq);
            session.Execute("DELETE FROM task_inputs WHERE seq = ?", seq);
        }

        return ended;
    });

    /// <summary>Nothing of the task is under way any more.</summary>
    public virtual Task SettleAsync(long seq) =>
        database.WriteAsync(session => session.Execute("UPDATE tasks SET settled = 1 WHERE seq = ?", seq));

    public virtual TaskRow? Find(string taskId) => database.Read(session =>
    {
        using var rows = session.Query($"SELECT {Columns} FROM tasks WHERE task_id = ?", taskId);
        return rows.Read() ? RowOf(rows) : null;
    });

    /// <summary>Rows before <paramref name="before"/>, newest first; all, or by state, where pending and running mean open.</summary>
    public virtual IReadOnlyList<TaskRow> List(long before, TaskState? state, int limit) => database.Read(session =>
    {
        using var rows = state is null
            ? session.Query($"SELECT {Columns} FROM tasks WHERE seq < ? ORDER BY seq DESC LIMIT ?", before, (long)limit)
            : session.Query(
                $"SELECT {Columns} FROM tasks WHERE state = ? AND seq < ? ORDER BY seq DESC LIMIT ?",
                NameOf(state.Value), before, (long)limit);
        var tasks = new List<TaskRow>();
        while (rows.Read())
        {
            tasks.Add(RowOf(rows));
        }

        return tasks;
    });

    /// <summary>Ids of the tasks that a restart has to go on with, oldest first.</summary>
    public virtual IReadOnlyList<string> Unsettled() => database.Read(session =>
    {
        using var rows = session.Query("SELECT task_id FROM tasks WHERE settled = 0 ORDER BY seq");
        var ids = new List<string>();
        while (rows.Read())
        {
            ids.Add(rows.Text(0));
        }

        return ids;
    });

    /// <summary>The last task's seq; 0 when there is none.</summary>
    public long LastSeq() => database.Read(session =>
    {
        using var rows = session.Query("SELECT max(seq) FROM tasks");
        rows.Read();
        return rows.Long(0); // null reads as 0
    });

    public virtual SaveScenarioInput Input(long seq) => database.Read(session =>
    {
        using var rows = session.Query("SELECT input FROM task_inputs WHERE seq = ?", seq);
        return rows.Read()
            ? JsonSerializer.Deserialize(rows.Bytes(0), CoreJson.Default.SaveScenarioInput)!
            : throw new InvalidDataException($"The input of task number {seq} is missing.");
    });

    /// <summary>The task's finished steps, in the order in which they finished.</summary>
    public virtual IReadOnlyList<JournalEntry> Journal(long seq) => database.Read(session =>
    {
        using var rows = session.Query(
            "SELECT ordinal, position, step, result FROM journal WHERE seq = ? ORDER BY ordinal", seq);
        var entries = new List<JournalEntry>();
        while (rows.Read())
        {
            entries.Add(new JournalEntry(rows.Long(0), rows.Int(1), rows.Text(2), rows.Blob(3)));
        }

        return entries;
    });

    private static long LastRowId(LocalSession session)
    {
        using var rows = session.Query("SELECT last_insert_rowid()");
        rows.Read();
        return rows.Long(0);
    }

    private static TaskRow RowOf(SqlRows rows)
    {
        var state = rows.Text(2);
        var progress = rows.IsNull(10)
            ? new WorkflowProgress()
            : JsonSerializer.Deserialize(rows.Bytes(10), CoreJson.Default.WorkflowProgress)!;
        var snapshot = new TaskSnapshot
        {
            TaskId = rows.Text(1),
            State = state == "open" ? TaskState.Pending : Enum.Parse<TaskState>(state, ignoreCase: true),
            CreatedAt = rows.Time(3),
            UpdatedAt = rows.Time(4),
            ShortId = rows.Text(5),
            UserId = rows.Text(6),
            Title = rows.Text(7),
            SceneCount = rows.Int(8),
            RequestHash = rows.Text(9),
            Progress = progress,
            Result = rows.IsNull(11)
                ? null
                : JsonSerializer.Deserialize(rows.Bytes(11), CoreJson.Default.SaveScenarioResult),
            Error = progress.Error,
        };
        return new TaskRow(rows.Long(0), state == "open", snapshot);
    }

    private static string NameOf(TaskState state) => state switch
    {
        TaskState.Completed => "completed",
        TaskState.Failed => "failed",
        TaskState.Cancelled => "cancelled",
        _ => "open",
    };
}
