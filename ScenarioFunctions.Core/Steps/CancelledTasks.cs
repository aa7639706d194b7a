using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Core.Steps;

/// <summary>
/// Cleans up after a cancelled task: ends the scenes that it will not begin any more, and releases its credits.
/// </summary>
/// <remarks>
/// The cancel itself does so, and every step that ends after it once more: the cancel may have come before the rows were
/// written or the credits held, and its process may have died before it came to this.
/// </remarks>
public sealed class CancelledTasks(IScenarioStore store, ICreditLedger ledger)
{
    /// <exception cref="StorageException"/>
    public async Task CleanUpAsync(string taskId, CancellationToken cancellationToken)
    {
        var scenarioId = ScenarioIds.Scenario(taskId);
        await store.EndPendingScenesAsync(scenarioId, SceneState.CancelledFrom(null), cancellationToken);

        // An image whose URL is on record will still be charged: its step comes here after that.
        var scenes = await store.ListScenesAsync(scenarioId, cancellationToken);
        if (scenes.All(scene => scene.State.Status != SceneStatus.Generating))
        {
            await ledger.ReleaseAsync(taskId, cancellationToken);
        }
    }
}
