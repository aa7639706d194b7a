using Microsoft.AspNetCore.Http;
using ScenarioFunctions.Core.Json;
using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Api;

/// <summary><c>PUT /scenarios/{scenario_id}/scenes/{n}/image</c></summary>
internal sealed class ShowImage(FindScenario scenarios, IScenarioStore store, ScenarioResources resources)
{
    public async Task<IResult> HandleAsync(HttpContext context, Caller caller, string scenarioId, string sceneNumber)
    {
        var stop = context.RequestAborted;
        var faults = new JsonFaults();
        var body = await JsonBody.ReadAsync(context.Request, faults, stop);
        var scenario = await scenarios.DemandAsync(caller, scenarioId, stop);
        var scene = scenario.Scenes.FirstOrDefault(one => $"{one.Scene.SceneNumber}" == sceneNumber) ?? throw Problems.NoScenario();
        JsonRules.Check(body, JsonPath.Root, faults);
        var fields = JsonFields.Of(body, JsonPath.Root, faults);
        var version = fields?.WholeNumber("version", 1, int.MaxValue);
        if (fields is not null && fields.Any("version") is null)
        {
            faults.Add(JsonPath.Root.Property("version"), "is required");
        }
        else if (version is not null && !scenario.Images.Any(
            image => image.SceneId == scene.Id && image.Version == version && ShownImages.IsMade(image)))
        {
            faults.Add(JsonPath.Root.Property("version"), "is not a version of this scene's image; GET /scenarios/{scenario_id} lists them");
        }

        if (faults.Any)
        {
            throw Problems.Invalid(faults);
        }

        await store.ShowImageAsync(scene.Id, (int)version!.Value, stop);
        var shown = resources.Of(context.Request, await scenarios.DemandAsync(caller, scenarioId, stop));
        return ApiResponse.Json(
            StatusCodes.Status200OK, shown.Scenes.First(one => $"{one.SceneNumber}" == sceneNumber), ApiJson.Readable.StoredSceneResource);
    }
}
