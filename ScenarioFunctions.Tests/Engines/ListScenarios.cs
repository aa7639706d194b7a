using System.Text.Json;
using ScenarioFunctions.Chaos;
using ScenarioFunctions.Chaos.Storm;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Tests.Engines.Scenarios;

namespace ScenarioFunctions.Tests.Engines;

/// <summary>What the list shows of tasks, against what each shows alone, on either engine.</summary>
public abstract class ListScenarios(EngineHost host) : EngineScenarios(host)
{
    [Fact]
    public async Task A_task_is_listed_as_it_is_shown_alone_whatever_its_state()
    {
        await StartAsync("completed");
        await UntilAsync("completed", TaskState.Completed);
        Backend.Before = act => act == "save_scenes" ? throw new StorageException("no", isTransient: false) : Task.CompletedTask;
        await StartAsync("failed");
        await UntilAsync("failed", TaskState.Failed);
        Backend.Before = act => act == "hold" ? new TaskCompletionSource().Task : Task.CompletedTask;
        await StartAsync("cancelled");
        await UntilAsync("cancelled", TaskState.Running, percent: 65);
        await Host.Engine.CancelAsync("cancelled", Stop);
        await StartAsync("running");
        await UntilAsync("running", TaskState.Running, percent: 65);

        var listed = await ListAsync(null);

        Assert.Equal(["cancelled", "completed", "failed", "running"], listed.Select(task => task.TaskId).Order());
        foreach (var task in listed)
        {
            Assert.Equal(Json((await Host.Engine.FindAsync(task.TaskId, Stop))!), Json(task));
            Assert.Equal(task.TaskId, task.State.ToString().ToLowerInvariant());
            Assert.Equal(Json(task), Json(Assert.Single(await ListAsync(task.State))));
        }
    }

    [Fact]
    public async Task A_task_never_goes_back_whether_it_is_seen_alone_or_in_the_list()
    {
        string[] ids = [.. Enumerable.Range(1, 40).Select(number => $"task-{number}")];
        var last = new Dictionary<string, TaskSnapshot>();
        foreach (var id in ids)
        {
            await StartAsync(id);
            See(last, await ListAsync(null));
        }

        await Patience.UntilAsync(
            async () =>
            {
                See(last, await ListAsync(null));
                foreach (var id in ids.Where(id => !last[id].State.IsFinal()))
                {
                    See(last, [(await Host.Engine.FindAsync(id, Stop))!]);
                }

                return ids.All(id => last[id].State.IsFinal());
            },
            () => $"{last.Values.Count(task => !task.State.IsFinal())} tasks have not ended.",
            Stop);

        Assert.All(last.Values, task => Assert.Equal(TaskState.Completed, task.State));
    }

    /// <summary>Maria's tasks lie between Paul's, so that each of her pages has to skip some.</summary>
    [Fact]
    public async Task One_users_tasks_are_listed_page_by_page()
    {
        for (var number = 1; number <= 9; number++)
        {
            await StartAsync($"task-{number}", number % 3 == 0 ? "maria" : "paul");
            await UntilAsync($"task-{number}", TaskState.Completed);
        }

        var pages = new List<string>();
        string? cursor = null;
        do
        {
            var page = await Host.Engine.ListAsync(new TaskQuery(null, 2, cursor) { UserId = "maria" }, Stop);
            pages.Add(string.Join(' ', page.Tasks.Select(task => task.TaskId)));
            cursor = page.NextCursor;
        }
        while (cursor is not null);

        Assert.Equal(["task-9 task-6", "task-3"], pages.Where(page => page.Length > 0));
        Assert.Empty((await Host.Engine.ListAsync(new TaskQuery(null, 2, null) { UserId = "nobody" }, Stop)).Tasks);
    }

    [Fact]
    public async Task One_users_open_tasks_are_counted()
    {
        Backend.Before = act => act == "hold" ? new TaskCompletionSource().Task : Task.CompletedTask;
        foreach (var user in new[] { "maria", "paul", "maria" })
        {
            var id = ScenarioIds.NewTask(user, DateTimeOffset.UnixEpoch);
            await StartAsync(id, user);
            await UntilAsync(id, TaskState.Running, percent: 65);
        }

        var byKey = ScenarioIds.TaskForKey("maria", "order-1");
        await StartAsync(byKey, "maria");

        Assert.Equal(3, await Host.Engine.CountOpenAsync("maria", Stop));
        Assert.Equal(1, await Host.Engine.CountOpenAsync("paul", Stop));
        Assert.Equal(0, await Host.Engine.CountOpenAsync("nobody", Stop));

        await Host.Engine.CancelAsync(byKey, Stop);
        Assert.Equal(2, await Host.Engine.CountOpenAsync("maria", Stop));
    }

    /// <summary>Each move is in the table, of which a look may miss one, and progress does not fall.</summary>
    private static void See(Dictionary<string, TaskSnapshot> last, IReadOnlyList<TaskSnapshot> seen)
    {
        foreach (var task in seen)
        {
            if (last.TryGetValue(task.TaskId, out var before))
            {
                var isAllowed = task.State == before.State
                    || TaskTransitions.IsAllowed(before.State, task.State)
                    || (before.State == TaskState.Pending && TaskTransitions.IsAllowed(TaskState.Running, task.State));
                Assert.True(isAllowed, $"{task.TaskId} went from {before.State} to {task.State}.");
                Assert.InRange(task.Progress.Percent, before.Progress.Percent, 100);
            }

            last[task.TaskId] = task;
        }
    }

    private static string Json(TaskSnapshot task) => JsonSerializer.Serialize(task);

    private Task<TaskSnapshot> StartAsync(string id, string userId = "user_1") =>
        Host.Engine.StartAsync(id, EngineHost.Input(3) with { UserId = userId }, Stop);

    private async Task<IReadOnlyList<TaskSnapshot>> ListAsync(TaskState? state) =>
        (await Host.Engine.ListAsync(new TaskQuery(state, 100, null), Stop)).Tasks;

    private Task UntilAsync(string id, TaskState state, int percent = 0) => Patience.UntilAsync(
        async () => await Host.Engine.FindAsync(id, Stop) is { } task && task.State == state && task.Progress.Percent >= percent,
        () => $"{id} is not {state} after {string.Join(", ", Backend.Acts)}",
        Stop);
}
