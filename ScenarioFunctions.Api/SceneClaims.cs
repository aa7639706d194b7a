using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Steps;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Core.Tasks;

namespace ScenarioFunctions.Api;

/// <summary>
/// Ensures that only one task at a time makes an image of a scene: the rows of the images are stored before the task starts,
/// and the store refuses a second one of a scene.
/// </summary>
internal sealed class SceneClaims(ITaskEngine engine, SavingTask saving, IScenarioStore store, ScenarioRemoval removal, TimeProvider time)
{
    /// <summary>A request that has claimed scenes starts its task sooner, or never.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(1);

    /// <exception cref="ProblemException">
    /// 409: another task is making an image of one of the scenes, or the scenario is being deleted.
    /// </exception>
    public async Task TakeAsync(
        StoredScenario scenario, IReadOnlyList<WantedImage> wanted, string taskId, CancellationToken cancellationToken)
    {
        await DemandSavedAsync(scenario, wanted, cancellationToken);
        NewImage[] images =
        [
            .. wanted.Select(one => new NewImage(
                ScenarioIds.Scene(taskId, one.Scene.Scene.SceneNumber), ScenarioIds.Scenario(taskId), taskId, one.Scene.Id,
                one.Prompt, one.Reference, one.Model, one.Seed)),
        ];
        string? last = null;
        while (await store.BeginImagesAsync(images, cancellationToken) is { } other)
        {
            if (other == IScenarioStore.Removed)
            {
                throw Problems.ScenarioDeleted(
                    "No image was begun. If GET still finds the scenario, its deletion was interrupted: send DELETE /scenarios/{scenario_id} again.");
            }

            if (other == last || !await TryEndAsync(scenario, other, cancellationToken))
            {
                throw Problems.ImageInProgress(other);
            }

            last = other;
        }
    }

    /// <summary>Gives the scenes back: no task was started.</summary>
    public Task GiveBackAsync(string taskId) =>
        store.EndPendingScenesAsync(ScenarioIds.Scenario(taskId), SceneState.Cancelled, CancellationToken.None);

    /// <summary>The task that saved the scenario has to have ended, or at least the scenes that are wanted.</summary>
    private async Task DemandSavedAsync(
        StoredScenario scenario, IReadOnlyList<WantedImage> wanted, CancellationToken cancellationToken)
    {
        var underWay = wanted.Select(one => one.Scene).Where(scene => scene.State.Status.IsInProgress()).ToList();
        if (underWay.Count > 0)
        {
            var owner = await saving.FindAsync(scenario, cancellationToken);
            if (!await TryEndAsync(owner, scenario.Row.Id, underWay, cancellationToken))
            {
                throw Problems.ImageInProgress(owner ?? "");
            }
        }
    }

    private async Task<bool> TryEndAsync(StoredScenario scenario, string taskId, CancellationToken cancellationToken)
    {
        var group = ScenarioIds.Scenario(taskId);
        var since = scenario.Images.FirstOrDefault(image => image.TaskId == taskId)?.CreatedAt;
        if ((since is null || time.GetUtcNow() - since < Grace) && await engine.FindAsync(taskId, cancellationToken) is null)
        {
            return false;
        }

        return await TryEndAsync(taskId, group, await store.ListScenesAsync(group, cancellationToken), cancellationToken);
    }

    /// <summary>
    /// Ends what a task has left that will do no more: one that failed, was removed long ago, or was never started.
    /// </summary>
    /// <returns>
    /// False when an image may still come of it: an image that is stored is charged by the task's resume. Once the task is removed, nobody
    /// charges it, and it is removed, too.
    /// </returns>
    private async Task<bool> TryEndAsync(
        string? taskId, Guid group, IReadOnlyList<SceneRow> scenes, CancellationToken cancellationToken)
    {
        var task = taskId is null ? null : await engine.FindAsync(taskId, cancellationToken);
        var generating = scenes.Where(scene => scene.State.Status == SceneStatus.Generating).ToList();
        if (task?.State.IsFinal() == false
            || (task?.State == TaskState.Cancelled && generating.Count > 0)
            || (generating.Exists(scene => scene.State.ImageUrl is not null) && (task is not null || taskId is null)))
        {
            return false;
        }

        await store.EndPendingScenesAsync(group, SceneState.Cancelled, cancellationToken);
        foreach (var scene in generating)
        {
            if (scene.State.ImageUrl is not null)
            {
                await removal.RemoveImageAsync(scene.Id, scene.State, cancellationToken);
            }

            await store.UpdateSceneAsync(
                scene.Id,
                scene.State.EndedAs(SceneState.SkippedFor(SceneReason.GenerationFailed)) with { Note = scene.State.Note },
                cancellationToken);
        }

        return true;
    }
}
