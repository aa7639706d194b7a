using ScenarioFunctions.Core.Steps;

namespace ScenarioFunctions.Core.Workflow;

/// <summary>
/// All that a workflow may use of its engine: no clock, no random numbers, no I/O. An engine runs a workflow's code on one
/// thread at a time. After a crash it runs the code again from the start, and gives each finished step its recorded result, in
/// the order in which the results were recorded.
/// </summary>
public interface IWorkflowContext
{
    string TaskId { get; }

    /// <summary>
    /// Runs a step, with the retries of its definition. Await it without <c>ConfigureAwait(false)</c>, and await nothing but
    /// such calls and combinations of them.
    /// </summary>
    /// <exception cref="StepFailedException">The step failed permanently. The same on either engine.</exception>
    Task<TResult> CallStepAsync<TInput, TResult>(StepDefinition<TInput, TResult> step, TInput input);

    /// <summary>Replaces the progress that a front end sees. Cheap: it is not recorded, as a replay reports it again.</summary>
    void ReportProgress(WorkflowProgress progress);
}

/// <summary>A step failed permanently: its error was permanent, or its last attempt failed.</summary>
/// <param name="error">The failure's own message, and one of the codes in <see cref="StepErrorCodes"/>.</param>
/// <param name="inner">The engine's own exception, if there was one.</param>
public sealed class StepFailedException(TaskError error, Exception? inner = null) : Exception(error.Message, inner)
{
    public TaskError Error { get; } = error;
}
