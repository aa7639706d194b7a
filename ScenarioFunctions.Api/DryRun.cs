using Microsoft.AspNetCore.Http;
using ScenarioFunctions.Core.Runway;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Settings;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Core.Workflow;

namespace ScenarioFunctions.Api;

/// <summary>Tells what a task would do and cost, by the rules that the task itself goes by. It saves and orders nothing.</summary>
internal sealed class DryRun(ICreditLedger ledger, ServiceSettings settings, Lazy<RunwaySettings> runway)
{
    public const string Parameter = "dry_run";

    /// <summary>Whether a request asks for it.</summary>
    /// <exception cref="ProblemException">The parameter is neither true nor false.</exception>
    public static bool IsAskedFor(HttpRequest request)
    {
        var values = request.Query[Parameter];
        return values switch
        {
            [] or [""] or ["false"] => false,
            ["true"] => true,
            _ => throw Problems.Invalid($"The parameter {Parameter} must be true or false. Nothing was started or changed."),
        };
    }

    /// <summary>Plans a new scenario.</summary>
    /// <param name="input">As the task would get it.</param>
    /// <param name="adjustments">What was done to the body so that it could be read.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="StorageException">The balance cannot be read.</exception>
    public Task<IResult> PlanAsync(SaveScenarioInput input, IReadOnlyList<string> adjustments, CancellationToken cancellationToken)
    {
        var (details, scenes) = (input.Scenario.Details, input.Scenario.Scenes);
        var look = SharedLook.In(details.Metadata, scenes[0].ImageUrl);
        var plans = scenes.Select(scene => scene.NoImageFor is { } reason
            ? new ScenePlanResource(scene.SceneNumber, false, reason, null, null, false, 0, null, null, [])
            : PlanOf(scene with { Resolution = scene.Resolution ?? details.Resolution }, look));
        return AnswerAsync(input.UserId, [.. plans], adjustments, cancellationToken);
    }

    /// <summary>Plans more images of a stored scenario.</summary>
    /// <inheritdoc cref="PlanAsync(SaveScenarioInput, IReadOnlyList{string}, CancellationToken)"/>
    public Task<IResult> PlanAsync(
        StoredScenario scenario, IEnumerable<WantedImage> wanted, IReadOnlyList<string> adjustments, CancellationToken cancellationToken)
    {
        var look = scenario.Look;
        var plans = wanted.Select(image => PlanOf(
            image.Scene.Scene with
            {
                ImagePrompt = image.Prompt,
                ProductReferenceImageUrl = image.Reference,
                Model = image.Model,
                Seed = image.Seed,
                Resolution = image.Size,
            },
            look));
        return AnswerAsync(scenario.Row.UserId, [.. plans], adjustments, cancellationToken);
    }

    private async Task<IResult> AnswerAsync(
        string userId, IReadOnlyList<ScenePlanResource> plans, IReadOnlyList<string> adjustments, CancellationToken cancellationToken)
    {
        var images = plans.Count(plan => plan.MakesImage);
        var balance = await ledger.GetBalanceAsync(userId, cancellationToken);
        var resource = new DryRunResource(
            images,
            images * settings.CreditsPerImage,
            balance.Available,
            plans.Any(plan => plan.MakesImage && plan.ImageServiceCredits is null) ? null : plans.Sum(plan => plan.ImageServiceCredits ?? 0),
            SecondsFor(images),
            runway.Value.Model,
            adjustments,
            plans);
        return ApiResponse.Json(StatusCodes.Status200OK, resource, ApiJson.Readable.DryRunResource);
    }

    private ScenePlanResource PlanOf(Scene scene, SharedLook? look)
    {
        var plan = ImageRequestRules.Build(
            scene, scene.Resolution, scene.Model ?? runway.Value.Model, look: look?.PublishedAt(settings.PublicBaseUrl));
        return plan.Request is { } request
            ? new(
                scene.SceneNumber, true, null, request.Ratio, plan.PromptCutAt, plan.UsesProductReference,
                request.ReferenceImages.Count, request.Seed, plan.Credits, plan.Adjustments)
            : new(scene.SceneNumber, false, SceneReason.GenerationFailed, null, null, false, 0, null, null, plan.Adjustments);
    }

    /// <summary>An estimate: all images take the usual time, so many at once.</summary>
    private int SecondsFor(int images)
    {
        var rounds = (images + settings.MaxParallelImages - 1) / settings.MaxParallelImages;
        var image = runway.Value.UsualImageTime + (runway.Value.PollInterval / 2);
        return (int)Math.Ceiling(rounds * image.TotalSeconds);
    }
}

/// <summary>What a task would do and cost.</summary>
/// <param name="Images">How many would be made.</param>
/// <param name="CreditsNeeded">The user's credits for all of them: the price that is charged.</param>
/// <param name="CreditsAvailable">The user's. If they are fewer than needed, the scenario is saved without images.</param>
/// <param name="ImageServiceCredits">RunwayML's published price for all of them, in its own credits; null where none is published.</param>
/// <param name="Seconds">An estimate.</param>
/// <param name="Model">RunwayML's, for scenes that do not ask for another.</param>
/// <param name="Adjustments">What was done to the body so that it could be read.</param>
/// <param name="Scenes">All, by number.</param>
internal sealed record DryRunResource(
    int Images,
    int CreditsNeeded,
    long CreditsAvailable,
    int? ImageServiceCredits,
    int Seconds,
    string Model,
    IReadOnlyList<string> Adjustments,
    IReadOnlyList<ScenePlanResource> Scenes);

/// <summary>What would be made for a scene.</summary>
/// <param name="SceneNumber">1-based.</param>
/// <param name="MakesImage">Whether an image would be ordered.</param>
/// <param name="Reason">Why none would be.</param>
/// <param name="Ratio">Width and height of the image in pixels, such as <c>1080:1920</c>; null without an image.</param>
/// <param name="PromptCutAt">How many characters of the prompt would be sent; null when all are.</param>
/// <param name="ReferenceUsed">Whether the product reference image would be sent.</param>
/// <param name="References">How many reference images would be sent.</param>
/// <param name="Seed">As it would be sent; null leaves it to RunwayML.</param>
/// <param name="ImageServiceCredits">RunwayML's published price, in its own credits; null when there is none.</param>
/// <param name="Adjustments">For a person: everything that would be left out or changed.</param>
internal sealed record ScenePlanResource(
    int SceneNumber,
    bool MakesImage,
    SceneReason? Reason,
    string? Ratio,
    int? PromptCutAt,
    bool ReferenceUsed,
    int References,
    long? Seed,
    int? ImageServiceCredits,
    IReadOnlyList<string> Adjustments);
