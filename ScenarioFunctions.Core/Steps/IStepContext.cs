namespace ScenarioFunctions.Core.Steps;

/// <summary>What a running step may ask of its engine.</summary>
public interface IStepContext
{
    /// <summary>Whether the step's task has been cancelled, as of now: asked before every paid act.</summary>
    ValueTask<bool> IsCancelledAsync(CancellationToken cancellationToken);
}
