using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Settings;
using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Core.Steps;

/// <summary>
/// Holds a task's credits again before an order that its hold might not outlive, say when the service was off for days. Otherwise
/// all images that are made at once could be bought with credits that another task has taken by then.
/// </summary>
internal sealed class HoldRenewal(
    IScenarioStore store, ICreditLedger ledger, ScenePatience patience, ServiceSettings settings, TimeProvider time)
{
    /// <summary>Time for everything but waiting for RunwayML.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromHours(1);

    /// <summary>The longest time that so many images may take, one after the other, and some more.</summary>
    public static TimeSpan LifetimeFor(int images, ServiceSettings settings) =>
        (images * (ImageTurns.Longest + settings.ImageTimeout + settings.ImageStepBudget)) + Slack;

    /// <summary>Call it before an order: the hold then lasts until the image is charged.</summary>
    /// <exception cref="SceneEndedException">The credits for the images that are left cannot be held any more.</exception>
    public async Task EnsureAsync(SceneImageRun run)
    {
        var longest = settings.ImageTimeout + settings.ImageStepBudget;
        if (run.Input is not { Hold: { } hold, HeldUntil: { } until } || time.GetUtcNow() + longest < until)
        {
            return;
        }

        var held = await patience.UntilDoneAsync(
            run,
            "holding the credits again",
            async () =>
            {
                var unfinished = (await store.ListScenesAsync(run.GroupId, run.Stopping)).Count(row => row.State.Status.IsInProgress());
                return await ledger.HoldAsync(
                    run.Input.UserId, (long)unfinished * run.Input.CreditsPerImage, hold, LifetimeFor(1, settings), run.Stopping);
            },
            onlyTransient: true);
        if (held is null)
        {
            throw run.Skip(SceneReason.InsufficientCredits, stopsOrdering: true);
        }
    }
}
