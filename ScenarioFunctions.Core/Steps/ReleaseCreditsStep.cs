using ScenarioFunctions.Core.Json;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Core.Telemetry;

namespace ScenarioFunctions.Core.Steps;

/// <summary>Ends the scenes whose images were never started, and releases what is left of the task's hold.</summary>
internal sealed class ReleaseCreditsStep(ICreditLedger ledger, IScenarioStore store)
    : IStep<ReleaseCreditsInput, ReleasedCredits>
{
    public async Task<ReleasedCredits> RunAsync(
        ReleaseCreditsInput input, IStepContext context, CancellationToken stopping)
    {
        if (input.PendingEndFor is { } stop)
        {
            await store.EndPendingScenesAsync(
                ScenarioIds.Scenario(input.TaskId), SceneState.SkippedFor(stop.Reason) with { Note = stop.Note }, stopping);
        }

        var released = await ledger.ReleaseAsync(input.TaskId, stopping);
        ServiceMetrics.Released(released);
        if (input.PendingEndFor is { } counted) // only now, as a failed release repeats the whole step
        {
            ServiceMetrics.ImagesEnded(input.PendingScenes ?? 0, EnumNames.Of(SceneStatus.Skipped), EnumNames.Of(counted.Reason));
        }

        return new ReleasedCredits(released);
    }
}

/// <param name="TaskId">Also the hold's reference.</param>
/// <param name="PendingEndFor">Why scenes that are still pending get no image; null leaves them as they are.</param>
public sealed record ReleaseCreditsInput(string TaskId, OrderingStop? PendingEndFor)
{
    /// <summary>How many scenes were still pending when ordering stopped; null when it did not.</summary>
    public int? PendingScenes { get; init; }
}

/// <summary>How many credits became available.</summary>
public sealed record ReleasedCredits(long Amount);
