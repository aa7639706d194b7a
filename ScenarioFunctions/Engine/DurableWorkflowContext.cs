using Microsoft.DurableTask;
using ScenarioFunctions.Core.Steps;
using ScenarioFunctions.Core.Workflow;

namespace ScenarioFunctions.Engine;

/// <summary>
/// What a workflow asks, asked of Durable Task. Its tasks are handed on as they are: a task of our own
/// around them would resume the workflow outside the orchestrator's thread.
/// </summary>
internal sealed class DurableWorkflowContext(TaskOrchestrationContext context) : IWorkflowContext
{
    public string TaskId => context.InstanceId;

    public Task<StepResult<TResult>> CallStepAsync<TInput, TResult>(
        StepDefinition<TInput, TResult> step, TInput input) =>
        context.CallActivityAsync<StepResult<TResult>>(step.Name, input, OptionsOf(step.Retry));

    /// <summary>Also while replaying: the status of the last report of a run is the one that is kept.</summary>
    public void ReportProgress(WorkflowProgress progress) => context.SetCustomStatus(new ProgressStatus(progress));

    private static TaskOptions OptionsOf(StepRetry retry) => TaskOptions.FromRetryPolicy(
        new RetryPolicy(retry.MaxAttempts, retry.FirstDelay, StepRetry.BackoffCoefficient, retry.MaxDelay));
}
