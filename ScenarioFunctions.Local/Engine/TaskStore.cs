using System.Text.Json;
using Dapper;
using ScenarioFunctions.Core.Json;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Core.Workflow;
using ScenarioFunctions.Local.Storage;

namespace ScenarioFunctions.Local.Engine;

/// <summary>The tasks and their journals in the database. When a write returns, it is on disk.</summary>
internal class TaskStore(LocalDatabase database)
{
    /// <summary>The end of the task with this id can be reported to its callback.</summary>
    public event Action<string>? CallbackDue;

    public void ReportEnd(TaskSnapshot task)
    {
        if (task.Callback is not null)
        {
            CallbackDue?.Invoke(task.TaskId);
        }
    }

    /// <returns>The new task's seq; null when a task with this id already exists.</returns>
    public virtual Task<long?> InsertAsync(TaskSnapshot task, byte[] input, CancellationToken cancellationToken)
    {
        var progress = task.Progress.Scenes.Count == 0
            ? null
            : JsonSerializer.SerializeToUtf8Bytes(task.Progress, CoreJson.Default.WorkflowProgress);
        return database.WriteAsync<long?>(
            connection =>
            {
                var inserted = connection.ExecutePrepared(
                    """
                    INSERT INTO tasks
                        (task_id, task_type, created_at, updated_at, short_id, user_id, title, scene_count, request_hash, progress, callback,
                         workflow_version)
                    VALUES (@id, @type, @created, @updated, @short, @user, @title, @scenes, @hash, @progress, @callback, @version)
                    ON CONFLICT (task_id) DO NOTHING
                    """,
                    ("@id", task.TaskId), ("@type", task.TaskType), ("@created", task.CreatedAt), ("@updated", task.UpdatedAt),
                    ("@short", task.ShortId), ("@user", task.UserId), ("@title", task.Title),
                    ("@scenes", task.SceneCount), ("@hash", task.RequestHash), ("@progress", progress),
                    ("@callback", task.Callback is null ? null : JsonSerializer.SerializeToUtf8Bytes(task.Callback, CoreJson.Default.TaskCallback)),
                    ("@version", task.WorkflowVersion));
                if (inserted == 0)
                {
                    return null;
                }

                var seq = connection.LastInsertRowId;
                connection.ExecutePrepared(
                    "INSERT INTO task_inputs (seq, input) VALUES (@seq, @input)", ("@seq", seq), ("@input", input));
                return seq;
            },
            cancellationToken);
    }

    /// <summary>Records a finished step. Repeating it does no harm, as a failed attempt may have been written.</summary>
    public virtual Task AppendAsync(long seq, JournalEntry entry) => database.WriteAsync(connection => connection.ExecutePrepared(
        """
        INSERT INTO journal (seq, ordinal, position, step, result)
        VALUES (@seq, @ordinal, @position, @step, @result) ON CONFLICT DO NOTHING
        """,
        ("@seq", seq), ("@ordinal", entry.Ordinal), ("@position", entry.Position), ("@step", entry.Step), ("@result", entry.Result)));

    /// <summary>Records a task's end. Removes the input and the journal of a completed task, as nobody needs them any more.</summary>
    /// <returns>Whether the task was still open.</returns>
    public virtual Task<bool> EndAsync(long seq, TaskSnapshot task, bool settled)
    {
        var progress = JsonSerializer.SerializeToUtf8Bytes(task.Progress, CoreJson.Default.WorkflowProgress);
        var result = task.Result is null
            ? null
            : JsonSerializer.SerializeToUtf8Bytes(task.Result, CoreJson.Default.SaveScenarioResult);
        return database.WriteAsync(connection =>
        {
            var ended = connection.ExecutePrepared(
                """
                UPDATE tasks SET state = @state, settled = @settled, updated_at = @updated, progress = @progress, result = @result
                WHERE seq = @seq AND state = 'open'
                """,
                ("@state", NameOf(task.State)), ("@settled", settled), ("@updated", task.UpdatedAt),
                ("@progress", progress), ("@result", result), ("@seq", seq)) > 0;
            if (ended && task.Callback is { } callback)
            {
                connection.ExecutePrepared(
                    "INSERT OR REPLACE INTO webhooks (seq, run) VALUES (@seq, @run)", ("@seq", seq), ("@run", callback.Run));
            }

            if (ended && task.State == TaskState.Completed)
            {
                connection.ExecutePrepared("DELETE FROM journal WHERE seq = @seq", ("@seq", seq));
                connection.ExecutePrepared("DELETE FROM task_inputs WHERE seq = @seq", ("@seq", seq));
            }

            return ended;
        });
    }

