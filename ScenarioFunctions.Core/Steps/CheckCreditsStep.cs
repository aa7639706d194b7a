using System.Text.Json.Serialization;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Core.Steps;

/// <summary>Checks the balance once for all images; when it is short, marks every scene so.</summary>
internal sealed class CheckCreditsStep(ICreditLedger ledger, IScenarioStore store) : IStep<CheckCreditsInput, CreditCheck>
{
    public async Task<CreditCheck> RunAsync(CheckCreditsInput input, IStepContext context, CancellationToken stopping)
    {
        var needed = (long)input.Images * input.CreditsPerImage;
        var check = new CreditCheck(needed, (await ledger.GetBalanceAsync(input.UserId, stopping)).Available);
        if (!check.IsEnough)
        {
            await store.EndPendingScenesAsync(
                ScenarioIds.Scenario(input.TaskId),
                SceneState.SkippedFor(SceneReason.InsufficientCredits),
                stopping);
        }

        return check;
    }
}

/// <param name="TaskId">Whose scenes are marked when the balance is short.</param>
/// <param name="UserId">Who pays.</param>
/// <param name="Images">Images to make, at least 1.</param>
/// <param name="CreditsPerImage">Credits.</param>
public sealed record CheckCreditsInput(string TaskId, string UserId, int Images, int CreditsPerImage);

/// <summary>Whether the balance covers all images; both in credits.</summary>
public sealed record CreditCheck(long Needed, long Balance)
{
    [JsonIgnore]
    public bool IsEnough => Balance >= Needed;
}
