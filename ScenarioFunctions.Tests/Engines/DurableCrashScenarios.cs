using ScenarioFunctions.Chaos;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Tests.Engines.Scenarios;

namespace ScenarioFunctions.Tests.Engines;

/// <summary>On the real Durable Task engine.</summary>
public sealed class DurableCrashScenarios() : CrashScenarios(() => new DurableEngineHost())
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_worker_lost_with_any_turn_or_answer_costs_neither_work_nor_money(bool afterCommit)
    {
        var commits = await RunAsync(_ => { });
        Assert.Equal(13, commits); // 6 answers of steps, and 7 turns
        for (var commit = 1; commit <= commits; commit++)
        {
            await RunAsync(host => host.Hub.CrashAt(commit, afterCommit, host.Backend.Crash));
        }
    }

    private static async Task<int> RunAsync(Action<DurableEngineHost> prepare)
    {
        await using var host = new DurableEngineHost();
        await host.InitializeAsync();
        prepare(host);
        await host.StartAsync(scenes: 3, parallel: 1);
        if (host.Hub.WillCrash)
        {
            await host.Backend.Crashed.WaitAsync(Patience.Limit, TestContext.Current.CancellationToken);
            await host.RestartAsync();
        }

        var task = await host.EndAsync();

        Assert.Equal((TaskState.Completed, 2), (task.State, task.Result!.ImagesGenerated));
        Assert.Equal((2, 96), (host.Backend.Bought, host.Backend.Balance));
        return host.Hub.Commits;
    }
}
