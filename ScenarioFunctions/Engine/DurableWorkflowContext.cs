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

    /// <summary>
    /// Also while replaying, as each turn sets the status anew. Durable Task writes it down once a turn, however
    /// many reports there are: see <see cref="HostJson"/>.
    /// </summary>
    public void ReportProgress(WorkflowProgress progress) => context.SetCustomStatus(progress);

    private static TaskOptions OptionsOf(StepRetry retry) => TaskOptions.FromRetryPolicy(
        new RetryPolicy(retry.MaxAttempts, retry.FirstDelay, StepRetry.BackoffCoefficient, retry.MaxDelay));
}
