using ScenarioFunctions.Core.Tasks;

namespace ScenarioFunctions.Core.Workflow;

/// <summary>The workflow ends in failure; its last progress carries the same error.</summary>
public sealed class WorkflowFailedException(TaskError error, Exception? inner = null) : Exception(error.Message, inner)
{
    public TaskError Error { get; } = error;
}
