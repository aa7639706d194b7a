namespace ScenarioFunctions.Core.Steps;

/// <summary>What a running step may ask of its engine.</summary>
public interface IStepContext
{
    /// <summary>Fires when the engine learns of a cancel by itself; never, on an engine that has to be asked.</summary>
    CancellationToken Cancelled { get; }

    /// <summary>Whether the step's task has been cancelled, as of now: asked before every paid act.</summary>
    ValueTask<bool> IsCancelledAsync(CancellationToken cancellationToken);
}
