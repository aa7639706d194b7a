using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Core.Steps;

/// <summary>Removes a scenario with its scenes and all images that the service made for it.</summary>
/// <remarks>
/// First no more images can be begun. Then the images go, then the rows: a removal that was stopped half way can be repeated, and
/// finds the rest.
/// </remarks>
public sealed class ScenarioRemoval(IScenarioStore store, IImageStore images, IImageIndex index)
{
    private const int AtOnce = 8;

    /// <param name="scenario">As it is stored. No task works on what is in progress there.</param>
    /// <param name="cancellationToken">Stops the removal half way.</param>
    /// <returns>How many images are gone, each version counted; null when an image was begun meanwhile, and nothing is gone.</returns>
    /// <exception cref="StorageException">Something is left; the next attempt removes it.</exception>
    public async Task<int?> RemoveAsync(StoredScenario scenario, CancellationToken cancellationToken)
    {
        Guid[] ended =
        [
            .. RowsOf(scenario).Where(row => row.State.Status.IsInProgress()).Select(row => row.Id),
        ];
        if (!await store.BeginRemovalAsync(scenario.Row.Id, ended, cancellationToken))
        {
            return null;
        }

        // An image may have been begun and made since the scenario was read.
        var rows = RowsOf(await store.ReadScenarioAsync(scenario.Row.Id, cancellationToken) ?? scenario);
        await Parallel.ForEachAsync(
            rows,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
            async (row, stop) => await RemoveImageAsync(row.Id, row.State, stop));
        await store.RemoveScenarioAsync(scenario.Row.Id, cancellationToken);
        return rows.Where(row => row.State is { GenerationId: not null, ImageUrl: not null }).DistinctBy(row => row.State.GenerationId).Count();
    }

    private static List<(Guid Id, SceneState State)> RowsOf(StoredScenario scenario) =>
    [
        .. scenario.Images.Select(image => (image.Id, image.State))
            .Concat(scenario.Scenes.Select(scene => (scene.Id, scene.State)))
            .Distinct(), // a scene and its first image have one id
    ];

    /// <summary>
    /// Removes the file of a scene's image. The path follows from the generation, never from the URL alone: a URL may have been posted, and lead to the image of
    /// somebody else.
    /// </summary>
    public async Task RemoveImageAsync(Guid rowId, SceneState state, CancellationToken cancellationToken)
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