    /// <summary>
    /// Opens a failed task again, at the steps that failed. The release of its credits came after that, and is repeated; its input
    /// says that it is continued, so that they are held again.
    /// </summary>
    /// <returns>Whether it was failed still.</returns>
    public virtual Task<bool> ReopenAsync(long seq, DateTimeOffset now) => database.WriteAsync(connection =>
    {
        var reopened = connection.Execute(
            """
            UPDATE tasks SET state = 'open', settled = 0, updated_at = @now, progress = NULL,
                callback = CAST(json_set(CAST(callback AS TEXT), '$.run', 1 + coalesce(json_extract(CAST(callback AS TEXT), '$.run'), 0)) AS BLOB)
            WHERE seq = @seq AND state = 'failed'
            """,
            new { seq, now }) > 0;
        if (reopened)
        {
            connection.Execute(
                """
                DELETE FROM journal
                WHERE seq = @seq AND (step = 'ReleaseCredits' OR json_extract(CAST(result AS TEXT), '$.error') IS NOT NULL);
                UPDATE task_inputs SET input = json_set(CAST(input AS TEXT), '$.is_resumed', json('true'))
                WHERE seq = @seq AND json_valid(CAST(input AS TEXT));
                DELETE FROM webhooks WHERE seq = @seq
                """,
                new { seq });
        }

        return reopened;
    });

    /// <summary>Records that none of the task's steps is running any more.</summary>
    public virtual Task SettleAsync(long seq) => database.WriteAsync(connection =>
        connection.Execute("UPDATE tasks SET settled = 1 WHERE seq = @seq", new { seq }));

    /// <summary>The seqs of tasks that ended before <paramref name="time"/>, and whose end is not still to be reported; oldest first.</summary>
    public virtual IReadOnlyList<long> EndedBefore(DateTimeOffset time, int limit) => database.Read(connection => connection
        .Query<long>(
            """
            SELECT seq FROM tasks WHERE settled = 1 AND updated_at < @time
                AND NOT EXISTS (SELECT 1 FROM webhooks WHERE webhooks.seq = tasks.seq AND status = 'pending')
            ORDER BY seq LIMIT @limit
            """,
            new { time, limit })
        .AsList());

    /// <summary>Removes those of the tasks that are settled, with everything recorded about them.</summary>
    /// <returns>How many were removed, and the seq of the last task that is left; 0 when there is none.</returns>
    public virtual Task<(int Removed, long LastSeq)> RemoveAsync(IReadOnlyList<long> tasks, CancellationToken cancellationToken) =>
        database.WriteAsync(
            connection =>
            {
                var ended = connection.Query<long>("SELECT seq FROM tasks WHERE seq IN @tasks AND settled = 1", new { tasks }).AsList();
                connection.Execute(
                    """
                    DELETE FROM journal WHERE seq IN @ended;
                    DELETE FROM task_inputs WHERE seq IN @ended;
                    DELETE FROM webhooks WHERE seq IN @ended;
                    DELETE FROM tasks WHERE seq IN @ended;
                    """,
                    new { ended });
                return (ended.Count, connection.ExecuteScalar<long>("SELECT coalesce(max(seq), 0) FROM tasks"));
            },
            cancellationToken);

    public virtual TaskRow? Find(string taskId) => database.Read(connection => connection
        .QuerySingleOrDefault<TaskRecord>("SELECT * FROM tasks WHERE task_id = @taskId", new { taskId })?.ToRow());

    /// <summary>
    /// The query's rows before <paramref name="before"/>, newest first. On disk, pending and running are both open.
    /// </summary>
    public virtual IReadOnlyList<TaskRow> List(long before, TaskQuery query, int limit)
    {
        var ofUser = query.UserId is null ? "" : "user_id = @userId AND ";
        var inState = query.State is null ? ""
            : query.UserId is null ? "state = @state AND "
            : "+state = @state AND "; // the plus keeps SQLite to the index of users: a user's rows are fewer than a state's
        var values = new { userId = query.UserId, state = query.State is { } state ? NameOf(state) : null, before, limit };
        return database.Read<IReadOnlyList<TaskRow>>(connection => [.. connection
            .Query<TaskRecord>($"SELECT * FROM tasks WHERE {ofUser}{inState}seq < @before ORDER BY seq DESC LIMIT @limit", values)
            .Select(record => record.ToRow())]);
    }

