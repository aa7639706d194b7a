using System.Collections.Concurrent;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Core.Workflow;

namespace ScenarioFunctions.Tests.Infrastructure.Api;

/// <summary>Keeps tasks and runs nothing.</summary>
internal sealed class FakeTaskEngine(TimeProvider time) : ITaskEngine
{
    private readonly ConcurrentDictionary<string, TaskSnapshot> tasks = new();

    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ConcurrentDictionary<string, SaveScenarioInput> Started { get; } = new();

    public Exception? Failure { get; set; }

    public TaskQuery? LastQuery { get; private set; }

    public Func<CancellationToken, Task>? BeforeFind { get; set; }

    public void Put(TaskSnapshot task) => tasks[task.TaskId] = task;

    public void Change(string taskId, Func<TaskSnapshot, TaskSnapshot> change)
    {
        tasks[taskId] = change(tasks[taskId]);
        Interlocked.Exchange(ref changed, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
    }

    public Task<TaskSnapshot> StartAsync(string taskId, SaveScenarioInput input, CancellationToken cancellationToken)
    {
        ThrowIfFailing();
        return Task.FromResult(tasks.GetOrAdd(taskId, id =>
        {
            Started[id] = input;
            return New(id, input);
        }));
    }

    public Task<IReadOnlyDictionary<int, int>> CountOpenByVersionAsync(CancellationToken cancellationToken)
    {
        ThrowIfFailing();
        return Task.FromResult<IReadOnlyDictionary<int, int>>(
            tasks.Values.Where(task => !task.State.IsFinal()).CountBy(task => task.WorkflowVersion).ToDictionary());
    }

    public async Task<TaskSnapshot?> FindAsync(string taskId, CancellationToken cancellationToken)
    {
        ThrowIfFailing();
        await (BeforeFind?.Invoke(cancellationToken) ?? Task.CompletedTask);
        return tasks.GetValueOrDefault(taskId);
    }

    public Task<int> CountOpenAsync(string userId, CancellationToken cancellationToken)
    {
        ThrowIfFailing();
        return Task.FromResult(tasks.Values.Count(task => task.UserId == userId && !task.State.IsFinal()));
    }

    public async Task WaitForChangeAsync(TaskSnapshot known, CancellationToken cancellationToken)
    {
        for (var signal = changed; tasks.GetValueOrDefault(known.TaskId) == known; signal = changed)
        {
            await signal.Task.WaitAsync(cancellationToken);
        }
    }

    public Task<TaskPage> ListAsync(TaskQuery query, CancellationToken cancellationToken)
    {
        ThrowIfFailing();
        LastQuery = query;
        return query.Cursor is null or "page-2"
            ? Task.FromResult(new TaskPage(
                [.. tasks.Values.OrderBy(task => task.TaskId).Where(query.Matches).Skip(query.Cursor is null ? 0 : query.Limit).Take(query.Limit)],
                query.Cursor is null ? "page-2" : null))
            : throw new InvalidCursorException();
    }

    public Task<TaskSnapshot?> CancelAsync(string taskId, CancellationToken cancellationToken)
    {
        ThrowIfFailing();
        if (tasks.TryGetValue(taskId, out var task) && !task.State.IsFinal())
        {
            Change(taskId, found => found with { State = TaskState.Cancelled });
        }

        return Task.FromResult(tasks.GetValueOrDefault(taskId));
    }

    public Task<int> ForgetAsync(DateTimeOffset endedBefore, CancellationToken cancellationToken)
    {
        ThrowIfFailing();
        return Task.FromResult(tasks.Count(task =>
            task.Value.State.IsFinal() && task.Value.UpdatedAt < endedBefore && tasks.TryRemove(task)));
    }

    public Task<TaskSnapshot?> ResumeAsync(string taskId, CancellationToken cancellationToken)
    {
        ThrowIfFailing();
        if (tasks.TryGetValue(taskId, out var task) && task.State == TaskState.Failed)
        {
            Change(taskId, found => found with { State = TaskState.Running });
        }

        return Task.FromResult(tasks.GetValueOrDefault(taskId));
    }

    private void ThrowIfFailing()
    {
        if (Failure is not null)
        {
            throw Failure;
        }
    }

    private TaskSnapshot New(string taskId, SaveScenarioInput input) => new()
    {
        TaskId = taskId,
        TaskType = TaskTypes.Of(input),
        State = TaskState.Pending,
        CreatedAt = time.GetUtcNow(),
        UpdatedAt = time.GetUtcNow(),
        ShortId = input.ShortId,
        UserId = input.UserId,
        Title = input.Scenario.Details.Title,
        SceneCount = input.Scenario.Scenes.Count,
        RequestHash = input.RequestHash,
        Callback = input.Callback,
        Progress = Workflows.FirstProgress(input),
    };
}
