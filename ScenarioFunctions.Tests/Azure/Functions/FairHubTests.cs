using System.Collections.Concurrent;
using DurableTask.Core.History;
using Microsoft.Extensions.DependencyInjection;
using ScenarioFunctions.Chaos;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Steps;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Core.Workflow;
using ScenarioFunctions.Tests.Azure.DurableHub;
using ScenarioFunctions.Tests.Engines.Scenarios;

namespace ScenarioFunctions.Tests.Azure.Functions;

/// <summary>Two users on one task hub, whose worker works on as many steps at once as host.json lets it.</summary>
public sealed class FairHubTests : IAsyncLifetime
{
    private const int MaxActivities = 500;
    private const int Concurrency = 20;
    private const int ImagesPerTask = 99;
    private const int Tasks = 10;

    /// <summary>At RunwayML at most: its concurrency, and a quarter more.</summary>
    private const int Ordered = Concurrency + (Concurrency / 4);

    /// <summary>The second user's first scene. A prompt is a number, which names the scene among all tasks.</summary>
    private const int Second = 10_000;

    /// <summary>A step that rests does so for 16 s at least, and a retry waits for 10 s at most.</summary>
    private readonly DurableEngineHost host = new()
    {
        Hub = new MemoryTaskHub { MaxWorkItems = MaxActivities, LongTimer = TimeSpan.FromSeconds(13) },
    };

    /// <summary>The first user's images that RunwayML works on: each ends when the test says so.</summary>
    private readonly ConcurrentQueue<TaskCompletionSource> working = new();
    private readonly TaskCompletionSource everythingEnds = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => host.InitializeAsync();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    /// <summary>
    /// Each place at RunwayML that becomes free goes to the second user, who has none there. If the first user's waiting steps held all of the
    /// worker's places, the second user's steps would not even start.
    /// </summary>
    [Fact]
    public async Task Four_images_of_a_user_come_next_while_another_has_more_images_waiting_than_the_worker_has_places()
    {
        host.Backend.Balance = 100_000;
        host.Backend.Concurrency = Concurrency;
        host.Backend.Before = ActAsync;
        for (var task = 0; task < Tasks; task++)
        {
            await host.Engine.StartAsync($"first-{task}", Input("first", ImagesPerTask, number => (task * 100) + number), Stop);
        }

        await UntilAsync(() => working.Count >= Ordered && Count("find ") >= MaxActivities);
        await UntilAsync(() => IsToldElsewhere($"first-{Tasks - 1}", wait => wait is { For: WaitingFor.Queued, Place: > ImageTurns.Room }));

        await host.Engine.StartAsync("second", Input("second", images: 4, number => Second + number), Stop);
        var waits = host.Functions.GetRequiredService<SceneWaits>();
        await UntilAsync(() => Enumerable.Range(2, 4).All(scene => waits.Find("second", scene)?.For == WaitingFor.Queued));
        for (var ended = 0; ended < 8; ended++) // 4 are enough, unless the hub starts a step twice, which then has two places
        {
            Assert.True(working.TryDequeue(out var image));
            image.SetResult();
        }

        var second = await host.EndOfAsync("second");
        Assert.Equal((TaskState.Completed, 4), (second.State, second.Result?.ImagesGenerated));
    }

    /// <summary>The timer is in the history: a replay asks for it again. It is due at once here, so an image may rest many times.</summary>
    [Fact]
    public async Task Images_whose_turn_is_far_off_rest_outside_the_worker_and_are_all_made_and_paid_once()
    {
        const int ManyTasks = 3;
        host.Hub.LongTimer = TimeSpan.FromHours(1);
        host.Backend.Balance = 100_000;
        host.Backend.Concurrency = Concurrency;
        host.Backend.Before = ActAsync;
        var ids = Enumerable.Range(0, ManyTasks).Select(task => $"task-{task}").ToList();
        foreach (var (task, id) in ids.Index())
        {
            await host.Engine.StartAsync(id, Input("first", ImagesPerTask, number => (task * 100) + number), Stop);
        }

        await UntilAsync(() => ids.Any(id => host.Hub.HistoryOf(id).OfType<TimerFiredEvent>().Any()));
        everythingEnds.SetResult();
        foreach (var id in ids)
        {
            Assert.Equal(ImagesPerTask, (await host.EndOfAsync(id)).Result?.ImagesGenerated);
            ReplayCheck.AssertRepeats(host.Hub.HistoryOf(id), host.Functions);
        }

        const int Images = ManyTasks * ImagesPerTask;
        Assert.Equal((Images, 100_000L - (2 * Images)), (host.Backend.Charges.Count, host.Backend.Balance));
    }

    private static SaveScenarioInput Input(string user, int images, Func<int, int> prompt) => EngineHost.Input(1, images) with
    {
        UserId = user,
        Scenario = new Scenario(
            new ScenarioDetails { Title = "A film", Resolution = "1080:1920" },
            [.. Enumerable.Range(1, images + 1).Select(number => new Scene { SceneNumber = number, ImagePrompt = $"Scene {prompt(number)}" })]),
    };

    private async Task ActAsync(string act)
    {
        if (act.Split(' ') is ["get", var scene] && int.Parse(scene) < Second)
        {
            var image = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            working.Enqueue(image);
            await Task.WhenAny(image.Task, everythingEnds.Task);
        }
    }

    /// <summary>The engine's reads are all that another process of the app has.</summary>
    private bool IsToldElsewhere(string id, Func<SceneWait, bool> isWanted) =>
        host.Engine.FindAsync(id, Stop).GetAwaiter().GetResult()!.Progress.Waiting?.Values.Any(isWanted) == true;

    private int Count(string act) => host.Backend.Acts.Count(one => one.StartsWith(act, StringComparison.Ordinal));

    private Task UntilAsync(Func<bool> isSo) => Patience.UntilAsync(
        () => Task.FromResult(isSo()),
        () => string.Join(", ", host.Backend.Acts.CountBy(act => act.Split(' ')[0])) + $", {host.Hub.OpenActivities.Count()} open activities",
        Stop);
}