    /// <summary>How many of a user's tasks have not ended.</summary>
    public virtual int CountOpen(string userId) => database.Read(connection => connection.ExecuteScalar<int>(
        "SELECT count(*) FROM tasks WHERE user_id = @userId AND state = 'open'", new { userId }));

    /// <summary>How many tasks of each version of the workflow have not ended.</summary>
    public virtual IReadOnlyDictionary<int, int> CountOpenByVersion() => database.Read(connection => connection
        .Query<(int Version, int Count)>("SELECT workflow_version, count(*) FROM tasks WHERE state = 'open' GROUP BY 1")
        .ToDictionary(row => row.Version, row => row.Count));

    /// <summary>The ids of the tasks that a restart has to continue, oldest first.</summary>
    public virtual IReadOnlyList<string> Unsettled() => database.Read(connection =>
        connection.Query<string>("SELECT task_id FROM tasks WHERE settled = 0 ORDER BY seq").AsList());

    /// <summary>The last task's seq; 0 when there is none.</summary>
    public virtual long LastSeq() => database.Read(connection =>
        connection.ExecuteScalar<long>("SELECT coalesce(max(seq), 0) FROM tasks"));

    public virtual SaveScenarioInput Input(long seq) => database.Read(connection =>
        connection.ExecuteScalar<byte[]>("SELECT CAST(input AS BLOB) FROM task_inputs WHERE seq = @seq", new { seq }) is { } input
            ? JsonSerializer.Deserialize(input, CoreJson.Default.SaveScenarioInput)!
            : throw new InvalidDataException($"The input of task number {seq} is missing."));

    /// <summary>The task's finished steps, in the order in which they finished.</summary>
    public virtual IReadOnlyList<JournalEntry> Journal(long seq) => database.Read<IReadOnlyList<JournalEntry>>(
        connection => [.. connection
            .Query<(long Ordinal, int Position, string Step, byte[] Result)>(
                "SELECT ordinal, position, step, result FROM journal WHERE seq = @seq ORDER BY ordinal", new { seq })
            .Select(row => new JournalEntry(row.Ordinal, row.Position, row.Step, row.Result))]);

    private static string NameOf(TaskState state) => state.IsFinal() ? EnumNames.Of(state) : "open";

    private sealed class TaskRecord
    {
        public long Seq { get; init; }
        public string TaskId { get; init; } = "";
        public string TaskType { get; init; } = "";
        public string State { get; init; } = "";
        public bool Settled { get; init; }
        public DateTimeOffset CreatedAt { get; init; }
        public DateTimeOffset UpdatedAt { get; init; }
        public string ShortId { get; init; } = "";
        public string UserId { get; init; } = "";
        public string Title { get; init; } = "";
        public int SceneCount { get; init; }
        public string RequestHash { get; init; } = "";
        public byte[]? Progress { get; init; }
        public byte[]? Result { get; init; }
        public byte[]? Callback { get; init; }
        public int WorkflowVersion { get; init; }

        public TaskRow ToRow()
        {
            var isOpen = State == "open";
            var progress = Progress is null
                ? new WorkflowProgress()
                : JsonSerializer.Deserialize(Progress, CoreJson.Default.WorkflowProgress)!;
            var snapshot = new TaskSnapshot
            {
                TaskId = TaskId,
                TaskType = TaskType,
                WorkflowVersion = WorkflowVersion,
                State = isOpen ? TaskState.Pending : EnumNames.Parse<TaskState>(State),
                CreatedAt = CreatedAt,
                UpdatedAt = UpdatedAt,
                ShortId = ShortId,
                UserId = UserId,
                Title = Title,
                SceneCount = SceneCount,
                RequestHash = RequestHash,
                Callback = Callback is null ? null : JsonSerializer.Deserialize(Callback, CoreJson.Default.TaskCallback),
                Progress = progress,
                Result = Result is null ? null : JsonSerializer.Deserialize(Result, CoreJson.Default.SaveScenarioResult),
                Error = progress.Error,
            };
            return new TaskRow(Seq, isOpen, Settled, snapshot);
        }
    }
}
