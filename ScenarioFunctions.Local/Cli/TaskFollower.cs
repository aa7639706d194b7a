using ScenarioFunctions.Api;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Tasks;

namespace ScenarioFunctions.Local.Cli;

/// <summary>Follows a task through the API.</summary>
internal sealed class TaskFollower(CliEnvironment environment, ServerLink link, string taskId)
{
    private TaskReading? last;

    /// <summary>Polls until the task has ended.</summary>
    /// <param name="changed">Called with the task at first and after every change.</param>
    /// <param name="cancellationToken">Ends the polling, not the task.</param>
    public Task<TaskReading> UntilEndedAsync(Action<TaskResource> changed, CancellationToken cancellationToken) =>
        WatchAsync(task => task.Status.IsFinal(), changed, cancellationToken);

    /// <summary>Cancels the task and waits until its scenes have ended, up to <see cref="CliPatience.Cancel"/>.</summary>
    public async Task<TaskReading> CancelAsync()
    {
        using var patience = new CancellationTokenSource(environment.Patience.Cancel, environment.Time);
        try
        {
            await link.AskAsync(
                async api =>
                {
                    await api.CancelAsync(taskId, patience.Token);
                    return taskId;
                },
                patience.Token);
            return await WatchAsync(
                task => task.Status.IsFinal() && task.Scenes.All(scene => scene.Status != SceneStatus.Generating),
                _ => { },
                patience.Token);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            // The report shows the scenes that are still open.
            return last ?? throw new CliException(
                ExitCodes.Failed, $"It is not known whether task {taskId} is cancelled: the server did not answer.");
        }
    }

    private async Task<TaskReading> WatchAsync(
        Func<TaskResource, bool> isEnough, Action<TaskResource> changed, CancellationToken cancellationToken)
    {
        while (true)
        {
            var before = last;
            last = await link.AskAsync(
                api => api.ReadTaskAsync(taskId, before, cancellationToken), cancellationToken);
            if (!ReferenceEquals(before, last))
            {
                changed(last.Task);
            }

            if (isEnough(last.Task))
            {
                return last;
            }

            await Task.Delay(Pause(last), environment.Time, cancellationToken);
        }
    }

    private TimeSpan Pause(TaskReading reading) =>
        reading.RetryAfter is { } asked && asked < environment.Patience.Poll ? asked : environment.Patience.Poll;
}
