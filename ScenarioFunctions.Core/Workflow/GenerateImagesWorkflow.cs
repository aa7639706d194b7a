using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Steps;

namespace ScenarioFunctions.Core.Workflow;

/// <summary>
/// Makes images of a stored scenario: missing ones, or others again. The rows that say what is wanted are stored before it
/// starts. Deterministic: see <see cref="IWorkflowContext"/>.
/// </summary>
public static class GenerateImagesWorkflow
{
    /// <inheritdoc cref="SaveScenarioWorkflow.Name"/>
    public const string Name = "GenerateImagesWorkflow";

    /// <exception cref="WorkflowFailedException">A step failed permanently.</exception>
    public static Task<SaveScenarioResult> RunAsync(IWorkflowContext context, SaveScenarioInput input)
    {
        var board = new ProgressBoard(context, input.Scenario.Scenes, Workflows.ScenesToImage(input));
        board.ScenarioSaved(input.ScenarioId!.Value);
        return SaveScenarioWorkflow.FinishAsync(context, input, board, input.ScenarioId.Value);
    }
}

/// <summary>The workflows, by what they are given.</summary>
public static class Workflows
{
    public static string NameFor(SaveScenarioInput input) =>
        input.ScenarioId is null ? SaveScenarioWorkflow.Name : GenerateImagesWorkflow.Name;

    public static bool IsOurs(string? name) => name is SaveScenarioWorkflow.Name or GenerateImagesWorkflow.Name;

    /// <exception cref="WorkflowFailedException">A step failed permanently.</exception>
    public static Task<SaveScenarioResult> RunAsync(IWorkflowContext context, SaveScenarioInput input) =>
        input.ScenarioId is null
            ? SaveScenarioWorkflow.RunAsync(context, input)
            : GenerateImagesWorkflow.RunAsync(context, input);

    /// <summary>The numbers of the scenes whose images the task makes.</summary>
    public static IReadOnlyList<int> ScenesToImage(SaveScenarioInput input) =>
    [
        .. input.Scenario.Scenes.Where(scene => input.ScenarioId is not null || scene.NoImageFor is null).Select(scene => scene.SceneNumber),
    ];

    /// <summary>The input of the step that holds the task's credits.</summary>
    public static CheckCreditsInput HoldFor(string taskId, SaveScenarioInput input, int images) =>
        new(taskId, input.UserId, images, input.CreditsPerImage, input.MaxParallelImages) { IsResumed = input.IsResumed };

    /// <summary>What is told before the workflow has reported anything.</summary>
    public static WorkflowProgress FirstProgress(SaveScenarioInput input) => input.ScenarioId is null
        ? new WorkflowProgress()
        : new WorkflowProgress
        {
            ScenarioId = input.ScenarioId,
            Scenes = [.. input.Scenario.Scenes.Select(scene => new SceneProgress(scene.SceneNumber, SceneStatus.Pending))],
        };
}
