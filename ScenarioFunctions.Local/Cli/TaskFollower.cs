using ScenarioFunctions.Api;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Tasks;

namespace ScenarioFunctions.Local.Cli;

/// <summary>Follows tasks through the API.</summary>
internal sealed class TaskFollower(CliEnvironment environment, ServerLink link)
{
    private readonly List<FollowedTask> tasks = [];

    /// <summary>The tasks, in the order in which they were added.</summary>
    public IReadOnlyList<FollowedTask> Tasks => tasks;

    public void Add(string taskId) => tasks.Add(new FollowedTask(taskId));

    /// <summary>Polls until all tasks have ended.</summary>
    /// <param name="changed">Called with the number of the task, from 0, and the task: at first and after every change.</param>
    /// <param name="cancellationToken">Ends the polling, not the tasks.</param>
    public Task UntilEndedAsync(Action<int, TaskResource> changed, CancellationToken cancellationToken) =>
        UntilAsync(task => task.Status.IsFinal(), changed, cancellationToken);

    /// <summary>Cancels the tasks and waits until their scenes have ended, up to <see cref="CliPatience.Cancel"/>.</summary>
    public async Task CancelAsync()
    {
        using var patience = new CancellationTokenSource(environment.Patience.Cancel, environment.Time);
        try
        {
            foreach (var task in tasks.Where(task => task.Last is not { Task.Status: TaskState.Completed or TaskState.Failed }))
            {
                await link.AskAsync(
                    async api =>
                    {
                        await api.CancelAsync(task.TaskId, patience.Token);
                        return task;
                    },
                    patience.Token);
            }

            await UntilAsync(
                task => task.Status.IsFinal() && task.Scenes.All(scene => scene.Status != SceneStatus.Generating),
                (_, _) => { },
                patience.Token);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            // The report shows the scenes that are still open.
            if (tasks.Find(task => task.Last is null) is { } unknown)
            {
                throw new CliException(
                    ExitCodes.Failed, $"It is not known whether task {unknown.TaskId} is cancelled: the server did not answer.");
            }
        }
    }

    private async Task UntilAsync(
        Func<TaskResource, bool> isEnough, Action<int, TaskResource> changed, CancellationToken cancellationToken)
    {
        var start = environment.Time.GetTimestamp();
        while (true)
        {
            var pause = TimeSpan.MaxValue;
            for (var number = 0; number < tasks.Count; number++)
            {
                var task = tasks[number];
                if (task.Last is { } before && before.Task.Status.IsFinal() && isEnough(before.Task))
                {
                    continue;
                }

                var now = await link.AskAsync(
                    api => api.ReadTaskAsync(task.TaskId, task.Last, cancellationToken), cancellationToken);
                var isChanged = !ReferenceEquals(task.Last, now);
                task.Last = now;
                if (isChanged)
                {
                    changed(number, now.Task);
                }

                pause = isEnough(now.Task) ? pause : Shorter(pause, PauseAfter(now, environment.Time.GetElapsedTime(start)));
            }

            if (pause == TimeSpan.MaxValue)
            {
                return;
            }

            await Task.Delay(pause, environment.Time, cancellationToken);
        }
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private TimeSpan PauseAfter(TaskReading reading, TimeSpan elapsed)
    {
        var pause = environment.Patience.PauseAfter(elapsed);
        return reading.RetryAfter is { } asked ? Shorter(asked, pause) : pause;
    }
}

/// <summary>A task that is followed.</summary>
internal sealed class FollowedTask(string taskId)
{
    public string TaskId { get; } = taskId;

    /// <summary>Its state when it was read last; null before that.</summary>
    public TaskReading? Last { get; set; }
}
