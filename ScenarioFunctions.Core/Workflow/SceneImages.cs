using ScenarioFunctions.Core.Steps;

namespace ScenarioFunctions.Core.Workflow;

/// <summary>Makes the images of all scenes but the first, at most so many at once: a sliding window.</summary>
internal static class SceneImages
{
    /// <exception cref="WorkflowFailedException">A step failed for good; the others were waited for first.</exception>
    public static async Task GenerateAllAsync(IWorkflowContext context, SaveScenarioInput input, ProgressBoard board)
    {
        // Each lane takes the next scene as soon as its last one has ended, so a slow image holds up only
        // its own lane. The engine runs one continuation at a time: no lock is needed.
        var waiting = new Queue<int>(Enumerable.Range(2, board.ImagesToMake));
        var template = new GenerateSceneImageInput(
            context.TaskId, 0, input.UserId, input.Scenario.Details.Resolution, input.CreditsPerImage, 1, 1);
        WorkflowFailedException? failure = null;

        async Task RunLaneAsync()
        {
            while (failure is null && waiting.TryDequeue(out var number))
            {
                try
                {
                    await GenerateAsync(context, template with { SceneNumber = number }, board);
                }
                catch (WorkflowFailedException exception)
                {
                    failure ??= exception;
                }
            }
        }

        var lanes = Math.Min(input.MaxParallelImages, board.ImagesToMake);
        await Task.WhenAll(Enumerable.Range(0, lanes).Select(_ => RunLaneAsync()).ToArray());
        if (failure is not null)
        {
            board.Fail(failure.Error);
            throw failure;
        }
    }

    private static async Task GenerateAsync(
        IWorkflowContext context, GenerateSceneImageInput input, ProgressBoard board)
    {
        board.Generating(input.SceneNumber);
        while (true)
        {
            var outcome = await SaveScenarioWorkflow.RequireAsync(
                context.CallStepAsync(WorkflowSteps.GenerateSceneImage, input),
                $"The image of scene {input.SceneNumber}", TaskErrorCodes.GenerateSceneImageFailed, board);
            switch (outcome.Next)
            {
                case SceneImageNext.Wait:
                    input = input with { Wait = input.Wait + 1 };
                    break;
                case SceneImageNext.GenerateAgain:
                    input = input with { Generation = input.Generation + 1 };
                    break;
                case SceneImageNext.Again:
                    break;
                default:
                    board.Ended(new SceneProgress(
                        input.SceneNumber, outcome.Status, outcome.ImageUrl, outcome.Reason, outcome.Note));
                    return;
            }
        }
    }
}
