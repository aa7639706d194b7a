using System.Text.Json.Serialization;
using ScenarioFunctions.Core.Json;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Settings;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Core.Telemetry;

namespace ScenarioFunctions.Core.Steps;

/// <summary>
/// Holds the credits for all images that are still to be made, all or nothing. If there are too few, marks their scenes as skipped.
/// </summary>
internal sealed class CheckCreditsStep(ICreditLedger ledger, IScenarioStore store, ServiceSettings settings, TimeProvider time)
    : IStep<CheckCreditsInput, CreditCheck>
{
    public async Task<CreditCheck> RunAsync(CheckCreditsInput input, IStepContext context, CancellationToken stopping)
    {
        var scenarioId = ScenarioIds.Scenario(input.TaskId);
        var unfinished = input.IsResumed == true
            ? (await store.ListScenesAsync(scenarioId, stopping)).Where(row => row.State.Status.IsInProgress()).ToList()
            : null;
        var needed = (long)(unfinished?.Count ?? input.Images) * input.CreditsPerImage;
        if (needed == 0)
        {
            return new CreditCheck(needed, Held: true);
        }

        var lifetime = LifetimeOf(input);
        var until = time.GetUtcNow() + lifetime;
        if (await ledger.HoldAsync(input.UserId, needed, input.TaskId, lifetime, stopping) is { } held)
        {
            ServiceMetrics.Held(held);
            return new CreditCheck(needed, Held: true) { HeldAt = time.GetUtcNow(), HeldUntil = until };
        }

        var balance = await ledger.GetBalanceAsync(input.UserId, stopping);
        var end = SceneState.SkippedFor(SceneReason.InsufficientCredits);
        await store.EndPendingScenesAsync(scenarioId, end, stopping);
        foreach (var scene in (unfinished ?? []).Where(IsBetweenOrders))
        {
            await store.UpdateSceneAsync(scene.Id, scene.State.EndedAs(end), stopping);
        }

        ServiceMetrics.ImagesEnded(unfinished?.Count ?? input.Images, EnumNames.Of(end.Status), EnumNames.Of(end.Reason));
        return new CreditCheck(needed, balance.Available, Held: false);
    }

    /// <summary>Its generation failed, and the next one is not ordered yet.</summary>
    private static bool IsBetweenOrders(SceneRow scene) => scene.State is { Status: SceneStatus.Generating, GenerationId: null };

    /// <summary>The longest time that the task may take, and some more. After that, a hold that nobody released ends by itself.</summary>
    private TimeSpan LifetimeOf(CheckCreditsInput input) =>
        HoldRenewal.LifetimeFor((input.Images + input.MaxParallelImages - 1) / input.MaxParallelImages, settings);
}

/// <param name="TaskId">Also the hold's reference; its scenes are marked when there are too few credits.</param>
/// <param name="UserId">The user who pays.</param>
/// <param name="Images">The number of images to make, at least 1.</param>
/// <param name="CreditsPerImage">The price of one image.</param>
/// <param name="MaxParallelImages">How many images are made at once, at least 1. Missing in records of version 0.1.0.</param>
public sealed record CheckCreditsInput(
    string TaskId, string UserId, int Images, int CreditsPerImage, int MaxParallelImages = 1)
{
    /// <summary>Whether the task failed and is continued, so that some images may be made and charged already; null means no.</summary>
    public bool? IsResumed { get; init; }
}

/// <summary>Whether there are credits for all images.</summary>
/// <param name="Needed">Credits for all images that were still to be made.</param>
/// <param name="Balance">The available credits, if they were read.</param>
/// <param name="Held">Whether the credits are held. Null in records of version 0.1.0, which only looked at the balance.</param>
public sealed record CreditCheck(long Needed, long? Balance = null, bool? Held = null)
{
    /// <summary>When they were held; null when none are, and in records of version 0.2.0.</summary>
    public DateTimeOffset? HeldAt { get; init; }

    /// <summary>When the hold expires, unless it is renewed; null when nothing is held, and in records of version 0.2.0.</summary>
    public DateTimeOffset? HeldUntil { get; init; }

    [JsonIgnore]
    public bool IsEnough => Held ?? Balance >= Needed;
}
