using ScenarioFunctions.Core.Runway;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Settings;
using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Core.Steps;

/// <summary>
/// Limits what may be ordered: a user's rejected images, which cost their full price and endanger the account, and RunwayML
/// credits per task and per day.
/// </summary>
internal sealed class OrderLimits(
    IScenarioStore store, ScenePatience patience, RunwaySettings runway, ServiceSettings settings, TimeProvider time)
    : IDisposable
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private readonly StepTurns turns = new(1);
    private volatile int lastPrice = 1;

    private bool CountsCredits => runway.MaxCreditsPerTask is not null || runway.MaxCreditsPerDay is not null;

    /// <summary>
    /// Orders and records one image, unless a limit is reached. While credits are limited, only one order runs at a time, as each
    /// must see what the others cost. An image is expected to cost as much as the last one.
    /// </summary>
    /// <param name="run">The scene's run.</param>
    /// <param name="unanswered">How long RunwayML has been unavailable for the order; null when it is not.</param>
    /// <param name="order">Makes and records one order. Returns the estimated price, if it is known.</param>
    /// <exception cref="SceneEndedException">A limit is reached, or the task was cancelled.</exception>
    /// <exception cref="StillWaitingException">The step's budget is over, and the turn did not come.</exception>
    public async Task OrderAsync(SceneImageRun run, TimeSpan? unanswered, Func<Task<int?>> order)
    {
        await CheckRejectionsAsync(run);
        if (!CountsCredits)
        {
            await order();
            return;
        }

        await turns.RunAsync(
            run,
            async () =>
            {
                await CheckCreditsAsync(run, run.GroupId, runway.MaxCreditsPerTask, "per task");
                await CheckCreditsAsync(run, null, runway.MaxCreditsPerDay, "per day");
                return lastPrice = await order() ?? lastPrice;
            },
            unanswered);
    }

    public void Dispose() => turns.Dispose();

    private async Task CheckRejectionsAsync(SceneImageRun run)
    {
        if (settings.MaxRejectionsPerUserPerDay is not (> 0 and var limit))
        {
            return;
        }

        var rejections = await patience.UntilDoneAsync(
            run,
            "reading the rejected images",
            () => store.CountRejectionsAsync(run.Input.UserId, time.GetUtcNow() - Day, run.Stopping),
            onlyTransient: true);
        if (rejections >= limit)
        {
            throw LimitReached(run, $"RunwayML has rejected {rejections} images of this user in 24 hours, and {limit} are "
                + "allowed. No more images were ordered. Change the prompts and try again later.");
        }
    }

    /// <param name="run">The scene's run.</param>
    /// <param name="scenarioId">The scenario whose credits count; null for all credits of the last 24 hours.</param>
    /// <param name="limit">Null is no limit.</param>
    /// <param name="per">The period, for the note.</param>
    private async Task CheckCreditsAsync(SceneImageRun run, Guid? scenarioId, int? limit, string per)
    {
        if (limit is null)
        {
            return;
        }

        var spent = await patience.UntilDoneAsync(
            run,
            "reading what images cost",
            () => store.SumServiceCreditsAsync(scenarioId, time.GetUtcNow() - Day, run.Stopping),
            onlyTransient: true);
        if (spent + lastPrice > limit)
        {
            throw LimitReached(run, $"Images may cost {limit} RunwayML credits {per}, and {spent} are spent. No more images were ordered.");
        }
    }

    private static SceneEndedException LimitReached(SceneImageRun run, string note) =>
        run.Skip(SceneReason.LimitReached, note, stopsOrdering: true);
}
