namespace ScenarioFunctions.Core.Runway;

/// <summary>RunwayML's six task states; the three open ones are one here.</summary>
public enum GenerationState
{
    /// <summary>PENDING, THROTTLED or RUNNING.</summary>
    Open,
    Succeeded,
    Failed,
    Cancelled,
}
