using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Steps;

namespace ScenarioFunctions.Core.Workflow;

/// <summary>
/// Makes the images of all scenes but the first, at most so many at once: a sliding window. The engine runs one
/// continuation at a time, so no lock is needed.
/// </summary>
/// <param name="context">The task's.</param>
/// <param name="input">What was posted.</param>
/// <param name="board">Where each image is reported.</param>
/// <param name="hold">The hold that the images are charged from; null for a task that version 0.1.0 began.</param>
internal sealed class SceneImages(IWorkflowContext context, SaveScenarioInput input, ProgressBoard board, string? hold)
{
    private readonly Queue<int> waiting = new(Enumerable.Range(2, board.ImagesToMake));
    private readonly int lanes = Math.Min(input.MaxParallelImages, board.ImagesToMake);
    private readonly GenerateSceneImageInput template = new(
        context.TaskId, 0, input.UserId, input.Scenario.Details.Resolution, input.CreditsPerImage, 1, 1, hold);

    private WorkflowFailedException? failure;

    /// <summary>Why no more images are ordered; null while they are.</summary>
    public SceneReason? StoppedFor { get; private set; }

    /// <exception cref="WorkflowFailedException">A step failed for good; the others were waited for first.</exception>
    public async Task GenerateAllAsync()
    {
        await Task.WhenAll(Enumerable.Range(0, lanes).Select(_ => RunLaneAsync()).ToArray());
        if (failure is not null)
        {
            board.Fail(failure.Error);
            throw failure;
        }
    }

    /// <summary>Takes the next scene as soon as the last one has ended: a slow image holds up only its own lane.</summary>
    private async Task RunLaneAsync()
    {
        while (failure is null && waiting.TryDequeue(out var number))
        {
            try
            {
                await GenerateAsync(number);
            }
            catch (WorkflowFailedException exception)
            {
                failure ??= exception;
            }
        }
    }

    private async Task GenerateAsync(int sceneNumber)
    {
        var call = template with { SceneNumber = sceneNumber };
        board.Generating(sceneNumber);
        while (true)
        {
            var outcome = await SaveScenarioWorkflow.RequireAsync(
                context.CallStepAsync(WorkflowSteps.GenerateSceneImage, call with { OrderingStoppedFor = StoppedFor }),
                $"The image of scene {sceneNumber}", TaskErrorCodes.GenerateSceneImageFailed, board);
            switch (outcome.Next)
            {
                case SceneImageNext.Wait:
                    call = call with { Wait = call.Wait + 1 };
                    break;
                case SceneImageNext.GenerateAgain:
                    call = call with { Generation = call.Generation + 1 };
                    break;
                case SceneImageNext.Again:
                    break;
                default:
                    End(new SceneProgress(sceneNumber, outcome.Status, outcome.ImageUrl, outcome.Reason, outcome.Note));
                    return;
            }
        }
    }

    private void End(SceneProgress scene)
    {
        board.Ended(scene);
        if (hold is not null && scene.Reason == SceneReason.ChargeFailed)
        {
            StopOrdering(SceneReason.InsufficientCredits);
        }
    }

    /// <summary>Scenes that wait for their turn end here; those under way end when they would order.</summary>
    private void StopOrdering(SceneReason reason)
    {
        StoppedFor ??= reason;
        while (waiting.TryDequeue(out var number))
        {
            board.Ended(new SceneProgress(number, SceneStatus.Skipped, Reason: reason));
        }
    }
}
