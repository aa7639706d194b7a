using ScenarioFunctions.Core.Settings;

namespace ScenarioFunctions.Local.Emulator;

/// <summary>How the emulated RunwayML behaves.</summary>
internal sealed record EmulatorSettings
{
    /// <summary><c>EMULATOR_LATENCY_SECONDS</c>, 2 unless set: how long a generation takes once its turn has come.</summary>
    public TimeSpan Latency { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary><c>EMULATOR_CONCURRENCY</c>, 20 unless set: how many run at once, of all models; the others are throttled.</summary>
    public int Concurrency { get; init; } = 20;

    /// <summary><c>EMULATOR_FAILURE_RATE</c>, 0 unless set: the share of generations, up to 1, that fail with <c>INTERNAL</c>.</summary>
    public double FailureRate { get; init; }

    public static EmulatorSettings Read(SettingsReader reader) => new()
    {
        Latency = reader.Seconds("EMULATOR_LATENCY_SECONDS", 2, 0, 3600),
        Concurrency = reader.WholeNumber("EMULATOR_CONCURRENCY", 20, 1, 10_000),
        FailureRate = reader.Number("EMULATOR_FAILURE_RATE", 0, 0, 1),
    };
}
