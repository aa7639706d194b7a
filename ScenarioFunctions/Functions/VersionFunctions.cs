using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using ScenarioFunctions.Engine;

namespace ScenarioFunctions.Functions;

/// <summary>Lets tasks continue whose version of the workflow the app did not have, and now has.</summary>
public sealed class VersionFunctions(WaitingTasks waiting, DurableClients clients, TimeProvider time)
{
    [Function("WakeWaitingTasks")]
    public Task WakeAsync(
        [TimerTrigger("30 */5 * * * *")] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken stopping)
    {
        clients.Current = client;
        return waiting.WakeAsync(time.GetUtcNow() - WaitingTasks.Still, stopping);
    }
}
