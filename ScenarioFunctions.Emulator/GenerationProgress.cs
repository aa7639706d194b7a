namespace ScenarioFunctions.Emulator;

/// <summary>A generation as it stands at a moment, and what share of it is done, from 0 to 1.</summary>
internal sealed record GenerationProgress(EmulatedGeneration Generation, EmulatedStatus Status, double Share)
{
    private static readonly TimeSpan LongestPending = TimeSpan.FromMilliseconds(250);

    /// <summary>One that its schedule no longer knows.</summary>
    public static GenerationProgress Ended(EmulatedGeneration generation) =>
        new(generation, generation.FailureCode is null ? EmulatedStatus.Succeeded : EmulatedStatus.Failed, 1);

    /// <summary>One that is open.</summary>
    public static GenerationProgress Of(EmulatorRun run, DateTimeOffset now)
    {
        if (run.StartedAt is not { } startedAt)
        {
            return new GenerationProgress(run.Generation, EmulatedStatus.Throttled, 0);
        }

        var duration = run.Generation.Duration;
        var pending = duration / 10 < LongestPending ? duration / 10 : LongestPending;
        return now < startedAt + pending
            ? new GenerationProgress(run.Generation, EmulatedStatus.Pending, 0)
            : new GenerationProgress(run.Generation, EmulatedStatus.Running, (now - startedAt) / duration);
    }
}
