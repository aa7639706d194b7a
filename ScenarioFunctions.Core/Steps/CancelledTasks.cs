using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Core.Telemetry;

namespace ScenarioFunctions.Core.Steps;

/// <summary>
/// Cleans up after a cancelled task: marks the scenes that will not start any more as cancelled, and releases the credits.
/// </summary>
/// <remarks>
/// The cancel does this, and so does every step that ends later, so that it happens soon. The engine makes sure that it
/// happens at all, whatever fails meanwhile: see <see cref="CleanUpStep"/>.
/// </remarks>
public sealed class CancelledTasks(IScenarioStore store, ICreditLedger ledger)
{
    /// <returns>Whether the credits are released; they are not while a scene is in progress.</returns>
    /// <exception cref="StorageException"/>
    public async Task<bool> CleanUpAsync(string taskId, CancellationToken cancellationToken)
    {
        var scenarioId = ScenarioIds.Scenario(taskId);
        await store.EndPendingScenesAsync(scenarioId, SceneState.Cancelled, cancellationToken);

        // An image whose URL is recorded will still be charged. Its step comes here after the charge.
        var scenes = await store.ListScenesAsync(scenarioId, cancellationToken);
        if (scenes.Any(scene => scene.State.Status == SceneStatus.Generating))
        {
            return false;
        }

        ServiceMetrics.Released(await ledger.ReleaseAsync(taskId, cancellationToken));
        return true;
    }
}
