namespace ScenarioFunctions.Emulator;

/// <summary>
/// An ordered generation. Its state follows from the clock. Its outcome is fixed from the start, so that all polls agree: a
/// failure code, or an image. <c>Duration</c> counts from its turn.
/// </summary>
internal sealed record EmulatedGeneration(
    Guid Id, string Model, string PromptText, int Width, int Height, long? Seed, int Credits,
    string? FailureCode, TimeSpan Duration, DateTimeOffset CreatedAt)
{
    /// <summary>The part of its price that is paid once it has ended.</summary>
    public int Cost => FailureCodes.IsCharged(FailureCode) ? Credits : 0;
}

/// <summary>
/// RunwayML's states of a task. There is no CANCELLED: a cancelled task cannot be fetched again.
/// </summary>
internal enum EmulatedStatus
{
    /// <summary>Waits until fewer generations run.</summary>
    Throttled,

    /// <summary>Its turn has come, and it is about to start.</summary>
    Pending,

    Running,

    Succeeded,

    Failed,
}

/// <summary>The state of a generation at one moment, and the share that is done, from 0 to 1.</summary>
internal sealed record GenerationProgress(EmulatedGeneration Generation, EmulatedStatus Status, double Share)
{
    private static readonly TimeSpan LongestPending = TimeSpan.FromMilliseconds(250);

    /// <summary>A generation that is no longer in its schedule.</summary>
    public static GenerationProgress Ended(EmulatedGeneration generation) =>
        new(generation, generation.FailureCode is null ? EmulatedStatus.Succeeded : EmulatedStatus.Failed, 1);

    /// <summary>A generation that is open.</summary>
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
