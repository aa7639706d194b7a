using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Steps;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Engine;

namespace ScenarioFunctions.Functions;

/// <summary>The activities: each runs one attempt of one step, under the step's name.</summary>
public sealed class StepFunctions(StepRunner steps, DurableClients clients, TaskIndexing index)
{
    [Function("SaveScenario")]
    public Task<StepResult<SavedScenario>> SaveScenarioAsync(
        [ActivityTrigger] SaveScenarioStepInput input,
        [DurableClient] DurableTaskClient client,
        CancellationToken stopping) =>
        RunFirstAsync(WorkflowSteps.SaveScenario, input.TaskId, input.UserId, input, client, stopping);

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
        RunFirstAsync(WorkflowSteps.CheckCredits, input.TaskId, input.UserId, input, client, stopping);

    [Function("ReleaseCredits")]
    public Task<StepResult<ReleasedCredits>> ReleaseCreditsAsync(
        [ActivityTrigger] ReleaseCreditsInput input,
        [DurableClient] DurableTaskClient client,
        CancellationToken stopping) =>
        RunAsync(WorkflowSteps.ReleaseCredits, input.TaskId, input, client, stopping);

    /// <summary>
    /// When the host stops, the step's waits end with a result. An exception would be three error lines in the log: of the worker,
    /// of the host and of Durable Task.
    /// </summary>
    [Function("GenerateSceneImage")]
    public async Task<StepResult<SceneImageOutcome>> GenerateSceneImageAsync(
        [ActivityTrigger] GenerateSceneImageInput input,
        [DurableClient] DurableTaskClient client,
        CancellationToken stopping)
    {
        try
        {
            var result = await RunAsync(WorkflowSteps.GenerateSceneImage, input.TaskId, input, client, stopping);
            await KeepOrderAsync(input, result.Value?.Carried);
            return result;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return new StepResult<SceneImageOutcome>(
                new SceneImageOutcome(SceneImageNext.Again, SceneStatus.Generating));
        }
    }

    [Function("CleanUp")]
    public Task<StepResult<CleanedUp>> CleanUpAsync(
        [ActivityTrigger] CleanUpInput input,
        [DurableClient] DurableTaskClient client,
        CancellationToken stopping) =>
        RunAsync(WorkflowSteps.CleanUp, input.TaskId, input, client, stopping);

    /// <summary>
    /// An order that could not be recorded is only known to this activity's answer. If the task is terminated before the answer
    /// arrives, the answer is dropped, so this schedules the clean-up first.
    /// </summary>
    private async Task KeepOrderAsync(GenerateSceneImageInput input, CarriedOver? carried)
    {
        if (carried?.Unsaved is null)
        {
            return;
        }

        var cleanUp = new CleanUpInput(input.TaskId, input.UserId, input.CreditsPerImage)
        {
            Order = input with { Wait = input.Wait + 1, Carried = carried },
        };
        try
        {
            await clients.ScheduleCleanUpAsync(cleanUp, CancellationToken.None);
        }
        catch (EngineUnavailableException)
        {
            // The task continues with the answer, unless it is cancelled at this very moment.
        }
    }

    /// <summary>A task's first step also records the task in the index, in case its start could not.</summary>
    private async Task<StepResult<TResult>> RunFirstAsync<TInput, TResult>(
        StepDefinition<TInput, TResult> step,
        string taskId,
        string userId,
        TInput input,
        DurableTaskClient client,
        CancellationToken stopping)
    {
        clients.Current = client;
        var context = new DurableStepContext(clients, taskId);
        var result = await steps.RunAsync(step, taskId, input, context, stopping);
        await index.TryRecordAsync(context.Seen, userId);
        return result;
    }

    private Task<StepResult<TResult>> RunAsync<TInput, TResult>(
        StepDefinition<TInput, TResult> step,
        string taskId,
        TInput input,
        DurableTaskClient client,
        CancellationToken stopping)
    {
        clients.Current = client;
        return steps.RunAsync(step, taskId, input, new DurableStepContext(clients, taskId), stopping);
    }
}
