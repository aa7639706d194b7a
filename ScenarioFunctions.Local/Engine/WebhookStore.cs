using Dapper;
using ScenarioFunctions.Core.Json;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Core.Webhooks;
using ScenarioFunctions.Local.Storage;

namespace ScenarioFunctions.Local.Engine;

/// <summary>The deliveries in the database. <see cref="TaskStore"/> writes the first state of each together with the task's end.</summary>
internal sealed class WebhookStore(LocalDatabase database) : IWebhooks
{
    /// <summary>The task with this id has a webhook to send at once.</summary>
    public event Action<string>? Due;

    public Task<WebhookDelivery?> FindAsync(TaskSnapshot task, CancellationToken cancellationToken) =>
        Task.FromResult(Find(task.TaskId)?.Delivery);

    public async Task SendAgainAsync(TaskSnapshot task, CancellationToken cancellationToken)
    {
        await database.WriteAsync(
            connection => connection.Execute(
                """
                UPDATE webhooks SET status = 'pending', attempts = 0, next_attempt_at = NULL
                WHERE seq = (SELECT seq FROM tasks WHERE task_id = @taskId) AND run = @run
                """,
                new { taskId = task.TaskId, run = task.Callback!.Run }),
            cancellationToken);
        Due?.Invoke(task.TaskId);
    }

    /// <summary>The tasks whose webhooks are not delivered yet, oldest first.</summary>
    public IReadOnlyList<string> Pending() => database.Read(connection => connection.Query<string>(
        "SELECT task_id FROM webhooks JOIN tasks USING (seq) WHERE status = 'pending' ORDER BY seq").AsList());

    public StoredWebhook? Find(string taskId) => database.Read(connection => connection
        .QuerySingleOrDefault<Record>("SELECT webhooks.* FROM webhooks JOIN tasks USING (seq) WHERE task_id = @taskId", new { taskId })
        ?.ToWebhook());

    /// <summary>Records the state after an attempt, unless the task was continued or its webhook sent again in the meantime.</summary>
    /// <param name="before">As it was read before the try.</param>
    /// <param name="after">As it is now.</param>
    public Task RecordAsync(StoredWebhook before, WebhookDelivery after) => database.WriteAsync(connection => connection.Execute(
        """
        UPDATE webhooks SET status = @status, attempts = @attempts, last_attempt_at = @last, next_attempt_at = @next, error = @error
        WHERE seq = @seq AND run = @run AND status = 'pending' AND attempts = @attemptsBefore
        """,
        new
        {
            seq = before.Seq,
            run = before.Run,
            attemptsBefore = before.Delivery.Attempts,
            status = EnumNames.Of(after.Status),
            attempts = after.Attempts,
            last = after.LastAttemptAt,
            next = after.NextAttemptAt,
            error = after.Error,
        }));

    private sealed class Record
    {
        public long Seq { get; init; }
        public int Run { get; init; }
        public string Status { get; init; } = "";
        public int Attempts { get; init; }
        public DateTimeOffset? LastAttemptAt { get; init; }
        public DateTimeOffset? NextAttemptAt { get; init; }
        public string? Error { get; init; }

        public StoredWebhook ToWebhook() => new(Seq, Run, new WebhookDelivery
        {
            Status = EnumNames.Parse<WebhookStatus>(Status),
            Attempts = Attempts,
            LastAttemptAt = LastAttemptAt,
            NextAttemptAt = NextAttemptAt,
            Error = Error,
        });
    }
}

/// <summary>A task's webhook as it is on disk.</summary>
internal sealed record StoredWebhook(long Seq, int Run, WebhookDelivery Delivery);
