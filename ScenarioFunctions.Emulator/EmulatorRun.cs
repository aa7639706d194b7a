namespace ScenarioFunctions.Emulator;

/// <summary>A generation in its schedule.</summary>
internal sealed class EmulatorRun(EmulatedGeneration generation)
{
    public EmulatedGeneration Generation { get; } = generation;

    /// <summary>Null until its turn has come.</summary>
    public DateTimeOffset? StartedAt { get; set; }

    /// <summary>Null until its turn has come. A cancel ends it before.</summary>
    public DateTimeOffset? EndsAt => StartedAt + Generation.Duration;
}
