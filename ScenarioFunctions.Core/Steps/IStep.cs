namespace ScenarioFunctions.Core.Steps;

/// <summary>One step of a workflow: where all I/O is. May run more than once; must then come to the same end.</summary>
public interface IStep<TInput, TResult>
{
    /// <exception cref="Storage.StorageException">Not transient: becomes the result's error, without a retry.</exception>
    /// <exception cref="Exception">Any other: the engine tries again, as the definition says.</exception>
    /// <exception cref="OperationCanceledException">The host is stopping: the step counts as not run.</exception>
    Task<TResult> RunAsync(TInput input, IStepContext context, CancellationToken stopping);
}
