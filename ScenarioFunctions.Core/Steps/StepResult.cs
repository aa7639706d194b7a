using ScenarioFunctions.Core.Tasks;

namespace ScenarioFunctions.Core.Steps;

/// <summary>What a step gave: its value, or an error that no retry would mend. One of the two is set.</summary>
public sealed record StepResult<T>(T? Value, TaskError? Error = null);

/// <summary>The codes of a step's <see cref="StepResult{T}.Error"/>: recorded in journals and histories.</summary>
public static class StepErrorCodes
{
    /// <summary>A permanent fault of the database or the image store.</summary>
    public const string StorageError = "storage_error";

    /// <summary>The last try failed, too.</summary>
    public const string RetriesExhausted = "retries_exhausted";
}
