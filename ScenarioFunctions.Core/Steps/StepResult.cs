namespace ScenarioFunctions.Core.Steps;

/// <summary>What a step gave: its value, or an error that no retry would mend. One of the two is set.</summary>
public sealed record StepResult<T>(T? Value, TaskError? Error = null);

/// <summary>Why a step or a task failed, as data.</summary>
/// <param name="Code">Stable, in snake_case: a step's is one of <see cref="StepErrorCodes"/>, a task's names the stage.</param>
/// <param name="Message">For a person; never holds a secret.</param>
public sealed record TaskError(string Code, string Message);

/// <summary>The codes of a step's <see cref="StepResult{T}.Error"/>: recorded in journals and histories.</summary>
public static class StepErrorCodes
{
    /// <summary>A permanent fault of the database or the image store.</summary>
    public const string StorageError = "storage_error";

    /// <summary>The last try failed, too.</summary>
    public const string RetriesExhausted = "retries_exhausted";
}
