using System.Text.Json;
using DurableTask.Core.History;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Core.Workflow;
using ScenarioFunctions.Tests.Azure.DurableHub;
using ScenarioFunctions.Tests.Engines.Scenarios;

namespace ScenarioFunctions.Tests.Azure.Functions;

public sealed class WorkflowFunctionsTests : IAsyncLifetime
{
    private readonly DurableEngineHost host = new();

    private IReadOnlyList<HistoryEvent> History => host.Hub.HistoryOf(EngineHost.TaskId);

    public ValueTask InitializeAsync() => host.InitializeAsync();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task The_orchestrator_starts_over_for_each_answer_and_logs_each_line_once()
    {
        await host.RunAsync(scenes: 6, parallel: 1);

        Assert.Equal(9, History.OfType<TaskCompletedEvent>().Count());
        Assert.Equal(10, History.OfType<OrchestratorStartedEvent>().Count());
        Assert.Single(host.Log.Lines, line => line.Contains(" 701 ", StringComparison.Ordinal));
        Assert.Single(host.Log.Lines, line => line.Contains(" 702 ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_history_of_20_scenes_stays_small_beyond_the_scenario_itself()
    {
        var scenario = Film(scenes: 20);
        await host.Engine.StartAsync(
            EngineHost.TaskId, EngineHost.Input(20) with { Scenario = scenario }, CancellationToken.None);
        await host.EndAsync();

        // As Azure Storage keeps it: one row per event, in UTF-16, with some 300 bytes of its own.
        var texts = History.Select(TextOf).OfType<string>().ToList();
        var scenarioJson = JsonSerializer.Serialize(scenario.Scenes, CoreJson.Default.Options.GetTypeInfo(typeof(IReadOnlyList<Scene>)));
        var details = JsonSerializer.Serialize(scenario.Details, CoreJson.Default.Options.GetTypeInfo(typeof(ScenarioDetails)));
        var data = texts.Sum(text => text.Replace(scenarioJson, "", StringComparison.Ordinal).Replace(details, "", StringComparison.Ordinal).Length);

        Assert.Equal(2, texts.Count(text => text.Contains(scenarioJson, StringComparison.Ordinal)));
        Assert.Equal(2, texts.Count(text => text.Contains(details, StringComparison.Ordinal)));
        Assert.DoesNotContain("scene 7 of", string.Concat(texts.Where(text => !text.Contains(scenarioJson, StringComparison.Ordinal))), StringComparison.Ordinal);
        Assert.InRange(data, 1_000, 20_000);
        Assert.InRange((2 * data) + (300 * History.Count), 1, 40 * 1024 * 2);
    }

    [Fact]
    public async Task A_host_that_stops_hands_its_images_on_without_a_line_of_error()
    {
        var looked = new TaskCompletionSource();
        host.Backend.Before = act => act.StartsWith("get ", StringComparison.Ordinal) ? looked.Task : Task.CompletedTask;
        host.Backend.Generate = _ => Backend.Open;
        await host.StartAsync(scenes: 3);
        await host.UntilAsync(() => host.Backend.Count("get 2") > 0 && host.Backend.Count("get 3") > 0);

        host.BeginStop();
        looked.SetResult();
        await host.UntilAsync(() => History.OfType<TaskCompletedEvent>()
            .Count(ended => ended.Result.Contains("\"again\"", StringComparison.Ordinal)) >= 2);
        var lines = host.Log.Lines;
        await host.RestartAsync();
        host.Backend.Generate = _ => Backend.Succeeded;
        var task = await host.EndAsync();

        Assert.Equal((TaskState.Completed, 2), (task.State, host.Backend.Bought));
        Assert.DoesNotContain(lines, line => line.StartsWith("Error", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_run_over_one_that_ended_finds_all_of_its_work_done_and_buys_nothing()
    {
        var first = await host.RunAsync(scenes: 4);
        await host.Client.PurgeInstanceAsync(EngineHost.TaskId, TestContext.Current.CancellationToken);

        var second = await host.RunAsync(scenes: 4);

        Assert.Equal(TaskState.Completed, second.State);
        Assert.Equal(first.Result!.Scenes, second.Result!.Scenes);
        Assert.Equal((3, 94), (host.Backend.Bought, host.Backend.Balance));
    }

    [Fact]
    public async Task A_replay_that_asks_for_something_else_is_noticed()
    {
        await host.RunAsync(scenes: 2);
        var recorded = History.OfType<TaskScheduledEvent>().First();
        var other = new TaskScheduledEvent(recorded.EventId, recorded.Name!, recorded.Version, recorded.Input + " ");

        var difference = Assert.ThrowsAny<Xunit.Sdk.XunitException>(() =>
            ReplayCheck.AssertRepeats([.. History.Select(one => one == recorded ? other : one)], host.Functions));

        Assert.Contains("SaveScenario", difference.Message, StringComparison.Ordinal);
    }

    private static string? TextOf(HistoryEvent one) => one switch
    {
        ExecutionStartedEvent started => started.Input,
        TaskScheduledEvent scheduled => scheduled.Input,
        TaskCompletedEvent completed => completed.Result,
        ExecutionCompletedEvent ended => ended.Result,
        _ => null,
    };

    private static Scenario Film(int scenes) => new(
        new ScenarioDetails { Title = "A film", Script = string.Concat(Enumerable.Repeat("Words of the script. ", 60)), Resolution = "1080:1920" },
        [.. Enumerable.Range(1, scenes).Select(number => new Scene
        {
            SceneNumber = number,
            ImagePrompt = $"Scene {number} " + string.Concat(Enumerable.Repeat($"scene {number} of the film, at dusk. ", 30)),
            VisualPrompt = string.Concat(Enumerable.Repeat("The camera moves slowly. ", 20)),
        })]);
}
