using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Core.Steps;

/// <summary>Upserts all scenes in one call. Scenes that get no image are skipped from the start.</summary>
internal sealed class SaveScenesStep(IScenarioStore store) : IStep<SaveScenesStepInput, SavedScenes>
{
    public async Task<SavedScenes> RunAsync(SaveScenesStepInput input, IStepContext context, CancellationToken stopping)
    {
        var rows = input.Scenes.Select(scene => Row(input.TaskId, scene)).ToArray();
        await store.SaveScenesAsync(rows, stopping);
        return new SavedScenes(rows.Length);
    }

    private static SceneRow Row(string taskId, Scene scene) => new(
        ScenarioIds.Scene(taskId, scene.SceneNumber),
        ScenarioIds.Scenario(taskId),
        scene,
        scene.NoImageFor is { } reason
            ? SceneState.SkippedFor(reason) with { ImageUrl = scene.ImageUrl }
            : new SceneState { Status = SceneStatus.Pending });
}

public sealed record SaveScenesStepInput(string TaskId, IReadOnlyList<Scene> Scenes);

/// <summary>The number of rows written to <c>video_scenes</c>.</summary>
public sealed record SavedScenes(int Count);
