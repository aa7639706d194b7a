using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Core.Steps;

/// <summary>Ends the scenes whose images were never begun, and releases what is left of the task's hold.</summary>
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

        return new ReleasedCredits(await ledger.ReleaseAsync(input.TaskId, stopping));
    }
}

/// <param name="TaskId">Names the hold.</param>
/// <param name="PendingEndFor">Why no image is made for scenes that are still pending; null leaves them as they are.</param>
public sealed record ReleaseCreditsInput(string TaskId, OrderingStop? PendingEndFor);

/// <summary>How many credits became available.</summary>
public sealed record ReleasedCredits(long Amount);
