using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using ScenarioFunctions.Core.Steps;
using ScenarioFunctions.Engine;

namespace ScenarioFunctions.Functions;

/// <summary>The activities: each runs one try of one step, under the step's own name.</summary>
public sealed class StepFunctions(StepRunner steps)
{
    [Function("SaveScenario")]
    public Task<StepResult<SavedScenario>> SaveScenarioAsync(
        [ActivityTrigger] SaveScenarioStepInput input,
        [DurableClient] DurableTaskClient client,
        CancellationToken stopping) =>
        RunAsync(WorkflowSteps.SaveScenario, input.TaskId, input, client, stopping);

    [Function("SaveScenes")]
    public Task<StepResult<SavedScenes>> SaveScenesAsync(
        [ActivityTrigger] SaveScenesStepInput input,
        [DurableClient] DurableTaskClient client,
        CancellationToken stopping) =>
        RunAsync(WorkflowSteps.SaveScenes, input.TaskId, input, client, stopping);

    [Function("CheckCredits")]
    public Task<StepResult<CreditCheck>> CheckCreditsAsync(
        [ActivityTrigger] CheckCreditsInput input,
        [DurableClient] DurableTaskClient client,
        CancellationToken stopping) =>
        RunAsync(WorkflowSteps.CheckCredits, input.TaskId, input, client, stopping);

    [Function("GenerateSceneImage")]
    public Task<StepResult<SceneImageOutcome>> GenerateSceneImageAsync(
        [ActivityTrigger] GenerateSceneImageInput input,
        [DurableClient] DurableTaskClient client,
        CancellationToken stopping) =>
        RunAsync(WorkflowSteps.GenerateSceneImage, input.TaskId, input, client, stopping);

    private Task<StepResult<TResult>> RunAsync<TInput, TResult>(
        StepDefinition<TInput, TResult> step,
        string taskId,
        TInput input,
        DurableTaskClient client,
        CancellationToken stopping) =>
        steps.RunAsync(step, taskId, input, new DurableStepContext(client, taskId), stopping);
}
