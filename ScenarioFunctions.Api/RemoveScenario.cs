using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Steps;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Core.Tasks;

namespace ScenarioFunctions.Api;

/// <summary><c>DELETE /scenarios/{scenario_id}</c></summary>
internal sealed class RemoveScenario(
    FindScenario scenarios, ITaskEngine engine, SavingTask saving, ScenarioRemoval removal, TimeProvider time, ILogger<RemoveScenario> logger)
{
    /// <summary>A step that runs when its task is cancelled may still store an image; no step runs for longer.</summary>
    private static readonly TimeSpan LongestStep = TimeSpan.FromMinutes(10);

    /// <summary>Once begun, the removal does not stop when the client leaves.</summary>
    public async Task<IResult> HandleAsync(HttpContext context, Caller caller, string scenarioId)
    {
        var scenario = await scenarios.DemandAsync(caller, scenarioId, context.RequestAborted);
        if (await IsInUseAsync(scenario, context.RequestAborted))
        {
            throw Problems.ScenarioInUse();
        }

        var images = await removal.RemoveAsync(scenario, CancellationToken.None) ?? throw Problems.ScenarioInUse();
        logger.Removed(scenario.Row.Id, scenario.Scenes.Count, images);
        return ApiResponse.Json(
            StatusCodes.Status200OK,
            new RemovedScenarioResource(
                scenario.Row.Id, scenario.Scenes.Count, images, "The scenario is deleted, with its scenes and all versions of their images."),
            ApiJson.Readable.RemovedScenarioResource);
    }

    private async Task<bool> IsInUseAsync(StoredScenario scenario, CancellationToken cancellationToken)
    {
        var isGenerating = scenario.Scenes.Select(scene => scene.State).Concat(scenario.Images.Select(image => image.State))
            .Any(state => state.Status == SceneStatus.Generating);
        var isUnderWay = scenario.Scenes.Any(scene => scene.State.Status.IsInProgress());
        var taskIds = scenario.Images.Where(image => image.State.Status.IsInProgress()).Select(image => image.TaskId)
            .Append(isUnderWay ? await saving.FindAsync(scenario, cancellationToken) : scenario.Row.TaskId)
            .OfType<string>()
            .Distinct();
        foreach (var taskId in taskIds)
        {
            var task = await engine.FindAsync(taskId, cancellationToken);
            if (task is not null && (!task.State.IsFinal() || (isGenerating && time.GetUtcNow() - task.UpdatedAt < LongestStep)))
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>What a removal removed.</summary>
/// <param name="ScenarioId">As asked for.</param>
/// <param name="ScenesRemoved">How many scenes.</param>
/// <param name="ImagesRemoved">How many images, each version counted; none that the service did not make.</param>
/// <param name="Message">For a person.</param>
internal sealed record RemovedScenarioResource(Guid ScenarioId, int ScenesRemoved, int ImagesRemoved, string Message);
