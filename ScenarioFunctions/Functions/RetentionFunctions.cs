using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Engine;

namespace ScenarioFunctions.Functions;

/// <summary>Timer functions. Each runs on one instance of the app at a time.</summary>
public sealed class RetentionFunctions(TaskRetention retention, TaskIndexUpkeep upkeep, DurableClients clients)
{
    [Function("RemoveEndedTasks")]
    public Task RemoveEndedTasksAsync(
        [TimerTrigger("0 23 * * * *")] TimerInfo timer,
        [DurableClient] DurableTaskClient client,
        CancellationToken stopping)
    {
        clients.Current = client;
        return retention.RunAsync(stopping);
    }

    [Function("KeepTaskIndex")]
    public Task KeepTaskIndexAsync(
        [TimerTrigger("30 */5 * * * *")] TimerInfo timer,
        [DurableClient] DurableTaskClient client,
        CancellationToken stopping)
    {
        clients.Current = client;
        return upkeep.RunAsync(stopping);
    }
}
