using System.Text.Json.Serialization;
using Newtonsoft.Json.Linq;
using ScenarioFunctions.Core.Json;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Core.Tasks;
using Supabase.Postgrest.Attributes;
using Supabase.Postgrest.Models;

namespace ScenarioFunctions.Supabase;

/// <summary>The table <c>scenario_tasks</c>, through the functions of its migration.</summary>
internal sealed class SupabaseTaskIndex(SupabaseDatabase database) : ITaskIndex
{
    public async Task<IReadOnlyList<string>> RecordAsync(
        string hub, IReadOnlyList<IndexedTask> tasks, CancellationToken cancellationToken)
    {
        var call = new RecordTasksCall { Hub = hub, Tasks = IndexedTaskRow.ToJson(tasks) };
        var answer = await database.InvokeAsync("Recording tasks in the index", call, cancellationToken);
        return StoredJson.Read(answer, TaskIndexJson.Default.MissingTasks).Missing;
    }

    public async Task<IndexedTasks> ListAsync(
        string hub, TaskQuery query, (DateTimeOffset CreatedAt, string TaskId)? after, int count, CancellationToken cancellationToken)
    {
        var call = new ListTasksCall
        {
            Hub = hub,
            State = query.State is { } state ? IndexedTaskRow.NameOf(state.IsFinal() ? state : null) : "",
            UserId = query.UserId ?? "",
            Before = after is { } place ? SupabaseDatabase.Text(place.CreatedAt) : "",
            BeforeId = after?.TaskId ?? "",
            MaxCount = count,
        };
        return Read(await database.InvokeAsync("Listing tasks from the index", call, cancellationToken));
    }

    public async Task<IndexedTasks> TakeOpenAsync(string hub, int count, CancellationToken cancellationToken)
    {
        var call = new CheckTasksCall { Hub = hub, MaxCount = count };
        return Read(await database.InvokeAsync("Reading the open tasks of the index", call, cancellationToken));
    }

    public Task ForgetAsync(string hub, IReadOnlyList<IndexedTask> tasks, CancellationToken cancellationToken) => database.InvokeAsync(
        "Removing tasks from the index", new ForgetTasksCall { Hub = hub, Tasks = IndexedTaskRow.ToJson(tasks) }, cancellationToken);

    public Task CompleteAsync(string hub, CancellationToken cancellationToken) =>
        database.InvokeAsync("Completing the index of tasks", new CompleteTasksCall { Hub = hub }, cancellationToken);

    private static IndexedTasks Read(string answer)
    {
        var found = StoredJson.Read(answer, TaskIndexJson.Default.IndexedTaskRows);
        return new IndexedTasks([.. found.Tasks.Select(row => row.ToTask())], found.IsComplete);
    }
}

/// <summary>A row of <c>scenario_tasks</c>.</summary>
internal sealed record IndexedTaskRow(
    string TaskId, string? UserId, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, string State, bool IsOld = false)
{
    /// <summary>The state of a task that was not seen to have ended.</summary>
    private const string Open = "open";

    public static string NameOf(TaskState? end) => EnumNames.Of(end) ?? Open;

    public static JToken ToJson(IReadOnlyList<IndexedTask> tasks) => StoredJson.Write(
        [.. tasks.Select(task => new IndexedTaskRow(task.TaskId, task.UserId, task.CreatedAt, task.UpdatedAt, NameOf(task.End)))],
        TaskIndexJson.Default.IReadOnlyListIndexedTaskRow);

    /// <exception cref="StorageException">The row has a state that the service does not know; another program wrote it.</exception>
    public IndexedTask ToTask() => new(TaskId, CreatedAt, UpdatedAt, EndOf(State)) { UserId = UserId, IsOld = IsOld };

    private static TaskState? EndOf(string state) => state == Open ? null
        : EnumNames.TryParse<TaskState>(state, out var end) ? end
        : throw new StorageException($"A task in the index has the state '{state}'.", isTransient: false);
}

/// <summary>The answer of <c>list_scenario_tasks</c> and <c>check_scenario_tasks</c>.</summary>
internal sealed record IndexedTaskRows(bool IsComplete, IReadOnlyList<IndexedTaskRow> Tasks);

/// <summary>The answer of <c>record_scenario_tasks</c>.</summary>
internal sealed record MissingTasks(IReadOnlyList<string> Missing);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IndexedTaskRows))]
[JsonSerializable(typeof(IReadOnlyList<IndexedTaskRow>))]
[JsonSerializable(typeof(MissingTasks))]
internal sealed partial class TaskIndexJson : JsonSerializerContext;

/// <summary>The named arguments of an SQL function: see <see cref="SupabaseDatabase.InvokeAsync"/>.</summary>
internal abstract class TaskIndexCall : BaseModel
{
    [Column("hub")]
    public string? Hub { get; set; }
}

[Table("rpc/record_scenario_tasks")]
internal sealed class RecordTasksCall : TaskIndexCall
{
    [Column("tasks")]
    public JToken? Tasks { get; set; }
}

[Table("rpc/forget_scenario_tasks")]
internal sealed class ForgetTasksCall : TaskIndexCall
{
    [Column("tasks")]
    public JToken? Tasks { get; set; }
}

[Table("rpc/check_scenario_tasks")]
internal sealed class CheckTasksCall : TaskIndexCall
{
    [Column("max_count")]
    public int MaxCount { get; set; }
}

[Table("rpc/complete_scenario_tasks")]
internal sealed class CompleteTasksCall : TaskIndexCall;

/// <summary>Empty text means any state, all users, or the first page.</summary>
[Table("rpc/list_scenario_tasks")]
internal sealed class ListTasksCall : TaskIndexCall
{
    [Column("state")]
    public string? State { get; set; }

    [Column("user_id")]
    public string? UserId { get; set; }

    [Column("before")]
    public string? Before { get; set; }

    [Column("before_id")]
    public string? BeforeId { get; set; }

    [Column("max_count")]
    public int MaxCount { get; set; }
}
