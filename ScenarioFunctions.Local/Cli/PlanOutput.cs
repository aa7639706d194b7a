using ScenarioFunctions.Api;
using ScenarioFunctions.Core;
using ScenarioFunctions.Core.Scenarios;

namespace ScenarioFunctions.Local.Cli;

/// <summary>Shows what <c>save --dry-run</c> found.</summary>
/// <param name="environment">The output.</param>
/// <param name="settings">Of these, <c>--json</c> and <c>--strict</c>.</param>
/// <param name="isMany">Whether JSON is an array.</param>
internal sealed class PlanOutput(CliEnvironment environment, ResultSettings settings, bool isMany)
{
    /// <returns>The exit code.</returns>
    public int Write(IReadOnlyList<(ScenarioRequest Request, ApiAnswer<DryRunResource> Plan)> plans)
    {
        if (settings.Json)
        {
            JsonOutput.Print(environment, [.. plans.Select(plan => plan.Plan.Json)], isMany);
        }
        else
        {
            foreach (var (request, plan) in plans)
            {
                Write(request, plan.Value);
            }

            WriteShortages(plans);
            environment.Write("Nothing was saved or ordered.");
        }

        var isComplete = plans.All(plan => plan.Plan.Value.Scenes.All(scene => scene.MakesImage || scene.Reason == SceneReason.FirstScene));
        return settings.Strict && (!isComplete || Shortages(plans).Any()) ? ExitCodes.ImagesMissing : ExitCodes.Completed;
    }

    private void Write(ScenarioRequest request, DryRunResource plan)
    {
        environment.Write(
            $"{request.File.Name}: {CliText.Count(plan.Images, "image")} for {CliText.Count(plan.CreditsNeeded, "credit")} of {request.UserId}, "
            + $"in about {plan.Seconds} s with {PlainText.OneLine(plan.Model)}.");
        foreach (var scene in plan.Scenes)
        {
            if (scene.Reason is { } reason and not SceneReason.FirstScene)
            {
                environment.Write($"  scene {scene.SceneNumber}: no image, {SceneReasonTexts.Plain(reason)}");
            }

            foreach (var adjustment in scene.Adjustments)
            {
                environment.Write($"  scene {scene.SceneNumber}: {PlainText.OneLine(adjustment)}");
            }
        }
    }

    private void WriteShortages(IReadOnlyList<(ScenarioRequest Request, ApiAnswer<DryRunResource> Plan)> plans)
    {
        foreach (var (user, needed, available) in Shortages(plans))
        {
            environment.Write($"Too few credits: {needed} are needed, and {user} has {available}.");
            environment.WriteCommand($"credits {user} --grant {needed - available}");
        }
    }

    private static IEnumerable<(string? User, long Needed, long Available)> Shortages(
        IReadOnlyList<(ScenarioRequest Request, ApiAnswer<DryRunResource> Plan)> plans) =>
        plans.GroupBy(plan => plan.Request.UserId, plan => plan.Plan.Value)
            .Select(user => (user.Key, user.Sum(plan => (long)plan.CreditsNeeded), user.First().CreditsAvailable))
            .Where(user => user.Item2 > user.CreditsAvailable);
}
