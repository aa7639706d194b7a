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

    /// <summary>What an image of each model cost last. Only used by the one whose turn it is.</summary>
    private readonly Dictionary<string, int> lastPrices = [];

    private bool CountsCredits => runway.MaxCreditsPerTask is not null || runway.MaxCreditsPerDay is not null;

    /// <summary>
    /// Orders and records one image, unless a limit is reached. While credits are limited, only one order runs at a time, as each
    /// must see what the others cost. An image is expected to cost what RunwayML publishes, or as much as the model's last one if that was more.
    /// </summary>
    /// <param name="run">The scene's run.</param>
    /// <param name="image">The model, and the published price in RunwayML credits; null when there is none.</param>
    /// <param name="unanswered">How long RunwayML has been unavailable for the order; null when it is not.</param>
    /// <param name="order">Makes and records one order. Returns the estimated price, if it is known.</param>
    /// <exception cref="SceneEndedException">A limit is reached, or the task was cancelled.</exception>
    /// <exception cref="StillWaitingException">The step's budget is over, and the turn did not come.</exception>
    public async Task OrderAsync(SceneImageRun run, (string Model, int? Price) image, TimeSpan? unanswered, Func<Task<int?>> order)
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
                var expected = Math.Max(image.Price ?? 1, lastPrices.GetValueOrDefault(image.Model));
                await CheckCreditsAsync(run, expected, run.GroupId, runway.MaxCreditsPerTask, "per task");
                await CheckCreditsAsync(run, expected, null, runway.MaxCreditsPerDay, "per day");
                return lastPrices[image.Model] = await order() ?? expected;
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
    /// <param name="expected">What the image is expected to cost.</param>
    /// <param name="scenarioId">The scenario whose credits count; null for all credits of the last 24 hours.</param>
    /// <param name="limit">Null is no limit.</param>
    /// <param name="per">The period, for the note.</param>
    private async Task CheckCreditsAsync(SceneImageRun run, int expected, Guid? scenarioId, int? limit, string per)
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
        if (spent + expected > limit)
        {
            throw LimitReached(run, $"Images may cost {limit} RunwayML credits {per}, and {spent} are spent. The next one may cost {expected}, so it was not ordered.");
        }
    }

    private static SceneEndedException LimitReached(SceneImageRun run, string note) =>
        run.Skip(SceneReason.LimitReached, note, stopsOrdering: true);
}
