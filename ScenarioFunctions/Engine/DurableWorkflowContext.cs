using Microsoft.DurableTask;
using ScenarioFunctions.Core.Steps;
using ScenarioFunctions.Core.Workflow;

namespace ScenarioFunctions.Engine;

/// <summary>What a workflow asks, asked of Durable Task.</summary>
internal sealed class DurableWorkflowContext(TaskOrchestrationContext context) : IWorkflowContext
{
    public string TaskId => context.InstanceId;

    public async Task<TResult> CallStepAsync<TInput, TResult>(StepDefinition<TInput, TResult> step, TInput input)
    {
        var result = await CallActivityAsync(step, input);
        return result.Error is null ? result.Value! : throw new StepFailedException(result.Error);
    }

    /// <summary>
    /// Also while replaying, as each turn sets the status anew. Durable Task writes it down once a turn, however
    /// many reports there are: see <see cref="HostJson"/>.
    /// </summary>
    public void ReportProgress(WorkflowProgress progress) => context.SetCustomStatus(progress);

    private async Task<StepResult<TResult>> CallActivityAsync<TInput, TResult>(
        StepDefinition<TInput, TResult> step, TInput input)
    {
        try
        {
            return await context.CallActivityAsync<StepResult<TResult>>(step.Name, input, OptionsOf(step.Retry));
        }
        catch (TaskFailedException exception)
        {
            // Its own message speaks of activities and numbers; the details have the one of the last try.
            var error = new TaskError(StepErrorCodes.RetriesExhausted, exception.FailureDetails.ErrorMessage);
            throw new StepFailedException(error, exception);
        }
    }

    private static TaskOptions OptionsOf(StepRetry retry) => TaskOptions.FromRetryPolicy(
        new RetryPolicy(retry.MaxAttempts, retry.FirstDelay, StepRetry.BackoffCoefficient, retry.MaxDelay));
}
