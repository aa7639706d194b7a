namespace ScenarioFunctions.Emulator;

/// <summary>
/// RunwayML's states of a task. Its sixth, CANCELLED, is never seen: a cancelled task cannot be fetched again.
/// </summary>
internal enum EmulatedStatus
{
    /// <summary>Waits until fewer run.</summary>
    Throttled,

    /// <summary>Has its turn, and is about to start.</summary>
    Pending,

    Running,

    Succeeded,

    Failed,
}
