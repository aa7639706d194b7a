using Microsoft.Extensions.Logging;
using ScenarioFunctions.Core.Runway;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Core.Steps;

/// <summary>The second half of the image step: downloads, stores and charges the image, and marks the scene completed.</summary>
internal sealed partial class SceneImageDelivery(
    IScenarioStore store,
    IImageGenerator generator,
    IImageStore images,
    IImageIndex index,
    ImageTransfers transfers,
    ICreditLedger ledger,
    ScenePatience patience,
    TimeProvider time,
    ILogger<SceneImageDelivery> logger)
{
    /// <summary>The ledger's name for this kind of charge.</summary>
    private const string Action = "generate_image";

    /// <summary>
    /// Uses an image that is already stored although the scene's row does not know it: the database was restored from a backup.
    /// </summary>
    public async Task FindStoredAsync(SceneImageRun run)
    {
        if (run.State.GenerationId is not null)
        {
            return;
        }

        var stored = await patience.UntilDoneAsync(
            run, "looking for a stored image", () => index.FindAsync(run.SceneId, run.Stopping));
        if (stored is not null)
        {
            await run.ThrowIfCancelledAsync();
            ImageFound(logger, run.Input.TaskId, run.Input.SceneNumber, stored.Path);
            var generationId = SceneImagePath.GenerationOf(stored.Path);
            await SaveAsync(
                run, run.State with { Status = SceneStatus.Generating, GenerationId = generationId, ImageUrl = stored.Url });
        }
    }

    /// <summary>Stores the image permanently and records its URL. From then on the image will be charged.</summary>
    /// <exception cref="SceneEndedException">The image could not be downloaded or stored, or the task was cancelled.</exception>
    public async Task StoreAsync(SceneImageRun run, Generation generation)
    {
        string url;
        try
        {
            url = await patience.UntilDoneAsync(run, "storing the image", () => transfers.RunAsync(run, () => DownloadAndStoreAsync(run, generation)));
        }
        catch (Exception exception) when (exception is StorageException or TimeoutException)
        {
            ImageNotStored(logger, run.Input.TaskId, run.Input.SceneNumber, exception.Message);
            await run.ThrowIfCancelledAsync(); // after a cancel the attempts end sooner
            throw run.Skip(SceneReason.StorageFailed);
        }
        catch (ImageServiceException exception)
        {
            ImageNotDownloaded(logger, run.Input.TaskId, run.Input.SceneNumber, exception.Message);
            await run.ThrowIfCancelledAsync();
            throw run.Skip(exception.Failure is ImageServiceFailure.Unavailable or ImageServiceFailure.Misconfigured
                ? SceneReason.ImageServiceUnavailable
                : SceneReason.GenerationFailed);
        }

        var storedAt = time.GetUtcNow();
        await run.ThrowIfCancelledAsync();
        await SaveAsync(run, run.State with { Status = SceneStatus.Generating, ImageUrl = url, StoredAt = storedAt });
    }

    /// <summary>Charges the stored image, once, and marks the scene completed.</summary>
    /// <exception cref="SceneEndedException">The image could not be charged and has to be removed.</exception>
    public async Task ChargeAsync(SceneImageRun run)
    {
        var charged = true;
        if (run.Input.CreditsPerImage > 0)
        {
            charged = await DeductAsync(run);
        }

        if (!charged)
        {
            // After a crash from here on, the next run must not find the URL and charge for a file that is gone, say after a grant.
            await SaveAsync(run, run.State with { ImageUrl = null });
            throw run.Skip(SceneReason.ChargeFailed);
        }

        await SaveAsync(
            run, run.State with { Status = SceneStatus.Completed, Reason = null, CreditsCharged = run.Input.CreditsPerImage });
    }

    /// <summary>Removes what may have been stored for the generation on record.</summary>
    public async Task DiscardAsync(SceneImageRun run)
    {
        if (run.State.GenerationId is not { } id)
        {
            return;
        }

        try
        {
            await run.CutAsync(async token =>
            {
                if (await index.FindAsync(run.SceneId, token) is not { } stored || SceneImagePath.GenerationOf(stored.Path) == id)
                {
                    await index.RemoveAsync(run.SceneId, token); // not another runner's
                }

                foreach (var path in SceneImagePath.AllOf(id))
                {
                    await images.DeleteAsync(path, token);
                }

                return true;
            });
        }
        catch (Exception exception) when (exception is StorageException or TimeoutException)
        {
            ImageNotRemoved(logger, run.Input.TaskId, run.Input.SceneNumber, exception.Message);
        }
    }

    /// <summary>Each attempt downloads the image again, so nothing stays on the disk between attempts.</summary>
    private async Task<string> DownloadAndStoreAsync(SceneImageRun run, Generation generation)
    {
        await run.ThrowIfCancelledAsync();
        return await run.CutAsync(async token =>
        {
            using var image = await DownloadAsync(run, generation, token);
            var path = SceneImagePath.Of(run.State.GenerationId!, image.Extension);
            await index.AddAsync(run.SceneId, path, token);
            return await images.StoreAsync(path, image.File, image.ContentType, token);
        });
    }

    /// <summary>Downloads the output. If its URL has expired, asks RunwayML for a fresh one, once.</summary>
    private async Task<DownloadedImage> DownloadAsync(SceneImageRun run, Generation generation, CancellationToken token)
    {
        try
        {
            return await generator.DownloadAsync(generation.Output!, token);
        }
        catch (ImageServiceException expired) when (expired.Failure == ImageServiceFailure.NotFound)
        {
            var fresh = await generator.GetAsync(run.State.GenerationId!, token);
            return fresh.Output is { } output
                ? await generator.DownloadAsync(output, token)
                : throw run.Skip(SceneReason.GenerationFailed);
        }
    }

    private Task SaveAsync(SceneImageRun run, SceneState state) =>
        patience.UntilDoneAsync(run, "recording the scene", () => run.SaveAsync(store, state));

    /// <summary>
    /// The image is paid for, so a ledger that cannot be called, say because a function or a right is missing, is waited for as one that is
    /// down is. If it stays so, the task fails, and its resume charges the image.
    /// </summary>
    /// <returns>False when the ledger works and refuses the charge.</returns>
    private Task<bool> DeductAsync(SceneImageRun run) => patience.UntilDoneAsync(run, "charging the image", async () =>
    {
        // Each version is charged once, whatever its generation; in version 0.1.0 it was each generation.
        var reference = run.Input.Hold is null ? $"{run.SceneId}:{run.State.GenerationId}" : run.ChargeReference;
        try
        {
            return await ledger.DeductAsync(
                run.Input.UserId, Action, run.Input.CreditsPerImage, reference, run.Input.Hold, CancellationToken.None);
        }
        catch (StorageException exception) when (exception is { IsRefusal: true, IsTransient: false })
        {
            NotCharged(logger, run.Input.TaskId, run.Input.SceneNumber, exception.Message);
            return false;
        }
    });

    [LoggerMessage(316, LogLevel.Information,
        "Task {TaskId}: scene {SceneNumber} uses the stored image {Path}, which the database did not know")]
    private static partial void ImageFound(ILogger logger, string taskId, int sceneNumber, string path);

    [LoggerMessage(311, LogLevel.Warning, "Task {TaskId}: the image of scene {SceneNumber} could not be downloaded: {Fault}")]
    private static partial void ImageNotDownloaded(ILogger logger, string taskId, int sceneNumber, string fault);

    [LoggerMessage(312, LogLevel.Warning, "Task {TaskId}: the image of scene {SceneNumber} could not be stored: {Fault}")]
    private static partial void ImageNotStored(ILogger logger, string taskId, int sceneNumber, string fault);

    [LoggerMessage(313, LogLevel.Warning, "Task {TaskId}: the image of scene {SceneNumber} could not be charged: {Fault}")]
    private static partial void NotCharged(ILogger logger, string taskId, int sceneNumber, string fault);

    [LoggerMessage(314, LogLevel.Warning, "Task {TaskId}: the uncharged image of scene {SceneNumber} could not be removed: {Fault}")]
    private static partial void ImageNotRemoved(ILogger logger, string taskId, int sceneNumber, string fault);
}

/// <summary>Where the image of a generation is in the bucket.</summary>
internal static class SceneImagePath
{
    private const string NamePrefix = "scene_";

    /// <summary>All values that <see cref="DownloadedImage.Extension"/> can have.</summary>
    private static readonly string[] Extensions = ["png", "jpg", "webp", "gif"];

    public static string Of(string generationId, string extension) => $"scenes/{NamePrefix}{generationId}.{extension}";

    public static IEnumerable<string> AllOf(string generationId) => Extensions.Select(extension => Of(generationId, extension));

    public static bool IsOf(string? generationId, string url) =>
        generationId is not null && AllOf(generationId).Any(path => url.EndsWith($"/{path}", StringComparison.Ordinal));

    public static string GenerationOf(string path) => Path.GetFileNameWithoutExtension(path)[NamePrefix.Length..];
}
