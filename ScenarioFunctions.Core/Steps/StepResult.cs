using ScenarioFunctions.Core.Tasks;

namespace ScenarioFunctions.Core.Steps;

/// <summary>What a step gave: its value, or an error that no retry would mend. One of the two is set.</summary>
public sealed record StepResult<T>(T? Value, TaskError? Error = null);
