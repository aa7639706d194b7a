using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Steps;

namespace ScenarioFunctions.Core.Workflow;

/// <summary>
/// Makes the images of all scenes that need one. A sliding window limits how many are made at once. The engine runs one
/// continuation at a time, so no lock is needed.
/// </summary>
/// <param name="context">The task's context.</param>
/// <param name="input">The task's input.</param>
/// <param name="board">Receives each image's progress.</param>
/// <param name="check">Whether credits are held, and until when.</param>
internal sealed class SceneImages(IWorkflowContext context, SaveScenarioInput input, ProgressBoard board, CreditCheck check)
{
    /// <summary>The hold that images are charged from; null in a task that version 0.1.0 started.</summary>
    private readonly string? hold = check.Held is null ? null : context.TaskId;
    private readonly Queue<int> waiting = new(board.ScenesToImage);
    private readonly int lanes = Math.Min(input.MaxParallelImages, board.ImagesToMake);
    private readonly GenerateSceneImageInput template = new(
        context.TaskId, 0, input.UserId, input.Scenario.Details.Resolution, input.CreditsPerImage, 1, 1,
        check.Held is null ? null : context.TaskId)
    {
        HasLook = input.HasLook,
        HeldUntil = check.HeldUntil,
    };

    private WorkflowFailedException? failure;

    /// <summary>Why no more images are ordered; null while they are.</summary>
    public OrderingStop? StoppedFor { get; private set; }

    /// <summary>How many scenes ended then without a step; null while none has.</summary>
    public int? EndedWithoutStep { get; private set; }

    /// <exception cref="WorkflowFailedException">A step failed permanently. The other steps have ended too.</exception>
    public async Task GenerateAllAsync()
    {
        await Task.WhenAll(Enumerable.Range(0, lanes).Select(_ => RunLaneAsync()).ToArray());
        if (failure is not null)
        {
            board.Fail(failure.Error);
            throw failure;
        }
    }

    /// <summary>Starts the next scene as soon as the last one has ended, so a slow image only delays its own lane.</summary>
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
        var own = input.Scenario.Scenes.FirstOrDefault(scene => scene.SceneNumber == sceneNumber)?.Resolution;
        var call = template with { SceneNumber = sceneNumber, Resolution = own ?? template.Resolution };
        board.Generating(sceneNumber);
        while (true)
        {
            var outcome = await SaveScenarioWorkflow.RequireAsync(
                context.CallStepAsync(WorkflowSteps.GenerateSceneImage, call with { OrderingStoppedFor = StoppedFor }),
                $"The image of scene {sceneNumber}", TaskErrorCodes.GenerateSceneImageFailed, board);
            switch (outcome.Next)
            {
                case SceneImageNext.Wait:
                    call = call with { Wait = call.Wait + 1, Carried = outcome.Carried };
                    board.SetUnanswered(sceneNumber, outcome.Carried?.UnansweredSeconds is not null);
                    break;
                case SceneImageNext.GenerateAgain:
                    call = call with { Generation = call.Generation + 1, Carried = outcome.Carried };
                    break;
                case SceneImageNext.Again:
                    break;
                default:
                    End(sceneNumber, outcome);
                    return;
            }
        }
    }

    private void End(int sceneNumber, SceneImageOutcome outcome)
    {
        board.AddCost(outcome.ServiceCredits);
        board.Ended(new SceneProgress(sceneNumber, outcome.Status, outcome.ImageUrl, outcome.Reason, outcome.Note));
        if (outcome.StopsOrdering == true)
        {
            StopOrdering(new OrderingStop(outcome.Reason!.Value, outcome.Note));
        }
        else if (hold is not null && outcome.Reason == SceneReason.ChargeFailed)
        {
            StopOrdering(new OrderingStop(SceneReason.InsufficientCredits));
        }
    }

    /// <summary>
    /// Ends the scenes that wait for their turn; in the database they end when the hold is released. Scenes in progress, and all
    /// scenes of a task without a hold, end when they are about to order.
    /// </summary>
    private void StopOrdering(OrderingStop stop)
    {
        StoppedFor ??= stop;
        while (hold is not null && waiting.TryDequeue(out var number))
        {
            EndedWithoutStep = (EndedWithoutStep ?? 0) + 1;
            board.Ended(new SceneProgress(number, SceneStatus.Skipped, Reason: stop.Reason, Note: stop.Note));
        }
    }
}
