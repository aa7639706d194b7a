using ScenarioFunctions.Core.Steps;
using ScenarioFunctions.Core.Tasks;

namespace ScenarioFunctions.Engine;

/// <summary>A terminated orchestration leaves its activities running, so each asks for itself.</summary>
internal sealed class DurableStepContext(DurableClients clients, string taskId) : IStepContext
{
    public CancellationToken Cancelled => CancellationToken.None;

    /// <summary>An instance that is gone was purged: nobody will see what is still done for it.</summary>
    public async ValueTask<bool> IsCancelledAsync(CancellationToken cancellationToken)
    {
        var instance = await clients.AskAsync(
            (client, token) => client.GetInstanceAsync(taskId, getInputsAndOutputs: false, token), cancellationToken);
        return instance is null || RuntimeStates.StateOf(instance.RuntimeStatus) == TaskState.Cancelled;
    }
}
