using ScenarioFunctions.Core.Steps;
using ScenarioFunctions.Core.Tasks;

namespace ScenarioFunctions.Core.Workflow;

/// <summary>A step failed for good: its fault was permanent, or its last try failed.</summary>
/// <param name="error">The failure's own message, and one of the codes of <see cref="StepErrorCodes"/>.</param>
/// <param name="inner">What the engine itself threw, if it did.</param>
public sealed class StepFailedException(TaskError error, Exception? inner = null) : Exception(error.Message, inner)
{
    public TaskError Error { get; } = error;
}
