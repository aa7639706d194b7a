using System.Text.Json.Serialization;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Settings;
using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Core.Steps;

/// <summary>Holds the credits for all images, all or nothing; when they are short, marks every scene so.</summary>
internal sealed class CheckCreditsStep(ICreditLedger ledger, IScenarioStore store, ServiceSettings settings)
    : IStep<CheckCreditsInput, CreditCheck>
{
    /// <summary>For all that is not waiting for RunwayML.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromHours(1);

    public async Task<CreditCheck> RunAsync(CheckCreditsInput input, IStepContext context, CancellationToken stopping)
    {
        var needed = (long)input.Images * input.CreditsPerImage;
        if (needed == 0 || await ledger.HoldAsync(input.UserId, needed, input.TaskId, LifetimeOf(input), stopping))
        {
            return new CreditCheck(needed, Held: true);
        }

        var balance = await ledger.GetBalanceAsync(input.UserId, stopping);
        await store.EndPendingScenesAsync(
            ScenarioIds.Scenario(input.TaskId), SceneState.SkippedFor(SceneReason.InsufficientCredits), stopping);
        return new CreditCheck(needed, balance.Available, Held: false);
    }

    /// <summary>The longest that the task may take, and then some: a hold that nobody releases is not lost.</summary>
    private TimeSpan LifetimeOf(CheckCreditsInput input)
    {
        var imagesPerLane = (input.Images + input.MaxParallelImages - 1) / input.MaxParallelImages;
        return (imagesPerLane * (settings.ImageTimeout + settings.ImageStepBudget)) + Slack;
    }
}

/// <param name="TaskId">Names the hold; and whose scenes are marked when the credits are short.</param>
/// <param name="UserId">Who pays.</param>
/// <param name="Images">Images to make, at least 1.</param>
/// <param name="CreditsPerImage">Credits.</param>
/// <param name="MaxParallelImages">How many are made at once, at least 1. Version 0.1.0 did not say.</param>
public sealed record CheckCreditsInput(
    string TaskId, string UserId, int Images, int CreditsPerImage, int MaxParallelImages = 1);

/// <summary>Whether there are credits for all images.</summary>
/// <param name="Needed">Credits.</param>
/// <param name="Balance">What was available, where that was asked for.</param>
/// <param name="Held">Whether they are held. Null in records of version 0.1.0, which only looked at the balance.</param>
public sealed record CreditCheck(long Needed, long? Balance = null, bool? Held = null)
{
    [JsonIgnore]
    public bool IsEnough => Held ?? Balance >= Needed;
}
