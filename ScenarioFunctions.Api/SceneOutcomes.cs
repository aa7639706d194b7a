using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Core.Workflow;

namespace ScenarioFunctions.Api;

/// <summary>
/// What became of each scene. A cancelled or failed run reports no more, though its last images may still
/// have ended: there the store knows more than the engine.
/// </summary>
internal static class SceneOutcomes
{
    /// <summary>Whether the store may know more than <paramref name="task"/> tells.</summary>
    public static bool NeedStore(TaskSnapshot task) =>
        task.State is TaskState.Cancelled or TaskState.Failed && !Reported(task).All(HasEnded);

    /// <param name="task">As the engine knows it.</param>
    /// <param name="rows">The stored scenes; empty when they were not, or could not be, read.</param>
    public static IReadOnlyList<SceneProgress> Of(TaskSnapshot task, IReadOnlyList<SceneRow> rows)
    {
        var reported = Reported(task);
        if (task.State is not (TaskState.Cancelled or TaskState.Failed))
        {
            return reported;
        }

        var stored = rows.ToDictionary(row => row.Scene.SceneNumber, row => row.State);
        return [.. reported.Select(scene => Ended(task.State, scene, stored.GetValueOrDefault(scene.SceneNumber)))];
    }

    private static IReadOnlyList<SceneProgress> Reported(TaskSnapshot task) =>
        task.Result?.Scenes
        ?? (task.Progress.Scenes.Count > 0
            ? task.Progress.Scenes
            : [.. Enumerable.Range(1, task.SceneCount).Select(number => new SceneProgress(number, SceneStatus.Pending))]);

    private static SceneProgress Ended(TaskState task, SceneProgress reported, SceneState? stored)
    {
        if (HasEnded(reported))
        {
            return reported;
        }

        var scene = stored is null
            ? reported
            : new SceneProgress(reported.SceneNumber, stored.Status, stored.ImageUrl, stored.Reason, stored.Note);
        return (task, scene.Status) switch
        {
            (TaskState.Cancelled, SceneStatus.Pending) =>
                scene with { Status = SceneStatus.Cancelled, Reason = SceneReason.Cancelled },
            (TaskState.Failed, SceneStatus.Pending or SceneStatus.Generating) =>
                scene with { Status = SceneStatus.Failed, Reason = null },
            _ => scene, // One that is generating when the task is cancelled is still winding down.
        };
    }

    private static bool HasEnded(SceneProgress scene) =>
        scene.Status is not (SceneStatus.Pending or SceneStatus.Generating);
}
