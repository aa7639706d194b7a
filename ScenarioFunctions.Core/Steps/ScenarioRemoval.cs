using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Core.Steps;

/// <summary>Removes a scenario with its scenes and all images that the service made for it.</summary>
/// <remarks>The images first, then the rows: a removal that was stopped half way can be repeated, and finds the rest.</remarks>
public sealed class ScenarioRemoval(IScenarioStore store, IImageStore images, IImageIndex index)
{
    private const int AtOnce = 8;

    /// <returns>How many images are gone, each version counted.</returns>
    /// <exception cref="StorageException">Something is left; the next try removes it.</exception>
    public async Task<int> RemoveAsync(StoredScenario scenario, CancellationToken cancellationToken)
    {
        var rows = scenario.Images.Select(image => (image.Id, image.State))
            .Concat(scenario.Scenes.Select(scene => (scene.Id, scene.State)))
            .Distinct() // a scene and its first image have one id
            .ToList();
        await Parallel.ForEachAsync(
            rows,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
            async (row, stop) => await RemoveImageAsync(row.Id, row.State, stop));
        await store.RemoveScenarioAsync(scenario.Row.Id, cancellationToken);
        return rows.Where(row => row.State is { GenerationId: not null, ImageUrl: not null }).DistinctBy(row => row.State.GenerationId).Count();
    }

    /// <summary>
    /// The path follows from the generation, never from the URL alone: a URL may have been posted, and lead to the image of
    /// somebody else.
    /// </summary>
    private async Task RemoveImageAsync(Guid rowId, SceneState state, CancellationToken cancellationToken)
    {
        var indexed = await index.FindAsync(rowId, cancellationToken);
        await index.RemoveAsync(rowId, cancellationToken);
        string[] possible = state.GenerationId is { } id ? [.. SceneImagePath.AllOf(id)] : [];
        var known = possible.FirstOrDefault(path => state.ImageUrl?.EndsWith($"/{path}", StringComparison.Ordinal) == true);
        string[] paths = known is null ? possible : [known];
        foreach (var path in indexed is null ? paths : paths.Append(indexed.Path).Distinct())
        {
            await images.DeleteAsync(path, cancellationToken);
        }
    }
}
