namespace ScenarioFunctions.Core.Tasks;

/// <summary>Why a task failed, as data.</summary>
/// <param name="Code">Stable, in snake_case, naming the stage: see <see cref="TaskErrorCodes"/>.</param>
/// <param name="Message">For a person; never holds a secret.</param>
public sealed record TaskError(string Code, string Message);
