using System.Text.Json;
using ScenarioFunctions.Core;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Tests.Azure.Replay;
using ScenarioFunctions.Tests.Engines.Scenarios;

namespace ScenarioFunctions.Tests.Azure.Functions;

public sealed class WorkflowFunctionsTests : IAsyncDisposable
{
    private readonly DurableEngineHost host = new();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task The_orchestrator_starts_over_for_each_answer_and_logs_each_line_once()
    {
        await host.RunAsync(scenes: 6, parallel: 2);

        var instance = host.Hub[EngineHost.TaskId];
        Assert.Equal(1 + instance.History.Count(one => !one.IsRequest), instance.Turns);
        Assert.Equal(9, instance.Turns);
        Assert.Single(host.Log.Lines, line => line.Contains("701 ", StringComparison.Ordinal));
        Assert.Single(host.Log.Lines, line => line.Contains("702 ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_history_of_20_scenes_stays_small_beyond_the_scenario_itself()
    {
        var scenario = Film(scenes: 20);
        await host.Engine.StartAsync(
            EngineHost.TaskId, EngineHost.Input(20) with { Scenario = scenario }, CancellationToken.None);
        await host.EndAsync();

        // As Azure Storage keeps it: one row per event, in UTF-16, with some 300 bytes of its own; and two
        // rows more for each turn.
        var instance = host.Hub[EngineHost.TaskId];
        var texts = instance.History.Select(one => one.Data!).Append(instance.Input).Append(instance.Output!).ToList();
        var scenarioJson = JsonSerializer.Serialize(scenario.Scenes, CoreJson.Default.Options.GetTypeInfo(typeof(IReadOnlyList<Scene>)));
        var details = JsonSerializer.Serialize(scenario.Details, CoreJson.Default.Options.GetTypeInfo(typeof(ScenarioDetails)));
        var data = texts.Sum(text => text.Replace(scenarioJson, "", StringComparison.Ordinal).Replace(details, "", StringComparison.Ordinal).Length);

        Assert.Equal(2, texts.Count(text => text.Contains(scenarioJson, StringComparison.Ordinal)));
        Assert.Equal(2, texts.Count(text => text.Contains(details, StringComparison.Ordinal)));
        Assert.DoesNotContain("scene 7 of", string.Concat(texts.Where(text => !text.Contains(scenarioJson, StringComparison.Ordinal))), StringComparison.Ordinal);
        Assert.InRange(data, 1_000, 20_000);
        Assert.InRange((2 * data) + (300 * texts.Count) + (200 * instance.Turns), 1, 40 * 1024 * 2);
    }

    [Fact]
    public async Task A_run_over_one_that_ended_finds_all_of_its_work_done_and_buys_nothing()
    {
        var first = await host.RunAsync(scenes: 4);
        host.Hub.Purge(EngineHost.TaskId);

        var second = await host.RunAsync(scenes: 4);

        Assert.Equal(TaskState.Completed, second.State);
        Assert.Equal(first.Result!.Scenes, second.Result!.Scenes);
        Assert.Equal((3, 94), (host.Backend.Bought, host.Backend.Balance));
    }

    [Fact]
    public void A_difference_from_its_history_fails_an_orchestrator()
    {
        var instance = new HubInstance(
            "SaveScenarioWorkflow", "t", JsonSerializer.Serialize(EngineHost.Input(2), CoreJson.Default.SaveScenarioInput), default);
        instance.History.Add(new HistoryEvent(HistoryKind.ActivityScheduled, 0, "SaveScenario", "{}"));

        var context = new ReplayContext(instance, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance);

        var mismatch = Assert.Throws<ReplayMismatchException>(() =>
        {
            _ = context.Run(turn => ScenarioFunctions.Functions.WorkflowFunctions.SaveScenarioAsync(turn, EngineHost.Input(2)));
        });
        Assert.Contains("where it asked for", mismatch.Message, StringComparison.Ordinal);
    }

    private static Scenario Film(int scenes) => new(
        new ScenarioDetails { Title = "A film", Script = string.Concat(Enumerable.Repeat("Words of the script. ", 60)), Resolution = "1080:1920" },
        [.. Enumerable.Range(1, scenes).Select(number => new Scene
        {
            SceneNumber = number,
            ImagePrompt = $"Scene {number} " + string.Concat(Enumerable.Repeat($"scene {number} of the film, at dusk. ", 30)),
            VisualPrompt = string.Concat(Enumerable.Repeat("The camera moves slowly. ", 20)),
        })]);
}
