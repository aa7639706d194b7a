using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Core.Steps;

/// <summary>
/// Cleans up a cancelled task once none of its steps runs any more: ends every scene that a step has left in progress,
/// which cancels its generation at RunwayML, and releases the credits. An engine repeats it until it succeeds.
/// </summary>
internal sealed class CleanUpStep(
    IScenarioStore store, IStep<GenerateSceneImageInput, SceneImageOutcome> images, CancelledTasks cancelled, TimeProvider time)
    : IStep<CleanUpInput, CleanedUp>
{
    /// <summary>After this time it begins no further scene: each may take minutes while RunwayML hangs. Its next run goes on.</summary>
    private static readonly TimeSpan Budget = TimeSpan.FromMinutes(2);

    /// <exception cref="StorageException">It has to run again, whether the error is transient or not.</exception>
    public async Task<CleanedUp> RunAsync(CleanUpInput input, IStepContext context, CancellationToken stopping)
    {
        if (!await context.IsCancelledAsync(stopping))
        {
            return new CleanedUp(IsCancelled: false);
        }

        try
        {
            if (input.EndsScenes)
            {
                await EndScenesAsync(input, context, stopping);
            }

            var isDone = await cancelled.CleanUpAsync(input.TaskId, stopping);
            return isDone || !input.EndsScenes
                ? new CleanedUp(IsCancelled: true)
                : throw new StorageException("A scene of the cancelled task has not ended yet.", isTransient: true);
        }
        catch (StorageException exception) when (!exception.IsTransient)
        {
            throw new StorageException(exception.Message, isTransient: true, exception);
        }
    }

    /// <summary>The image step of a cancelled task orders nothing, and only charges an image that is stored and recorded.</summary>
    private async Task EndScenesAsync(CleanUpInput input, IStepContext context, CancellationToken stopping)
    {
        var started = time.GetTimestamp();
        if (input.Order is { } order)
        {
            await EndAsync(order, context, stopping);
        }

        var scenes = await store.ListScenesAsync(ScenarioIds.Scenario(input.TaskId), stopping);
        foreach (var scene in scenes.Where(scene => scene.State.Status == SceneStatus.Generating))
        {
            if (time.GetElapsedTime(started) >= Budget)
            {
                return;
            }

            var image = new GenerateSceneImageInput(
                input.TaskId, scene.Scene.SceneNumber, input.UserId, null, input.CreditsPerImage, 1, 1, Hold: input.TaskId);
            await EndAsync(image, context, stopping);
        }
    }

    private async Task EndAsync(GenerateSceneImageInput input, IStepContext context, CancellationToken stopping)
    {
        try
        {
            await images.RunAsync(input, context, stopping);
        }
        catch (StorageException exception) when (exception.InnerException is SceneLostException)
        {
            // The scenario was deleted: there is no scene to end.
        }
    }
}

/// <param name="TaskId">The cancelled task.</param>
/// <param name="UserId">The user who pays for an image that is stored and recorded.</param>
/// <param name="CreditsPerImage">The price of one image.</param>
/// <param name="EndsScenes">Whether to end scenes in progress: no other step of the task can be working on them any more.</param>
public sealed record CleanUpInput(string TaskId, string UserId, int CreditsPerImage, bool EndsScenes = true)
{
    /// <summary>The next input of an image step that could not record its order; null when there is none.</summary>
    public GenerateSceneImageInput? Order { get; init; }
}

/// <param name="IsCancelled">False when the task is not cancelled, so that nothing was done.</param>
public sealed record CleanedUp(bool IsCancelled);
