using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Steps;

namespace ScenarioFunctions.Core.Workflow;

/// <summary>
/// Saves a scenario and its scenes, holds the credits for all images, and makes an image for every scene with a prompt except
/// the first. Deterministic: see <see cref="IWorkflowContext"/>.
/// </summary>
public static class SaveScenarioWorkflow
{
    /// <summary>Recorded in journals and histories: never change it.</summary>
    public const string Name = "SaveScenarioWorkflow";

    /// <exception cref="WorkflowFailedException">A step failed permanently.</exception>
    public static async Task<SaveScenarioResult> RunAsync(IWorkflowContext context, SaveScenarioInput input)
    {
        var board = new ProgressBoard(context, input.Scenario.Scenes, Workflows.ScenesToImage(input));

        board.Report(5, "Saving the scenario");
        var scenarioId = await SaveScenarioAsync(context, input, board);
        board.ScenarioSaved(scenarioId);

        board.Report(25, board.SceneCount == 1 ? "Saving the scene" : $"Saving {board.SceneCount} scenes");
        await RequireAsync(
            context.CallStepAsync(
                WorkflowSteps.SaveScenes, new SaveScenesStepInput(context.TaskId, input.Scenario.Scenes)),
            "Saving the scenes", TaskErrorCodes.SaveScenesFailed, board);
        SetSkipped(board, input.Scenario.Scenes);
        input = input with { Scenario = NeededForImages(input.Scenario) }; // the local too, as it stays in memory until the task ends
        return await FinishAsync(context, input, board, scenarioId);
    }

    /// <summary>Makes the images of a scenario that is stored, and ends the run.</summary>
    internal static async Task<SaveScenarioResult> FinishAsync(
        IWorkflowContext context, SaveScenarioInput input, ProgressBoard board, Guid scenarioId)
    {
        board.Report(65, board.ImagesToMake == 0 ? "No images to make" : "Checking credits");
        var summary = await MakeImagesAsync(context, input, board);

        board.Report(90, "Finishing");
        var result = new SaveScenarioResult
        {
            ScenarioId = scenarioId,
            SceneCount = board.SceneCount,
            ImagesGenerated = board.ImagesGenerated,
            CreditsCharged = board.ImagesGenerated * input.CreditsPerImage,
            Scenes = board.Scenes,
            ImageServiceCredits = board.ImageServiceCredits,
        };
        board.Report(100, summary);
        return result;
    }

    private static void SetSkipped(ProgressBoard board, IReadOnlyList<Scene> scenes)
    {
        foreach (var scene in scenes.Where(scene => scene.NoImageFor is not null))
        {
            board.Set(new SceneProgress(scene.SceneNumber, SceneStatus.Skipped, scene.ImageUrl, scene.NoImageFor));
        }
    }

    /// <summary>The sizes. Prompts, texts and metadata are stored, and would only take memory while the images are made.</summary>
    private static Scenario NeededForImages(Scenario scenario) => new(
        new ScenarioDetails { Title = "", Resolution = scenario.Details.Resolution },
        [
            .. scenario.Scenes.Where(scene => scene.Resolution is not null)
                .Select(scene => new Scene { SceneNumber = scene.SceneNumber, Resolution = scene.Resolution }),
        ]);

    private static async Task<Guid> SaveScenarioAsync(
        IWorkflowContext context, SaveScenarioInput input, ProgressBoard board)
    {
        var stepInput = new SaveScenarioStepInput(
            context.TaskId, input.ShortId, input.UserId, input.Scenario.Details, input.Scenario.Scenes.Count);
        var saved = await RequireAsync(
            context.CallStepAsync(WorkflowSteps.SaveScenario, stepInput),
            "Saving the scenario", TaskErrorCodes.SaveScenarioFailed, board);
        return saved.ScenarioId;
    }

    /// <returns>Text for people: the outcome.</returns>
    private static async Task<string> MakeImagesAsync(
        IWorkflowContext context, SaveScenarioInput input, ProgressBoard board)
    {
        if (board.ImagesToMake == 0)
        {
            return board.SceneCount == 1
                ? "Scenario saved; its only scene already has its image"
                : "Scenario saved; only the first scene has an image prompt";
        }

        SceneImages? images = null;
        try
        {
            var check = await HoldCreditsAsync(context, input, board);
            board.Held(check.HeldAt);
            var isFirstTry = check.Needed == (long)board.ImagesToMake * input.CreditsPerImage;
            if (!check.IsEnough && isFirstTry) // otherwise each scene's step finds how it has ended
            {
                board.SkipImages(SceneReason.InsufficientCredits);
                return (input.ScenarioId is null ? "Scenario saved without images: they need" : "No image made: that needs")
                    + $" {check.Needed} credits, and {check.Balance} are available";
            }

            images = new SceneImages(context, input, board, check);
            await images.GenerateAllAsync();
            if (check.Held is not null)
            {
                await ReleaseCreditsAsync(context, images);
            }

            return $"{(input.ScenarioId is null ? "Scenario saved; " : "")}{board.ImagesGenerated} of {board.ImagesToMake} images made";
        }
        catch (WorkflowFailedException)
        {
            await ReleaseCreditsAsync(context, images);
            throw;
        }
    }

    private static Task<CreditCheck> HoldCreditsAsync(
        IWorkflowContext context, SaveScenarioInput input, ProgressBoard board) => RequireAsync(
        context.CallStepAsync(WorkflowSteps.CheckCredits, Workflows.HoldFor(context.TaskId, input, board.ImagesToMake)),
        "Checking the credits", TaskErrorCodes.CheckCreditsFailed, board);

    /// <param name="context">The task's context.</param>
    /// <param name="images">Say why scenes that are still pending get no image; null leaves them as they are.</param>
    private static async Task ReleaseCreditsAsync(IWorkflowContext context, SceneImages? images)
    {
        try
        {
            await context.CallStepAsync(
                WorkflowSteps.ReleaseCredits,
                new ReleaseCreditsInput(context.TaskId, images?.StoppedFor) { PendingScenes = images?.EndedWithoutStep });
        }
        catch (StepFailedException)
        {
            // This must not fail the task: the hold expires by itself.
        }
    }

    /// <summary>Returns the step's value. If the step failed, fails the task with an error that names the stage.</summary>
    internal static async Task<T> RequireAsync<T>(Task<T> call, string stage, string code, ProgressBoard board)
    {
        try
        {
            return await call;
        }
        catch (StepFailedException exception)
        {
            var error = new TaskError(code, $"{stage} failed: {exception.Message}");
            board.Fail(error);
            throw new WorkflowFailedException(error, exception);
        }
    }
}
