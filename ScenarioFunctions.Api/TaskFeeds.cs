using Microsoft.Extensions.Logging;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Tasks;

namespace ScenarioFunctions.Api;

/// <summary>
/// The feeds of the tasks that are followed now. One read of the engine serves all followers of a task. A feed stays for a while
/// after its last follower has left, so that a follower who lost the connection finds it again.
/// </summary>
internal sealed partial class TaskFeeds(
    ITaskEngine engine, TaskResources resources, TimeProvider time, ILogger<TaskFeeds> logger)
{
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);

    /// <summary>What scenes wait for changes with every poll of RunwayML, but is not sent more often than this.</summary>
    private static readonly TimeSpan WaitsInterval = TimeSpan.FromSeconds(1);

    private readonly Dictionary<(string Base, string TaskId), Entry> entries = [];

    /// <summary>Joins a task's feed until the result is disposed.</summary>
    /// <param name="baseUrl">The base of the images' URLs.</param>
    /// <param name="taskId">A task that exists.</param>
    public Follower Follow(string baseUrl, string taskId)
    {
        lock (entries)
        {
            if (!entries.TryGetValue((baseUrl, taskId), out var entry))
            {
                entry = new Entry();
                entries.Add((baseUrl, taskId), entry);
                entry.Run = Task.Run(() => RunAsync(entry, baseUrl, taskId));
            }

            entry.Followers++;
            return new Follower(entry.Feed, () => _ = LeaveAsync(baseUrl, taskId, entry));
        }
    }

    private async Task RunAsync(Entry entry, string baseUrl, string taskId)
    {
        var stop = entry.Stop.Token;
        var hasEnded = false;
        try
        {
            while (true)
            {
                try
                {
                    if (await engine.FindAsync(taskId, stop) is not { } task)
                    {
                        return;
                    }

                    var resource = await resources.ReadWholeAsync(baseUrl, task, stop);
                    entry.Feed.Publish(resource);
                    if (task.State.IsFinal())
                    {
                        hasEnded = true;
                        return;
                    }

                    await TellWaitsUntilAsync(engine.WaitForChangeAsync(task, stop), entry.Feed, resource, stop);
                }
                catch (EngineUnavailableException)
                {
                    await Task.Delay(RetryPause, time, stop);
                }
            }
        }
        catch (Exception exception) when (!stop.IsCancellationRequested)
        {
            Broken(logger, exception, taskId);
        }
        catch (OperationCanceledException)
        {
            // There are no followers any more.
        }
        finally
        {
            entry.Feed.End();
            if (!hasEnded)
            {
                Forget(baseUrl, taskId, entry); // who comes again gets another
            }
        }
    }

    private async Task TellWaitsUntilAsync(Task change, TaskFeed feed, TaskResource told, CancellationToken stop)
    {
        while (told.Scenes.Any(scene => scene.Status == SceneStatus.Generating)
            && await Task.WhenAny(change, Task.Delay(WaitsInterval, time, stop)) != change)
        {
            if (resources.WithWaits(told) is var now && now != told)
            {
                feed.Publish(told = now);
            }
        }

        await change;
    }

    private async Task LeaveAsync(string baseUrl, string taskId, Entry entry)
    {
        int left;
        lock (entries)
        {
            entry.Followers--;
            left = ++entry.Leaves;
        }

        await Task.Delay(Linger, time);
        lock (entries)
        {
            if (entry.Followers > 0 || entry.Leaves != left)
            {
                return;
            }

        }

        Forget(baseUrl, taskId, entry);
        await entry.Stop.CancelAsync();
        await entry.Run;
        entry.Stop.Dispose();
    }

    private void Forget(string baseUrl, string taskId, Entry entry)
    {
        lock (entries)
        {
            if (entries.GetValueOrDefault((baseUrl, taskId)) == entry)
            {
                entries.Remove((baseUrl, taskId));
            }
        }
    }

    [LoggerMessage(120, LogLevel.Error, "Task {TaskId}: its events could not be read any more")]
    private static partial void Broken(ILogger logger, Exception exception, string taskId);

    /// <summary>A follower of a task.</summary>
    public sealed class Follower(TaskFeed feed, Action leave) : IDisposable
    {
        public TaskFeed Feed => feed;

        public void Dispose() => leave();
    }

    private sealed class Entry
    {
        public TaskFeed Feed { get; } = new();

        public CancellationTokenSource Stop { get; } = new();

        public Task Run { get; set; } = Task.CompletedTask;

        public int Followers { get; set; }

        /// <summary>How many followers have left: only the last one closes the feed.</summary>
        public int Leaves { get; set; }
    }
}
