using ScenarioFunctions.Core.Steps;

namespace ScenarioFunctions.Core.Workflow;

/// <summary>
/// What a workflow may ask of the engine that runs it, and nothing else: no clock, no random, no I/O.
/// An engine runs a workflow's code on one thread at a time and, after a crash, runs it again from the
/// start, giving each finished step its recorded result in the order in which they were recorded.
/// </summary>
public interface IWorkflowContext
{
    string TaskId { get; }

    /// <summary>
    /// Runs a step to its end, with the retries of its definition. Await it without
    /// <c>ConfigureAwait(false)</c>, and await nothing but such calls and combinations of them.
    /// </summary>
    /// <exception cref="StepFailedException">The step failed for good, on either engine.</exception>
    Task<TResult> CallStepAsync<TInput, TResult>(StepDefinition<TInput, TResult> step, TInput input);

    /// <summary>Replaces what a front end sees. Cheap: it is not recorded, as a replay reports it again.</summary>
    void ReportProgress(WorkflowProgress progress);
}

/// <summary>A step failed for good: its fault was permanent, or its last try failed.</summary>
/// <param name="error">The failure's own message, and one of the codes of <see cref="StepErrorCodes"/>.</param>
/// <param name="inner">What the engine itself threw, if it did.</param>
public sealed class StepFailedException(TaskError error, Exception? inner = null) : Exception(error.Message, inner)
{
    public TaskError Error { get; } = error;
}
