using Microsoft.DurableTask;
using ScenarioFunctions.Core.Steps;
using ScenarioFunctions.Core.Workflow;

namespace ScenarioFunctions.Engine;

/// <summary>The workflow's context on Durable Task.</summary>
/// <param name="context">The orchestrator's.</param>
/// <param name="task">The task's input.</param>
internal sealed class DurableWorkflowContext(TaskOrchestrationContext context, SaveScenarioInput task) : IWorkflowContext
{
    /// <summary>Not in the tasks that 0.2.0 and earlier started, which have no number: their histories have no such timers.</summary>
    private readonly bool imagesMayRest = task.WorkflowVersion is not null;

    /// <summary>Changes between reports, too: Durable Task writes the status at the end of a turn, from the last object that it was given.</summary>
    private readonly SortedDictionary<int, SceneWait> waits = [];

    public string TaskId => context.InstanceId;

    public async Task<TResult> CallStepAsync<TInput, TResult>(StepDefinition<TInput, TResult> step, TInput input)
    {
        var result = await CallActivityAsync(step, input);
        if (input is GenerateSceneImageInput image)
        {
            SetWait(image, result.Value as SceneImageOutcome);
        }

        if (result.Value is SceneImageOutcome { Carried.RestSeconds: { } seconds })
        {
            await context.CreateTimer(TimeSpan.FromSeconds(seconds), CancellationToken.None);
        }

        return result.Error is null ? result.Value! : throw new StepFailedException(result.Error);
    }

    /// <summary>
    /// Also during a replay, as each turn sets the status again. However many reports there are, Durable Task writes the status once
    /// per turn: see <see cref="HostJson"/>.
    /// </summary>
    public void ReportProgress(WorkflowProgress progress) => context.SetCustomStatus(progress with { Waiting = waits });

    private void SetWait(GenerateSceneImageInput image, SceneImageOutcome? outcome)
    {
        if (outcome is not null && SceneWait.After(image, outcome) is { } wait)
        {
            waits[image.SceneNumber] = wait;
        }
        else
        {
            waits.Remove(image.SceneNumber);
        }
    }

    private async Task<StepResult<TResult>> CallActivityAsync<TInput, TResult>(
        StepDefinition<TInput, TResult> step, TInput input)
    {
        try
        {
            object? told = input is GenerateSceneImageInput image && imagesMayRest ? image with { MayRest = true } : input;
            return await context.CallActivityAsync<StepResult<TResult>>(step.Name, told, OptionsOf(step.Retry));
        }
        catch (TaskFailedException exception)
        {
            // The exception's own message names an activity and a number; its details have the last attempt's message.
            var error = new TaskError(StepErrorCodes.RetriesExhausted, exception.FailureDetails.ErrorMessage);
            throw new StepFailedException(error, exception);
        }
    }

    private static TaskOptions OptionsOf(StepRetry retry) => TaskOptions.FromRetryPolicy(
        new RetryPolicy(retry.MaxAttempts, retry.FirstDelay, StepRetry.BackoffCoefficient, retry.MaxDelay));
}
