using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Core.Steps;

/// <summary>
/// Cleans up after a cancelled task: ends the scenes that it will not begin any more, and releases its credits.
/// </summary>
/// <remarks>
/// The cancel itself does so, and every step that ends after it once more, so that it is soon done. That it is done at all,
/// whatever fails meanwhile, is up to the engine: see <see cref="CleanUpStep"/>.
/// </remarks>
public sealed class CancelledTasks(IScenarioStore store, ICreditLedger ledger)
{
    /// <returns>Whether the credits are released: not while a scene is under way.</returns>
    /// <exception cref="StorageException"/>
    public async Task<bool> CleanUpAsync(string taskId, CancellationToken cancellationToken)
    {
        var scenarioId = ScenarioIds.Scenario(taskId);
        await store.EndPendingScenesAsync(scenarioId, SceneState.CancelledFrom(null), cancellationToken);

        // An image whose URL is recorded will still be charged. Its step comes here after the charge.
        var scenes = await store.ListScenesAsync(scenarioId, cancellationToken);
        if (scenes.Any(scene => scene.State.Status == SceneStatus.Generating))
        {
            return false;
        }

        await ledger.ReleaseAsync(taskId, cancellationToken);
        return true;
    }
}
