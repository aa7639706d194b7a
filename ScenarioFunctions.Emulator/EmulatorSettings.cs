namespace ScenarioFunctions.Emulator;

/// <summary>How the emulated RunwayML behaves.</summary>
public sealed record EmulatorSettings
{
    /// <summary>How long a generation takes once its turn has come.</summary>
    public TimeSpan Latency { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How many run at once, of all models; the others are throttled.</summary>
    public int Concurrency { get; init; } = 20;

    /// <summary>The share of generations, up to 1, that fail with <c>INTERNAL</c>.</summary>
    public double FailureRate { get; init; }
}
