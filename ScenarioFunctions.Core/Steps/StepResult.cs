namespace ScenarioFunctions.Core.Steps;

/// <summary>A step's result: its value, or an error that a retry cannot fix. Exactly one of the two is set.</summary>
public sealed record StepResult<T>(T? Value, TaskError? Error = null);

/// <summary>Why a step or a task failed, as data.</summary>
/// <param name="Code">Stable, in snake_case. A step's code is one of <see cref="StepErrorCodes"/>; a task's code names the stage.</param>
/// <param name="Message">Text for people; never contains a secret.</param>
public sealed record TaskError(string Code, string Message);

/// <summary>The codes of <see cref="StepResult{T}.Error"/>. They are recorded in journals and histories.</summary>
public static class StepErrorCodes
{
    /// <summary>A permanent error of the database or the image store.</summary>
    public const string StorageError = "storage_error";

    /// <summary>Every attempt failed.</summary>
    public const string RetriesExhausted = "retries_exhausted";
}
